import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { Checkout } from "@website_sale/interactions/checkout";
import { PICKUP_CHANGED } from "../pickup_times/pickup_times";

const PARTS_CHANGED = "omni_clickcollect_parts_changed";
const ICONS = {
    here: "fa-check-circle text-success",
    brought: "fa-exchange text-info",
    sent: "fa-truck text-info",
    short: "fa-exclamation-triangle text-warning",
};

/** Which lines of the basket are collected in the chosen shop, and which are sent home. */
export class SplitBasket extends Component {
    static template = "omni_clickcollect.SplitBasket";
    static props = {};

    setup() {
        this.state = useState({ parts: {}, busy: false });
        onWillStart(() => this.ask("/shop/parts"));
        const update = ({ detail }) => detail !== this && this.ask("/shop/parts");
        this.env.bus.addEventListener(PICKUP_CHANGED, update);
        onWillDestroy(() => this.env.bus.removeEventListener(PICKUP_CHANGED, update));
    }

    get lines() {
        return this.state.parts.lines || [];
    }

    icon(line) {
        return ICONS[line.level];
    }

    async send(line, isSent) {
        if (line.sent !== isSent) {
            await this.change("/shop/parts/line", { line_id: line.id, is_sent: isSent });
        }
    }

    async choose(carrier) {
        if (!carrier.chosen) {
            await this.change("/shop/parts/carrier", { carrier_id: carrier.id });
        }
    }

    async change(route, params) {
        if (this.state.busy) {
            return;
        }
        const wasShort = this.state.parts.short;
        if (!(await this.ask(route, params))) {
            return;
        }
        if (this.state.parts.short && !wasShort) {
            window.location.reload(); // the page says what cannot be had in the shop
            return;
        }
        this.env.bus.trigger(PICKUP_CHANGED, this);
    }

    async ask(route, params = {}) {
        this.state.busy = true;
        try {
            const parts = await rpc(route, params, { silent: true });
            this.state.parts = parts;
            this.env.bus.trigger(PARTS_CHANGED, parts);
            return true;
        } catch {
            this.state.parts.message = _t("The website does not answer. Load the page again.");
            return false;
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("public_components").add("omni_clickcollect.SplitBasket", SplitBasket);

patch(Checkout.prototype, {
    setup() {
        super.setup();
        const update = ({ detail: parts }) => {
            this.isShort = Boolean(parts.short);
            if (parts.summary) {
                this._updateCartSummaries(parts.summary);
            }
            if (this.isShort) {
                this._disableMainButton();
                return;
            }
            if (parts.sent) {
                this.el.querySelector('[name="unavailable_products_warning"]')?.remove();
            }
            this._enableMainButton();
        };
        this.env.bus.addEventListener(PARTS_CHANGED, update);
        this.registerCleanup(() => this.env.bus.removeEventListener(PARTS_CHANGED, update));
    },

    _isDeliveryMethodReady() {
        return super._isDeliveryMethodReady(...arguments) && !this.isShort;
    },
});
