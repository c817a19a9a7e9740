import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Pager } from "@web/core/pager/pager";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { StockCell, quantity } from "./stock_cell";

// From how many on a number has which shade; the words say it too, so that nobody needs the colours.
const LEVELS = [
    { id: "none", from: 0, label: _t("0: none") },
    { id: "low", from: 0.001, label: _t("1–2: few left") },
    { id: "some", from: 3, label: _t("3–9") },
    { id: "many", from: 10, label: _t("10–29") },
    { id: "plenty", from: 30, label: _t("30 and more") },
];

export class StockPage extends Component {
    static template = "omni_stock.StockPage";
    static components = { Pager, RecordSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.ui = useService("ui");
        this.levels = LEVELS;
        this.state = useState({ page: null, loading: false, error: "", opened: 0 });
        this.query = useState({ search: "", category: false, channel: false, offset: 0 });
        this.searchSoon = useDebounced(() => this.load({ offset: 0 }), 300);
        onWillStart(() => {
            this.load();
        });
    }

    async load(changes = {}) {
        Object.assign(this.query, changes);
        const { search, category, channel, offset } = this.query;
        const asked = (this.asked = Symbol("latest request"));
        this.state.loading = true;
        try {
            const page = await this.orm.call("omni.stock.page", "read_page", [
                search,
                category,
                channel,
                offset,
            ]);
            if (asked === this.asked) {
                Object.assign(this.state, { page, error: "" });
            }
        } catch (error) {
            if (asked === this.asked) {
                this.state.error =
                    error.data?.message || _t("The stock could not be read. Try again.");
            }
        }
        if (asked === this.asked) {
            this.state.loading = false;
        }
    }

    get filtered() {
        return Boolean(this.query.search || this.query.category || this.query.channel);
    }

    clear() {
        return this.load({ search: "", category: false, channel: false, offset: 0 });
    }

    onSearch(search) {
        this.query.search = search;
        this.searchSoon();
    }

    quantity(number) {
        return quantity(number);
    }

    level(number) {
        return LEVELS.findLast((level) => number >= level.from) || LEVELS[0];
    }

    cellLabel(product, store, number) {
        return _t("%(product)s, %(store)s: %(quantity)s", {
            product: product.name,
            store: store.name,
            quantity: quantity(number),
        });
    }

    open(product, store) {
        this.dialog.add(StockCell, {
            productId: product.id,
            storeId: store.id,
            store: store.name,
            onMoved: () => this.load(),
        });
    }

    toggle(product) {
        this.state.opened = this.state.opened === product.id ? 0 : product.id;
    }
}

registry.category("actions").add("omni_stock.stock_page", StockPage);
