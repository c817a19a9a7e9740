import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as PosSale from "@pos_sale/../tests/tours/utils/pos_sale_utils";
import { journey, screen } from "./steps";

/** The customer tried it on, keeps it, and pays: the till settles the order. */
journey("till_settles", () => [
    { trigger: ".screen-login .btn.open-register-btn", timeout: 60000 }, // a till loads long on a busy machine
    Chrome.startPoS(),
    ProductScreen.clickReview(),
    PosSale.settleNthOrder(1),
    ProductScreen.clickPayButton(),
    screen("till, payment", ".payment-screen"),
    PaymentScreen.clickPaymentMethod("Bank"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
    screen("till, receipt", ".receipt-screen"),
]);
