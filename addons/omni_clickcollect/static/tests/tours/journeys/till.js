import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { click, journey, screen, shown } from "./steps";

const DIALOG = ".modal:not(.o_inactive_modal)";
const LOADED = "body:not(:has(.modal)):not(:has(.loader-feedback))"; // core's bar runs past the screen while it loads

/** The customer tried it on, keeps it, shows the code and pays. Without the code no button of Odoo settles it. */
journey("till_settles", () => [
    { trigger: ".screen-login .btn.open-register-btn", timeout: 60000 }, // a till loads long on a busy machine
    Chrome.startPoS(),
    ProductScreen.clickReview(),
    ProductScreen.clickControlButton("Quotation/Order"),
    click(
        `${DIALOG} .o_data_row td:contains("Camille Martin"), ${DIALOG} .o_kanban_record:contains("Camille Martin")`
    ),
    click(`${DIALOG} .selection-item:contains("Settle the order")`),
    screen("till, no code", `${DIALOG}:contains("customer's code")`),
    click(`${DIALOG} .modal-footer button`),
    click(".mobile-more-button", { isActive: ["mobile"] }),
    click(".o_omni_pickups_button"),
    click('.o_omni_till_pickup:contains("Camille Martin")', { timeout: 30000 }),
    {
        trigger: ".o_omni_till_actions input[name='code']",
        run: (helpers) => helpers.edit(shown()),
    },
    click(".o_omni_till_actions button[name='take_payment']:enabled"),
    screen("till, order", `${LOADED} .product-screen`),
    click(".product-screen .pay-order-button"),
    screen("till, payment", `${LOADED} .payment-screen`),
    PaymentScreen.clickPaymentMethod("Bank"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
    screen("till, receipt", `${LOADED} .receipt-screen`),
]);
