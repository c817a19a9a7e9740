import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Notification from "@point_of_sale/../tests/generic_helpers/notification_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import { registry } from "@web/core/registry";

const SERVER = 30000; // ms, what an answer of the server may take on a busy machine
const tours = registry.category("web_tour.tours");
const start = () => [Chrome.startPoS(), Dialog.confirm("Open Register")];
const pay = () => [
    ProductScreen.clickPayButton(),
    PaymentScreen.clickPaymentMethod("Bank"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
];

function cardSays(name, figure) {
    return {
        content: `${figure} of ${name} can be sold`,
        trigger: `.product-list .product:contains('${name}') .o_omni_card_available:contains(/^${figure}$/)`,
        timeout: SERVER,
    };
}

/** PostgreSQL wakes the server at the end of a transaction, and those of a test never end. */
function wakeServer() {
    window.posmodel.bus.forceUpdateChannels();
}

/** News is lost here, as it may be in life: what a till looks after each minute puts the figures right. */
function aMinuteLater() {
    return {
        content: "a minute later",
        trigger: ".pos",
        run: async () => {
            await Promise.all(Object.values(window.posmodel.omniParking));
            await window.posmodel.omniEachMinute();
        },
    };
}

const register = () => [Chrome.clickRegister(), ProductScreen.isShown()];

function cardSaysNothing(name) {
    return {
        content: `the stock of ${name} is not counted`,
        trigger: `.product-list .product:contains('${name}'):not(:has(.o_omni_card_available))`,
    };
}

function warned(...texts) {
    return texts.map((text) => ({
        content: `the till warns: ${text}`,
        trigger: `.modal .o_omni_kept_for_others:contains("${text}")`,
        timeout: SERVER,
    }));
}

function choose(button) {
    return [
        { content: button, trigger: `.modal .${button}`, run: "click" },
        { content: "the warning is gone", trigger: "body:not(:has(.o_omni_kept_for_others))" },
    ];
}

tours.add("omni_stock_till_warning", {
    steps: () =>
        [
            start(),
            cardSays("Brass lamp", 3),
            cardSays("Blue vase", 0),
            cardSaysNothing("Advice"),
            // as many as there are: nobody is asked
            ProductScreen.clickDisplayedProduct("Brass lamp", true, "1"),
            ProductScreen.clickDisplayedProduct("Brass lamp", true, "2"),
            ProductScreen.clickDisplayedProduct("Brass lamp", true, "3"),
            // one that is kept: taken back
            ProductScreen.clickDisplayedProduct("Brass lamp", true, "4"),
            warned("Brass lamp", "2 for a customer", "held until"),
            choose("o_omni_take_back"),
            ProductScreen.selectedOrderlineHas("Brass lamp", "3"),
            // by the numpad: sold knowingly, and not asked again
            ProductScreen.clickNumpad("5"),
            ProductScreen.selectedOrderlineHas("Brass lamp", "5"),
            warned("5 on this ticket, 3 here"),
            choose("o_omni_sell_anyway"),
            ProductScreen.selectedOrderlineHas("Brass lamp", "5"),
            // the last one that is bought online
            ProductScreen.clickDisplayedProduct("Blue vase", true, "1"),
            warned("Blue vase", "2 for a customer", "bought"),
            choose("o_omni_take_back"),
            ProductScreen.checkOrderlinesNumber(1),
            pay(),
            ReceiptScreen.clickNextOrder(),
            // a set of two bulbs and a bulb take from the same shelf, where four are and one of them is kept
            cardSays("Set of bulbs", 1),
            ProductScreen.clickDisplayedProduct("Set of bulbs", true, "1"),
            ProductScreen.clickDisplayedProduct("Bulb", true, "1"),
            ProductScreen.clickDisplayedProduct("Bulb", true, "2"),
            warned("Bulb", "4 on this ticket, 3 here", "1 for a customer"),
            choose("o_omni_take_back"),
            ProductScreen.selectedOrderlineHas("Bulb", "1"),
            ProductScreen.clickDisplayedProduct("Set of bulbs", true, "2"),
            warned("5 on this ticket, 3 here"),
            choose("o_omni_take_back"),
            ProductScreen.selectedOrderlineHas("Set of bulbs", "1"),
            pay(),
        ].flat(Infinity),
});

tours.add("omni_stock_till_offline", {
    steps: () =>
        [
            start(),
            cardSays("Brass lamp", 3),
            Offline.setOfflineMode(),
            ProductScreen.clickDisplayedProduct("Brass lamp", true, "1"),
            ProductScreen.clickNumpad("5"),
            Notification.has(
                "The till is offline: it cannot check whether someone is waiting for Brass lamp"
            ),
            ProductScreen.selectedOrderlineHas("Brass lamp", "5"),
            pay(),
            ReceiptScreen.clickNextOrder(),
            Offline.setOnlineMode(),
            { trigger: ".product-screen" },
            {
                content: "the network is back; the till may have said that it was lost",
                trigger: "body",
                run: async () => {
                    await window.posmodel.data.checkConnectivity();
                    await window.posmodel.syncAllOrders();
                    wakeServer();
                },
            },
            Chrome.isSynced(),
            cardSays("Brass lamp", 0),
        ].flat(Infinity),
});

tours.add("omni_stock_till_push", {
    steps: () =>
        [
            start(),
            cardSays("Brass lamp", 5),
            {
                content: "another channel buys",
                trigger: ".product-screen",
                run: async () => {
                    const { orm } = window.posmodel.data;
                    const ids = await orm.search("sale.order", [
                        ["client_order_ref", "=", "BOUGHT-ELSEWHERE"],
                    ]);
                    await orm.call("sale.order", "action_confirm", [ids]);
                    wakeServer();
                },
            },
            cardSays("Brass lamp", 3),
        ].flat(Infinity),
});

tours.add("omni_stock_till_parked", {
    steps: () =>
        [
            start(),
            cardSays("Brass lamp", 5),
            // (+): the ticket is left aside
            ProductScreen.clickDisplayedProduct("Brass lamp", true, "1"),
            ProductScreen.clickDisplayedProduct("Brass lamp", true, "2"),
            Chrome.createFloatingOrder(),
            ProductScreen.orderIsEmpty(),
            aMinuteLater(),
            cardSays("Brass lamp", 3),
            // Orders
            ProductScreen.clickDisplayedProduct("Brass lamp", true, "1"),
            Chrome.clickOrders(),
            aMinuteLater(),
            register(),
            cardSays("Brass lamp", 2),
            // on its way to payment
            ProductScreen.clickDisplayedProduct("Blue vase", true, "1"),
            ProductScreen.clickPayButton(),
            aMinuteLater(),
            PaymentScreen.clickBack(),
            ProductScreen.isShown(),
            cardSays("Blue vase", 1),
            // deleted
            Chrome.clickOrders(),
            TicketScreen.deleteOrder("001"),
            Dialog.confirm(),
            aMinuteLater(),
            register(),
            cardSays("Brass lamp", 4),
            // without network nobody is stopped
            Offline.setOfflineMode(),
            Chrome.createFloatingOrder(),
            ProductScreen.orderIsEmpty(),
            Offline.setOnlineMode(),
        ].flat(Infinity),
});

tours.add("omni_stock_till_ship_later", {
    steps: () =>
        [
            start(),
            ProductScreen.clickDisplayedProduct("Copper kettle", true, "1"),
            ProductScreen.clickDisplayedProduct("Glass bowl", true, "1"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Anna Martin"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickShipLaterButton(),
            PaymentScreen.shippingLaterHighlighted(),
            {
                content: "where it leaves from, and when it is there",
                trigger:
                    ".o_omni_shipping li:contains('1 × Copper kettle: from Central, arrives by')",
                timeout: SERVER,
            },
            {
                content: "what nowhere has",
                trigger: ".o_omni_shipping li:contains('1 × Glass bowl: no store can ship it')",
            },
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            {
                content: "back to the ticket",
                trigger:
                    ".modal:contains('No store can ship this') .modal-footer button:contains('Back to the ticket')",
                timeout: SERVER,
                run: "click",
            },
            ProductScreen.isShown(),
            ProductScreen.clickOrderline("Glass bowl", "1"),
            ProductScreen.clickNumpad("⌫"),
            ProductScreen.selectedOrderlineHas("Glass bowl", "0"),
            ProductScreen.clickNumpad("⌫"),
            {
                content: "it is off the ticket",
                trigger: ".order-container:not(:has(.orderline:contains('Glass bowl')))",
            },
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
        ].flat(Infinity),
});
