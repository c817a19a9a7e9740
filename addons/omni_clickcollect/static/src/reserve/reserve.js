import { Component, onWillDestroy, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { redirect } from "@web/core/utils/urls";
import { registry } from "@web/core/registry";
import { ask } from "../store_list/ask";

const KEPT = "omni_reserve"; // of this tab: the code that was sent, for who looks it up in the mail and comes back
const VALID_FOR = 15 * 60 * 1000; // milliseconds, as its server says

function kept() {
    try {
        const code = JSON.parse(browser.sessionStorage.getItem(KEPT)) || {};
        return code.until > Date.now() ? code : {};
    } catch {
        return {};
    }
}

/** Reserve, try and pay in store; who has no account types a code that is sent to them. */
export class Reserve extends Component {
    static template = "omni_clickcollect.Reserve";
    static props = { productId: { type: [Number, Boolean] } };

    setup() {
        this.state = useState({
            productId: this.props.productId,
            step: "closed", // closed, form, code
            busy: false,
            message: "",
            guest: false,
            shops: [],
            shopId: 0,
            quantity: 1,
            name: "",
            contact: "",
            token: "",
            sentTo: "",
            code: "",
        });
        const { productId, token, sentTo } = kept();
        if (productId && productId === this.state.productId) {
            Object.assign(this.state, { token, sentTo, step: "code" });
        }
        const update = ({ detail }) => {
            const isOffered = detail.is_combination_possible && detail.omni_reserve;
            const productId = isOffered && detail.product_id;
            if (productId !== this.state.productId) {
                Object.assign(this.state, { productId, step: "closed", message: "" });
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

    get codeLabel() {
        return _t("Enter the 6-digit code sent to %s", this.state.sentTo);
    }

    get quantities() {
        return Array.from({ length: Math.min(this.shop?.quantity || 1, 20) }, (_each, i) => i + 1);
    }

    async open() {
        const { guest, shops } = await this.ask("/shop/reserve/offer", {
            product_id: this.state.productId,
        });
        if (shops) {
            Object.assign(this.state, { guest, shops, step: "form" });
            if (!this.shop) {
                Object.assign(this.state, { shopId: shops[0]?.id || 0, quantity: 1 });
            }
        }
    }

    async reserve() {
        const { productId, shopId, quantity, name, contact } = this.state;
        const { url, token, sent_to } = await this.ask("/shop/reserve", {
            product_id: productId,
            shop_id: Number(shopId),
            quantity: Number(quantity),
            name,
            contact,
        });
        if (url) {
            redirect(url);
        } else if (token) {
            const code = { productId, token, sentTo: sent_to, until: Date.now() + VALID_FOR };
            browser.sessionStorage.setItem(KEPT, JSON.stringify(code));
            Object.assign(this.state, { token, sentTo: sent_to, code: "", step: "code" });
        }
    }

    async confirm() {
        const { token, code } = this.state;
        const { url } = await this.ask("/shop/reserve/confirm", { token, code });
        if (url) {
            browser.sessionStorage.removeItem(KEPT);
            redirect(url);
        }
    }

    /** A second click before the answer asks nothing: each question sends a code. */
    async ask(route, params) {
        return this.state.busy ? {} : ask(this.state, route, params);
    }
}

registry.category("public_components").add("omni_clickcollect.Reserve", Reserve);
