import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";

/** No more is paid back of a web order than was paid of it, as far as there is a network to ask. */
patch(OrderPaymentValidation.prototype, {
    async askBeforeValidation() {
        const order = this.order;
        const refunds = order.lines
            .filter((line) => typeof line.refunded_orderline_id?.id === "number")
            .map((line) => [line.refunded_orderline_id.id, -order.orderSign * line.priceIncl]);
        let notice = "";
        if (refunds.length) {
            try {
                notice = await this.pos.omniCall("omni_refund_notice", refunds);
            } catch (error) {
                if (!(error instanceof ConnectionLostError)) {
                    throw error;
                }
            }
        }
        if (notice) {
            const title = _t("Refund too high");
            this.pos.dialog.add(AlertDialog, { title, body: notice });
            return false;
        }
        return super.askBeforeValidation(...arguments);
    },
});
