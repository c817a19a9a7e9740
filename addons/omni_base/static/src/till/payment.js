import { patch } from "@web/core/utils/patch";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";

patch(PaymentScreen.prototype, {
    /** A terminal takes the money at once. */
    async sendPaymentRequest() {
        if (await this.pos.omniMayPay(this.currentOrder)) {
            return super.sendPaymentRequest(...arguments);
        }
    },
});

patch(OrderPaymentValidation.prototype, {
    setup(vals) {
        super.setup(...arguments);
        this.omniFast = vals.fastPaymentMethod && this.paymentLines.at(-1);
    },
    /** What a terminal has taken already is always saved. */
    async askBeforeValidation() {
        const taken = this.paymentLines.some((line) => line.isElectronic() && line.isDone());
        if (!taken && !(await this.pos.omniMayPay(this.order))) {
            if (this.omniFast) {
                this.order.removePaymentline(this.omniFast);
            }
            return false;
        }
        return super.askBeforeValidation(...arguments);
    },
});
