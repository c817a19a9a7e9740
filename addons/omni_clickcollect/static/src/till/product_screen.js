import { patch } from "@web/core/utils/patch";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";

/** A scanned code of a pickup opens it; a product of this till that has the same barcode comes first. */
patch(ProductScreen.prototype, {
    setup() {
        super.setup(...arguments);
        useBarcodeReader({ error: this._omniBarcodeErrorAction });
    },
    async _barcodeProductAction(code) {
        const known = this.pos.models["product.product"].getBy("barcode", code.base_code);
        if (!known && this.pos.omniIsPickupCode(code.code)) {
            if (await this.pos.omniOpenPickup(code.code)) {
                return;
            }
        }
        return super._barcodeProductAction(...arguments);
    },
    async _omniBarcodeErrorAction(code) {
        const opened =
            this.pos.omniIsPickupCode(code.code) && (await this.pos.omniOpenPickup(code.code));
        if (!opened) {
            this.barcodeReader.showNotFoundNotification(code);
        }
    },
});
