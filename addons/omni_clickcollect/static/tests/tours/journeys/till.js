import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { click, journey, screen } from "./steps";

const DIALOG = ".modal:not(.o_inactive_modal)";
const LOADED = "body:not(:has(.modal)):not(:has(.loader-feedback))"; // core's bar runs past the screen while it loads

/** The customer tried it on, keeps it, and pays: the till settles the order. */
journey("till_settles", () => [
    { trigger: ".screen-login .btn.open-register-btn", timeout: 60000 }, // a till loads long on a busy machine
    Chrome.startPoS(),
    ProductScreen.clickReview(),
    ProductScreen.clickControlButton("Quotation/Order"),
    click(
        `${DIALOG} .o_data_row td:contains("Camille Martin"), ${DIALOG} .o_kanban_record:contains("Camille Martin")`
    ),
    click(`${DIALOG} .selection-item:contains("Settle the order")`),
    screen("till, order", `${LOADED} .product-screen`),
    click(".product-screen .pay-order-button"),
    screen("till, payment", `${LOADED} .payment-screen`),
    PaymentScreen.clickPaymentMethod("Bank"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
    screen("till, receipt", `${LOADED} .receipt-screen`),
]);
