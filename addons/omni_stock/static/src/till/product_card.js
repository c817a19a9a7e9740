import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { ProductCard } from "@point_of_sale/app/components/product_card/product_card";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

patch(ProductCard.prototype, {
    setup() {
        super.setup(...arguments);
        this.omniPos = usePos();
    },
    /** What is available in this shop; empty where stock is not counted, or not known. */
    get omniAvailable() {
        const quantity =
            !this.props.isComboPopup && this.omniPos.omniAvailableOf(this.props.product);
        return Number.isFinite(quantity) ? this.env.utils.formatProductQty(quantity, false) : "";
    },
    get omniAvailableTitle() {
        return _t("Available to sell in this store: %s", this.omniAvailable);
    },
});
