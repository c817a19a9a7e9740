import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";

/** Asks for Odoo's own mail when a product is back in stock, from the basket. */
export class TellMe extends Interaction {
    static selector = ".o_omni_tell_me";
    dynamicContent = {
        _root: {
            "t-on-submit.prevent": this.locked(this.onSubmit),
            "t-att-class": () => ({ "d-none": this.asked, "d-flex": !this.asked }),
        },
    };

    setup() {
        this.asked = false;
    }

    async onSubmit() {
        const email = this.el.elements.email.value.trim();
        const product_id = Number(this.el.dataset.productId);
        let words = _t("We will e-mail you when it is back.");
        try {
            await this.waitFor(rpc("/shop/add/stock_notification", { email, product_id }));
            this.asked = true;
        } catch {
            words = _t("That did not work. Is the e-mail right?");
        }
        this.el.parentElement.querySelector(".o_omni_told").textContent = words;
    }
}

registry.category("public.interactions").add("omni_stock.tell_me", TellMe);
