import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Notification from "@point_of_sale/../tests/generic_helpers/notification_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import { scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import { registry } from "@web/core/registry";

const SERVER = 30000; // ms, what an answer of the server may take on a busy machine
const tours = registry.category("web_tour.tours");
const start = () => [Chrome.startPoS(), Dialog.confirm("Open Register")];
const press = (name) => ({
    content: `press ${name}`,
    trigger: `.o_omni_till_actions button[name='${name}']:enabled`,
    timeout: SERVER,
    run: "click",
});
const shown = (trigger, content = trigger) => ({ content, trigger, timeout: SERVER });
const write = (trigger, text) => ({
    content: `write ${text}`,
    trigger,
    timeout: SERVER,
    run: `edit ${text}`,
});
const code = (text) => write(".o_omni_till_actions input[name='code']", text);
const identity = (text) => write(".o_omni_till_actions input[name='identity']", text);
const list = () => [
    ProductScreen.clickReview(),
    {
        content: "open the actions",
        isActive: ["mobile"],
        trigger: ".mobile-more-button",
        run: "click",
    },
    { content: "open the pickups", trigger: ".o_omni_pickups_button", run: "click" },
];
const open = (customer) => ({
    content: `open the pickup of ${customer}`,
    trigger: `.o_omni_till_pickup:contains(${customer})`,
    timeout: SERVER,
    run: "click",
});

tours.add("omni_clickcollect_till_typed", {
    steps: () =>
        [
            start(),
            list(),
            shown(".o_omni_till_pickup[data-state='ready']:contains(Camille):contains(Paid)"),
            write(".o_omni_list_search input", "CCCDDD"),
            shown(".o_omni_pickups_notice:contains(Lille Centre)", "where it waits"),
            write(".o_omni_list_search input", "web-lille"),
            shown(".o_omni_pickups_empty:contains(WEB-LILLE waits at Lille Centre)"),
            write(".o_omni_list_search input", "acd efg"),
            shown(".o_omni_till_detail .o_omni_till_line:contains(Silk scarf)"),
            { content: "back to the list", trigger: ".o_omni_pickups .back-button", run: "click" },
            open("Camille"),
            code("acd efg"),
            Offline.setOfflineMode(),
            press("hand_over"),
            shown(".o_omni_error:contains(offline)", "nothing is lost"),
            Offline.setOnlineMode(),
            press("hand_over"),
            Notification.has("handed over"),
            shown(".o_omni_pickups_empty:contains(No pickup waits)"),
        ].flat(Infinity),
});

tours.add("omni_clickcollect_till_waits", {
    steps: () =>
        [
            start(),
            list(),
            open("Camille"),
            shown(".o_omni_why_not:contains(Not ready yet)"),
            {
                content: "the desk says that something changed",
                trigger: ".o_omni_why_not",
                run: () => window.posmodel.omniPickupNews++,
            },
            press("no_code"),
            press("hand_over"),
            shown(".o_omni_error:contains(Enter what you checked)"),
            identity("Identity card"),
            press("hand_over"),
            Notification.has("handed over"),
        ].flat(Infinity),
});

tours.add("omni_clickcollect_till_scan", {
    steps: () =>
        [
            start(),
            ProductScreen.isShown(),
            scan_barcode("ACDEFG"),
            shown(".o_omni_till_detail:contains(Camille)"),
            press("hand_over"),
            Notification.has("handed over"),
        ].flat(Infinity),
});

tours.add("omni_clickcollect_till_pay", {
    steps: () =>
        [
            start(),
            scan_barcode("ACDEFG"),
            shown(".o_omni_till_detail:contains(Camille):contains(To pay)"),
            press("take_payment"),
            ProductScreen.orderLineHas("Silk scarf", "2"),
            ProductScreen.customerIs("Camille Martin"),
            ProductScreen.addOrderline("Leather glove", "1"),
            ProductScreen.clickOrderline("Silk scarf", "2"),
            ProductScreen.clickNumpad("1"),
            ProductScreen.orderLineHas("Silk scarf", "1"),
            ProductScreen.totalAmountIs("80.00"),
            ProductScreen.clickPayButton(false),
            {
                content: "the other one goes back to the shop",
                trigger: ".modal:contains(Silk scarf) .selection-item:contains(Restock)",
                run: "click",
            },
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            shown(".pos .receipt-screen", "the receipt"),
        ].flat(Infinity),
});

tours.add("omni_clickcollect_till_part", {
    steps: () =>
        [
            start(),
            list(),
            open("Camille"),
            press("hand_over"),
            shown(".o_omni_error:contains(Ask the customer for the code)"),
            code("ACDEFG"),
            press("part"),
            {
                content: "one now",
                trigger: ".o_omni_till_part input",
                run: "edit 1 && press Tab",
            },
            {
                content: "the rest is not wanted",
                trigger: ".o_omni_till_part select",
                run: "select back",
            },
            press("hand_over"),
            {
                content:
                    "what the customer does now is read before the next pickup, and covers nothing of it",
                trigger: ".modal:contains(To refund by hand) .modal-footer .btn-primary",
                run: "click",
            },
        ].flat(Infinity),
});

tours.add("omni_clickcollect_till_wrong", {
    steps: () =>
        [
            start(),
            list(),
            open("Camille"),
            Array.from({ length: 5 }, (_, number) => [
                code(`AAAAA${"CDEFG"[number]}`),
                press("hand_over"),
                shown(".o_omni_error:contains(This is not the code)"),
            ]),
            code("ACDEFG"),
            press("hand_over"),
            shown(".o_omni_error:contains(Too many wrong codes)"),
            press("no_code"),
            identity("Identity card"),
            press("hand_over"),
            shown(".o_omni_error:contains(Too many wrong codes)"),
        ].flat(Infinity),
});
