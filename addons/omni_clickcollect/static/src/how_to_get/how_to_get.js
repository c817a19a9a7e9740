import { onWillDestroy } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ClickAndCollectAvailability } from "@website_sale_collect/js/click_and_collect_availability/click_and_collect_availability";
import { showInHeader } from "../header/header";
import { SAVED } from "../location_selector/location_selector";
import { ask } from "../store_list/ask";
import { askPosition } from "../store_list/position";
import { stockIcon, stockLabel } from "../store_list/stock";

const SHORT_LIST = 5; // shops shown before "show all": as many as come with the page

/** How the shopper wants the product on the page: collected, and where, or delivered. Follows the variant that they
 * choose; what they choose here is what their basket is.
 */
export class HowToGet extends ClickAndCollectAvailability {
    static template = "omni_clickcollect.HowToGet";
    static props = { ...ClickAndCollectAvailability.props, get: Object };

    setup() {
        super.setup();
        Object.assign(this.state, this.props.get, {
            listed: false,
            all: false,
            search: "",
            busy: false,
            message: "",
        });
        const saved = async () => {
            this.state.way = "collect";
            await this.ask("/shop/shops", {}); // in Odoo's selector: now it comes first here
            showInHeader(this.mine);
        };
        this.env.bus.addEventListener(SAVED, saved);
        onWillDestroy(() => this.env.bus.removeEventListener(SAVED, saved));
    }

    _updateStateWithCombinationInfo(info) {
        super._updateStateWithCombinationInfo(info);
        this.state.shops = info.omni_shops || [];
        this.state.count = info.omni_shop_count || 0;
        this.state.having = info.omni_shop_having || 0;
        if (this.state.all && this.state.shops.length) {
            this.showAll();
        }
    }

    // -- what it says --------------------------------------------------------------------------

    get mine() {
        return this.state.shops.find((shop) => shop.mine);
    }

    /** The store that is offered to who has not chosen one: where they look for stores must be known. */
    get nearest() {
        const [first] = this.state.shops;
        return !this.mine && first?.near && first.level !== "out" ? first : null;
    }

    get shops() {
        return this.state.all ? this.state.shops : this.state.shops.slice(0, SHORT_LIST);
    }

    /** What comes by post, in the form of a shop's row; nothing where nothing is delivered. */
    get delivery() {
        const stock = this.state.deliveryStockData || {};
        if (!("in_stock" in stock)) {
            return null;
        }
        const level = !stock.in_stock ? "out" : stock.show_quantity ? "few" : "in";
        return { level, quantity: stock.quantity };
    }

    get isSoldOut() {
        const isThere = this.state.having || this.shops.some((shop) => shop.brought);
        return !isThere && (this.delivery?.level ?? "out") === "out";
    }

    get collectLabel() {
        return this.mine ? _t("Collect in %s", this.mine.name) : _t("Collect in a store");
    }

    get nearestLabel() {
        return _t("Collect in %s", this.nearest.name);
    }

    get havingLabel() {
        return this.state.having === 1
            ? _t("In stock in 1 store")
            : _t("In stock in %s stores", this.state.having);
    }

    get soonest() {
        const ready = this.state.shops.filter((shop) => shop.ready_at);
        return ready.sort((one, other) => (one.ready_at < other.ready_at ? -1 : 1))[0]?.ready;
    }

    get listLabel() {
        return _t("See stock in all %s stores", this.state.count);
    }

    get allLabel() {
        return _t("Show all %s stores", this.state.count);
    }

    get searchLabel() {
        return _t("Town or postcode");
    }

    dot(level) {
        return stockIcon(level);
    }

    level(row) {
        return row.level === "out" && row.brought ? "brought" : row.level;
    }

    stockLabel(row) {
        const level = this.level(row);
        return stockLabel(level, level === "brought" ? row.brought : row.quantity);
    }

    // -- what they choose ----------------------------------------------------------------------

    async collect() {
        if (this.mine) {
            await this.choose(this.mine);
            this.showWay();
            return;
        }
        this.showWay(); // until a store is chosen
        await this.openLocationSelector();
    }

    async deliver() {
        const answer = await this.ask("/shop/shops/deliver", {});
        if (answer.shops) {
            this.state.way = "deliver";
        }
        this.showWay();
    }

    /** The browser has marked what was clicked: what holds is marked. */
    showWay() {
        for (const way of ["collect", "deliver"]) {
            const mark = document.getElementById(`omni_way_${way}`);
            if (mark) {
                mark.checked = this.state.way === way;
            }
        }
    }

    async choose(shop) {
        const answer = await this.ask("/shop/shops/choose", { shop_id: shop.id });
        if (answer.chosen) {
            Object.assign(this.state, { search: "", listed: false, way: "collect" });
            this.state.selectedLocationData = answer.chosen;
            showInHeader(this.mine);
        }
    }

    async showAll() {
        this.state.all = true;
        await this.ask("/shop/shops", {});
    }

    async searchShops() {
        await this.ask("/shop/shops", { search: this.state.search });
    }

    async locate() {
        this.state.busy = true;
        this.state.message = "";
        const { message, ...position } = await askPosition();
        if (message) {
            Object.assign(this.state, { busy: false, message });
        } else {
            this.state.search = "";
            await this.ask("/shop/shops", position);
        }
    }

    /** Ask the server for the shops; without an answer the list stays as it is. */
    async ask(route, params) {
        const answer = await ask(this.state, route, {
            ...params,
            product_id: this.state.productId,
        });
        if (answer.shops?.length) {
            this.state.shops = answer.shops;
            this.state.count = answer.shops.length;
        }
        return answer;
    }
}

registry.category("public_components").add("omni_clickcollect.HowToGet", HowToGet);
