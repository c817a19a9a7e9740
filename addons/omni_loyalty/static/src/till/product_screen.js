import { patch } from "@web/core/utils/patch";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";

/** A scanned card puts its customer on the ticket, whatever its number begins with; a product of this number comes first. */
patch(ProductScreen.prototype, {
    async _getPartnerByBarcode(code) {
        return (await super._getPartnerByBarcode(...arguments)) || this.omniCardHolder(code.code);
    },
    async _barcodeProductAction(code) {
        const holder =
            !(await this._getProductByBarcode(code)) && (await this.omniCardHolder(code.code));
        if (!holder) {
            return super._barcodeProductAction(...arguments);
        }
        this.pos.setPartnerToCurrentOrder(holder);
        this.pos.updateRewards();
    },
    /** @returns the customer whose loyalty card has exactly this number, in any writing; without network nobody */
    async omniCardHolder(code) {
        const [id] =
            (await this.pos.data.silentCall("loyalty.card", "get_loyalty_card_partner_by_code", [
                code,
            ])) || [];
        if (id && !this.pos.models["res.partner"].get(id)) {
            await this.pos.data.read("res.partner", [id]);
        }
        return id && this.pos.models["res.partner"].get(id);
    },
});
