import { patch } from "@web/core/utils/patch";
import { redirect } from "@web/core/utils/urls";
import { WebsiteSale } from "@website_sale/interactions/website_sale";
import wSaleUtils from "@website_sale/js/website_sale_utils";

/** "Buy now" leads past the cart: who has chosen a store, and is known, comes to the payment page at once. */
patch(WebsiteSale.prototype, {
    async _addToCart(el) {
        if (!el.classList.contains("o_omni_buy_now")) {
            return super._addToCart(...arguments);
        }
        this._updateRootProduct(wSaleUtils.getClosestProductForm(el));
        const added = await this.services.cart.add(this.rootProduct, {
            isBuyNow: true,
            isConfigured: true,
            redirectToCart: false,
        });
        if (added) {
            redirect("/shop/checkout?try_skip_step=true");
        }
        return added;
    },
});
