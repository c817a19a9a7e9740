import { patch } from "@web/core/utils/patch";
import { ProductCard } from "@point_of_sale/app/components/product_card/product_card";

patch(ProductCard.prototype, {
    /** Only on the till's own list of products: a choice within a combo is no place to look for stock. */
    get omniShowsInfo() {
        const variants = this.props.product?.product_variant_ids || [];
        return variants.some((variant) => variant.omni_is_counted) && !this.props.isComboPopup;
    },
    omniShowInfo() {
        this.env.services.pos.onProductInfoClick(this.props.product);
    },
});
