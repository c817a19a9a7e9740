import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { ProductCard } from "@point_of_sale/app/components/product_card/product_card";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

patch(ProductCard.prototype, {
    setup() {
        super.setup(...arguments);
        this.omniPos = usePos();
    },
    /** What this shop can promise; empty where stock is not counted, or not known. */
    get omniPromise() {
        const quantity = !this.props.isComboPopup && this.omniPos.omniPromiseOf(this.props.product);
        return Number.isFinite(quantity) ? this.env.utils.formatProductQty(quantity, false) : "";
    },
    get omniPromiseTitle() {
        return _t("Can be sold in this shop: %s", this.omniPromise);
    },
});
