import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PartnerList from "@point_of_sale/../tests/pos/tours/utils/partner_list_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import { inLeftSide } from "@point_of_sale/../tests/pos/tours/utils/common";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Notification from "@point_of_sale/../tests/generic_helpers/notification_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import { scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import * as WebOrders from "@omni_pos/../tests/tours/web_orders_util";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const start = () => [Chrome.startPoS(), Dialog.confirm("Open Register")];

tours.add("omni_pos_take_payment", {
    steps: () =>
        [
            start(),
            WebOrders.countIs(2),
            WebOrders.open(),
            WebOrders.search("12 34 56 78"),
            WebOrders.isGone("Otto Other"),
            WebOrders.isShown("Wanda Webb"),
            WebOrders.takePayment("Wanda Webb"),
            ProductScreen.orderLineHas("Blue vase", "1"),
            ProductScreen.orderLineHas("Brass lamp", "2"),
            ProductScreen.customerIs("Wanda Webb"),
            ProductScreen.totalAmountIs("105.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            WebOrders.isPaid(),
            ReceiptScreen.clickNextOrder(),
            WebOrders.countIs(1),
            WebOrders.open(),
            WebOrders.isShown("Otto Other"),
            WebOrders.isGone("Wanda Webb"),
        ].flat(Infinity),
});

tours.add("omni_pos_take_rest_of_payment", {
    steps: () =>
        [
            start(),
            WebOrders.open(),
            WebOrders.takePayment("Wanda Webb"),
            ProductScreen.totalAmountIs("25.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            WebOrders.isPaid(),
            // the goods alone would give back 50 of 45: the reward is part of what was paid
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickRefund(),
            TicketScreen.selectOrder("Wanda Webb"),
            inLeftSide(ProductScreen.clickLine("Blue vase", "2")),
            ProductScreen.clickNumpad("2"),
            TicketScreen.toRefundTextContains("To Refund: 2"),
            TicketScreen.confirmRefund(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            Dialog.bodyIs("45.00"),
        ].flat(Infinity),
});

const choose = (title, words, button) => [
    {
        content: `${title}: ${words}`,
        trigger: `.modal:contains("${title}") .modal-body:contains("${words}")`,
        timeout: 30000,
    },
    {
        content: button,
        trigger: `.modal:contains("${title}") .modal-footer button:contains("${button}")`,
        run: "click",
    },
];

/** What a second till says to the server; `told`: words of the answer, "" when it may. */
function secondTill(how, told) {
    return {
        content: `the second till: ${how}`,
        trigger: ".pos",
        run: async () => {
            const { orm } = window.posmodel.data;
            const tills = await orm.searchRead(
                "pos.config",
                [["name", "=", "Second till"]],
                ["id"]
            );
            const orderId = window.omniOrderId;
            const answer = await orm.call("pos.config", "omni_claim_orders", [
                [tills[0].id],
                "ticket-of-the-second-till",
                [orderId],
                how,
                "Vera",
            ]);
            const why = answer.map((row) => row.why).join();
            if (told ? !why.includes(told) : why) {
                throw new Error(`the second till reads: ${why}`);
            }
        },
    };
}

// A ticket that takes something back of the same customer is open, and a second till wants the same order.
tours.add("omni_pos_two_devices", {
    steps: () =>
        [
            start(),
            ProductScreen.clickDisplayedProduct("Blue vase", true, "1"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Wanda Webb"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            WebOrders.isPaid(),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickRefund(),
            TicketScreen.selectOrder("001"),
            ProductScreen.clickNumpad("1"),
            TicketScreen.confirmRefund(),
            PaymentScreen.isShown(),
            PaymentScreen.clickBack(),
            ProductScreen.isShown(),
            WebOrders.open(),
            WebOrders.takePayment("Wanda Webb"),
            ProductScreen.checkOrderlinesNumber(1),
            ProductScreen.orderLineHas("Brass lamp", "1"),
            ProductScreen.totalAmountIs("40.00"),
            {
                content: "which order it is",
                trigger: ".product-screen",
                run: () => {
                    const ticket = window.posmodel.getOrder();
                    [window.omniOrderId] = window.posmodel.omniOrdersOn(ticket);
                },
            },
            secondTill("open", "Sam Seller has"),
            secondTill("over", ""),
            ProductScreen.clickPayButton(false),
            choose("Do not take this payment", "Vera has", "Leave it there"),
            ProductScreen.totalAmountIs("40.00"),
            ProductScreen.clickPayButton(false),
            choose(
                "Do not take this payment",
                "on a ticket at Second till",
                "Remove it from the ticket"
            ),
            ProductScreen.orderIsEmpty(),
            WebOrders.open(),
            {
                content: "take the payment again",
                trigger: ".o_omni_web_order:contains('Wanda Webb') button[name='take_payment']",
                timeout: 30000,
                run: "click",
            },
            choose("is on another ticket", "Vera has", "Take it over"),
            ProductScreen.orderLineHas("Brass lamp", "1"),
            secondTill("keep", "Sam Seller has"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            WebOrders.isPaid(),
        ].flat(Infinity),
});

tours.add("omni_pos_reload_keeps_order", {
    steps: () =>
        [
            start(),
            WebOrders.open(),
            WebOrders.takePayment("Wanda Webb"),
            ProductScreen.orderLineHas("Brass lamp", "1"),
            {
                content: "leave the ticket open on the server",
                trigger: ".product-screen",
                run: async () => {
                    // by name: what is pending may be nothing, or a ticket from before the lines were on it
                    await window.posmodel.syncAllOrders({
                        orders: [window.posmodel.getOrder()],
                        force: true,
                    });
                    window.location.reload();
                },
                expectUnloadPage: true,
            },
            ProductScreen.orderLineHas("Brass lamp", "1"),
            WebOrders.open(),
            WebOrders.isShown("Wanda Webb"),
            WebOrders.takePayment("Wanda Webb"),
            ProductScreen.checkOrderlinesNumber(1),
            ProductScreen.totalAmountIs("40.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            WebOrders.isPaid(),
        ].flat(Infinity),
});

tours.add("omni_pos_hand_over", {
    steps: () =>
        [
            start(),
            WebOrders.open(),
            WebOrders.isShown("Wanda Webb"),
            WebOrders.isShown("Otto Other", { goods: "part" }),
            // no network: a notice, and nothing happens
            Offline.setOfflineMode(),
            WebOrders.handOver("Wanda Webb"),
            WebOrders.confirm("Hand over", "Wanda Webb"),
            Notification.has("The till is offline"),
            Offline.setOnlineMode(),
            WebOrders.handOver("Wanda Webb"),
            WebOrders.confirm("Hand over", "Brass lamp"),
            Notification.has("was handed over"),
            WebOrders.isGone("Wanda Webb"),
            // a part is missing: the seller decides
            WebOrders.handOver("Otto Other"),
            WebOrders.confirm("Hand over", "Blue vase"),
            WebOrders.confirm("Hand over what is here", "Blue vase: 10 of 12 here"),
            Notification.has("the rest is still waiting"),
            WebOrders.isShown("Otto Other", { goods: "missing" }),
            WebOrders.search("no such order"),
            WebOrders.says("No order found"),
            // a number printed for an order that waits elsewhere
            scan_barcode("LILLE-0001"),
            WebOrders.says("LILLE-0001 waits at Lille Centre."),
        ].flat(Infinity),
});

tours.add("omni_pos_customer_panel", {
    steps: () =>
        [
            start(),
            // the e-mail as a scanner types it: Enter comes before the field has said what it holds
            ProductScreen.clickPartnerButton(),
            {
                content: "scan",
                trigger: ".modal-dialog .input-group input",
                run: "edit WANDA.Webb@example.com && press Enter",
            },
            PartnerList.checkCustomerShown("Wanda Webb"),
            // a number with any separators, and a name in the other order: without asking the server
            {
                content: "type the number",
                trigger: ".modal-dialog .input-group input",
                run: "edit 06/12/34/56/78",
            },
            PartnerList.checkCustomerShown("Wanda Webb"),
            {
                content: "type the name",
                trigger: ".modal-dialog .input-group input",
                run: "edit webb wan",
            },
            PartnerList.checkCustomerShown("Wanda Webb"),
            PartnerList.clickPartner("Wanda Webb"),
            {
                content: "open the panel",
                trigger: ".o_omni_customer_button",
                run: "click",
            },
            {
                content: "both channels are there",
                trigger:
                    "[data-section='purchases']:has(.o_omni_purchase[data-kind='web']):has(.o_omni_purchase[data-kind='store'])",
            },
            {
                content: "the open basket",
                trigger: "[data-section='baskets'] .o_omni_product:contains('Blue vase')",
            },
            {
                content: "what was looked at",
                trigger: "[data-section='viewed']:contains('No products viewed')",
            },
            {
                content: "a section that the till does not know is shown in rows",
                trigger: "[data-section='club']:contains('Club')",
            },
            {
                content: "add the favourite",
                trigger: "[data-section='favourites'] .o_omni_product:contains('Brass lamp')",
                run: "click",
            },
            Notification.has("Brass lamp is on the ticket"),
            {
                content: "what tills do not sell is said",
                trigger: "[data-section='favourites'] .o_omni_product:contains('Web only')",
                run: "click",
            },
            Notification.has("This till does not sell Web only"),
            {
                content: "close the panel",
                trigger: ".modal-footer button[name='close']",
                run: "click",
            },
            ProductScreen.selectedOrderlineHas("Brass lamp", "1"),
            {
                content: "in which stores is it",
                trigger: ".product-list .product:contains('Brass lamp') .o_omni_product_info",
                run: "click",
            },
            {
                content: "the web order is seen at once",
                trigger:
                    ".o_omni_availability [data-store='Lyon Bellecour'] .o_omni_quantity:contains(/^6$/)",
            },
            {
                content: "and the other shop",
                trigger:
                    ".o_omni_availability [data-store='Lille Centre'] .o_omni_quantity:contains(/^3$/)",
            },
            Dialog.confirm("Close"),
        ].flat(Infinity),
});
