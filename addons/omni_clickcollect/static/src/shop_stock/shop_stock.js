import { Component, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const SHORT_LIST = 5; // shops shown before "show all"

/** What each shop has of the product on the page; follows the variant that the shopper chooses. */
export class ShopStock extends Component {
    static template = "omni_clickcollect.ShopStock";
    static props = { shops: Array };

    setup() {
        this.state = useState({ shops: this.props.shops, all: false });
        const update = ({ detail }) => {
            this.state.shops = (detail.is_combination_possible && detail.omni_shops) || [];
        };
        this.env.bus.addEventListener("updateCombinationInfo", update);
        onWillDestroy(() => this.env.bus.removeEventListener("updateCombinationInfo", update));
    }

    get shops() {
        return this.state.all ? this.state.shops : this.state.shops.slice(0, SHORT_LIST);
    }

    get allLabel() {
        return _t("Show all %s shops", this.state.shops.length);
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

    readyLabel(shop) {
        return _t("Ready %s", shop.ready);
    }

    hoursLabel(shop) {
        if (!shop.hours) {
            return "";
        }
        return shop.hours.length ? _t("Today %s", shop.hours.join(", ")) : _t("Closed today");
    }
}

registry.category("public_components").add("omni_clickcollect.ShopStock", ShopStock);
