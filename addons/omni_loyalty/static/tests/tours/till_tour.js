import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PosSale from "@pos_sale/../tests/tours/utils/pos_sale_utils";
import { scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const taken = {
    content: "the receipt comes once the server has taken order and points",
    trigger: ".pos .receipt-screen",
    timeout: 60000,
};

// Odoo's own tour ends when the payment is confirmed: this one goes on until the server has the ticket.
tours.add("omni_loyalty_refund", {
    steps: () => [...tours.get("test_refund_does_not_decrease_points").steps(), taken],
});

tours.add("omni_loyalty_settle", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            PosSale.settleNthOrder(1),
            ProductScreen.customerIsSelected("Camille Roux"),
            ProductScreen.clickDisplayedProduct("Scarf"),
            ProductScreen.totalAmountIs("60.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            taken,
            ReceiptScreen.clickNextOrder(),
            // cards as scanners read them: in capitals, with the prefix of customers, or with none that is known
            [
                ["044B-C552-4FF0", "Camille Roux"],
                ["0427001", "Otto Client"],
                ["CLUB77", "Vera Product"],
            ].map(([code, name]) => [scan_barcode(code), ProductScreen.customerIsSelected(name)]),
        ].flat(Infinity),
});
