import { Component, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { ClickAndCollectAvailability } from "@website_sale_collect/js/click_and_collect_availability/click_and_collect_availability";
import { SAVED } from "../location_selector/location_selector";
import { askPosition } from "../shop_finder/position";

const SHORT_LIST = 5; // shops shown before "show all": as many as come with the page
const CHOSEN = "omni_clickcollect_shop_chosen";

/** What each shop has of the product on the page, the nearest first; follows the variant that the shopper chooses. */
export class ShopStock extends Component {
    static template = "omni_clickcollect.ShopStock";
    static props = { shops: Array, count: Number, productId: Number };

    setup() {
        this.state = useState({
            shops: this.props.shops,
            count: this.props.count,
            productId: this.props.productId,
            many: this.props.count > 1,
            all: false,
            search: "",
            busy: false,
            message: "",
        });
        const update = ({ detail }) => {
            this.state.shops = (detail.is_combination_possible && detail.omni_shops) || [];
            this.state.count = detail.omni_shop_count || 0;
            this.state.productId = detail.product_id;
            if (this.state.all && this.state.shops.length) {
                this.showAll();
            }
        };
        const saved = () => this.ask("/shop/shops", {}); // in Odoo's box: now it comes first here
        this.env.bus.addEventListener("updateCombinationInfo", update);
        this.env.bus.addEventListener(SAVED, saved);
        onWillDestroy(() => {
            this.env.bus.removeEventListener("updateCombinationInfo", update);
            this.env.bus.removeEventListener(SAVED, saved);
        });
    }

    get shops() {
        return this.state.all ? this.state.shops : this.state.shops.slice(0, SHORT_LIST);
    }

    get allLabel() {
        return _t("Show all %s stores", this.state.count);
    }

    get searchLabel() {
        return _t("Town or postcode");
    }

    icon(shop) {
        return {
            in: "fa-check-circle text-success",
            few: "fa-exclamation-circle text-warning",
            out: "fa-times-circle text-danger",
        }[shop.level];
    }

    stockLabel(shop) {
        if (shop.level === "in") {
            return _t("In stock");
        }
        return shop.level === "few" ? _t("%s left", shop.quantity) : _t("Not in stock");
    }

    chooseLabel(shop) {
        return _t("Choose %s as your store", shop.name);
    }

    async showAll() {
        this.state.all = true;
        await this.ask("/shop/shops", {});
    }

    async search() {
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

    async choose(shop) {
        const answer = await this.ask("/shop/shops/choose", { shop_id: shop.id });
        if (answer.chosen) {
            this.state.search = "";
            const stock = { in_stock: shop.level !== "out", quantity: shop.quantity };
            stock.show_quantity = shop.level === "few";
            this.env.bus.trigger(CHOSEN, { location: answer.chosen, stock });
        }
    }

    /** Ask the server for the shops; without an answer the list stays as it is. */
    async ask(route, params) {
        Object.assign(this.state, { busy: true, message: "" });
        try {
            const product_id = this.state.productId;
            const answer = await rpc(route, { ...params, product_id }, { silent: true });
            this.state.message = answer.message;
            if (answer.shops.length) {
                this.state.shops = answer.shops;
                this.state.count = answer.shops.length;
            }
            return answer;
        } catch {
            this.state.message = _t("This did not work. Please try again in a moment.");
            return {};
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("public_components").add("omni_clickcollect.ShopStock", ShopStock);

/** Odoo's own box shows the shop that is chosen in our list. */
patch(ClickAndCollectAvailability.prototype, {
    setup() {
        super.setup();
        const update = ({ detail }) => {
            this.state.selectedLocationData = detail.location;
            this.state.inStoreStockData = detail.stock;
        };
        this.env.bus.addEventListener(CHOSEN, update);
        onWillDestroy(() => this.env.bus.removeEventListener(CHOSEN, update));
    },
});
