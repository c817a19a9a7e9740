import { Component, onWillDestroy, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { redirect } from "@web/core/utils/urls";
import { registry } from "@web/core/registry";

/** Reserve, try and pay in store; who has no account types a code that is sent to them. */
export class Reserve extends Component {
    static template = "omni_clickcollect.Reserve";
    static props = { productId: { type: [Number, Boolean] } };

    setup() {
        this.state = useState({
            productId: this.props.productId,
            step: "closed", // closed, form, code
            busy: false,
            error: "",
            guest: false,
            shops: [],
            shopId: 0,
            quantity: 1,
            name: "",
            contact: "",
            token: "",
            code: "",
        });
        const update = ({ detail }) => {
            const isOffered = detail.is_combination_possible && detail.omni_reserve;
            const productId = isOffered && detail.product_id;
            if (productId !== this.state.productId) {
                Object.assign(this.state, { productId, step: "closed", error: "" });
            }
        };
        this.env.bus.addEventListener("updateCombinationInfo", update);
        onWillDestroy(() => this.env.bus.removeEventListener("updateCombinationInfo", update));
        this.first = useRef("first");
        useEffect(
            () => this.first.el?.focus(),
            () => [this.state.step]
        );
    }

    get shop() {
        return this.state.shops.find((shop) => shop.id === Number(this.state.shopId));
    }

    get contactLabel() {
        return this.shop?.sms ? _t("E-mail or phone number") : _t("E-mail");
    }

    get quantities() {
        return Array.from({ length: Math.min(this.shop?.quantity || 1, 20) }, (_each, i) => i + 1);
    }

    async open() {
        const { guest, shops } = await this.ask("/shop/reserve/offer", {
            product_id: this.state.productId,
        });
        if (shops) {
            const shopId = shops[0]?.id || 0;
            Object.assign(this.state, { guest, shops, shopId, quantity: 1, step: "form" });
        }
    }

    async reserve() {
        const { productId, shopId, quantity, name, contact } = this.state;
        const { url, token } = await this.ask("/shop/reserve", {
            product_id: productId,
            shop_id: Number(shopId),
            quantity: Number(quantity),
            name,
            contact,
        });
        if (url) {
            redirect(url);
        } else if (token) {
            Object.assign(this.state, { token, code: "", step: "code" });
        }
    }

    async confirm() {
        const { token, code } = this.state;
        const { url } = await this.ask("/shop/reserve/confirm", { token, code });
        if (url) {
            redirect(url);
        }
    }

    /** Ask the server; what it refuses, and a network that is away, is said above the form. */
    async ask(route, params) {
        this.state.busy = true;
        this.state.error = "";
        try {
            const answer = await rpc(route, params, { silent: true });
            this.state.error = answer.error || "";
            return answer;
        } catch {
            this.state.error = _t("This did not work. Please try again in a moment.");
            return {};
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("public_components").add("omni_clickcollect.Reserve", Reserve);
