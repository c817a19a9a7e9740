import { patch } from "@web/core/utils/patch";
import { Checkout } from "@website_sale/interactions/checkout";

/** The pencil that changes the store is a span: the keyboard reaches it, too. */
patch(Checkout.prototype, {
    async start() {
        await super.start(...arguments);
        this.addListener(this.el, "keydown", (ev) => {
            const pencil = ev.target.closest('span[name="o_pickup_location_selector"]');
            if (pencil && ["Enter", " "].includes(ev.key)) {
                ev.preventDefault();
                pencil.click();
            }
        });
    },
});
