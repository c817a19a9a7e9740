import { useState } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { ProductInfoPopup } from "@point_of_sale/app/components/popups/product_info_popup/product_info_popup";

/** Which variant the figures are of is said, and chosen: that of the line, or all together. */
patch(ProductInfoPopup.prototype, {
    setup() {
        super.setup(...arguments);
        this.omni = useState({ variantId: this.props.info.productInfo.omni_variant_id || false });
    },
    get omniVariants() {
        return this.props.info.productInfo.omni_variants || [];
    },
    get omniWarehouses() {
        const chosen = this.omniVariants.find(({ id }) => id === this.omni.variantId);
        return (chosen || this.props.info.productInfo).warehouses;
    },
    omniChooseVariant(ev) {
        this.omni.variantId = Number(ev.target.value) || false;
    },
});
