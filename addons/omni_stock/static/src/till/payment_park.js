import { useEffect } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";

patch(PaymentScreen.prototype, {
    setup() {
        super.setup(...arguments);
        // On its way to payment a ticket keeps its goods; one that is shipped later where it leaves from.
        useEffect(
            () => {
                this.pos.omniPark(this.currentOrder);
            },
            () => [this.currentOrder?.getShippingDate(), this.currentOrder?.getPartner()?.id]
        );
    },
});
