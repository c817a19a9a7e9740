import { browser } from "@web/core/browser/browser";
import { click, counting, follow, goBack, journey, screen, writeName } from "./steps";

/** The short way from a product to a pickup, in any language: no step reads a word. ``CARD`` pays online. */

const LYON = 'li:has(.o_omni_shop_name:contains("Lyon Bellecour"))';
const PAY = 'button[name="o_payment_submit_button"]';
const CARD = 'input[name="o_payment_radio"][data-payment-method-code="journey_card"]';

const choosesTheStore = () => [click(".o_omni_see_shops"), click(`${LYON} .o_omni_choose_shop`)];

const isChosen = () => [
    screen(
        "product, store chosen",
        ".o_omni_get:has(#omni_way_collect:checked) .o_omni_mine_level"
    ),
    { trigger: '.o_omni_my_store:not(.d-none) [name="omni_my_store"]:contains("Lyon Bellecour")' },
];

/** The id of the other store, which the test gives. */
const lille = () => Number(document.cookie.match(/journey_lille=(\d+)/)[1]);

const buysNow = () => follow(".o_omni_buy_now:not(.disabled)");

const saysWho = () => [
    screen("who collects", ".o_omni_short"),
    writeName(),
    follow('[name="website_sale_main_button"]'),
];

const readsThePromise = () => [
    screen("payment", '.o_omni_told:contains("Lyon Bellecour")'),
    { trigger: `${PAY}:enabled` },
];

const pays = () => [
    follow(`${PAY}:enabled`),
    {
        content: "The payment is looked after",
        trigger: '[name="o_payment_status"]',
        expectUnloadPage: true,
    },
];

const isConfirmed = () => screen("confirmation", '[name="omni_pickup_link"]');

const guest = () => [choosesTheStore(), isChosen(), buysNow(), saysWho(), readsThePromise()];

journey("guest_short", () => counting(5, 2, guest(), pays(), isConfirmed()));

journey("customer_short", () =>
    counting(
        3,
        0,
        click(".o_omni_collect_nearest"),
        isChosen(),
        buysNow(),
        readsThePromise(),
        pays(),
        isConfirmed()
    )
);

/** What became worse is refused, said when the page is loaded again, and agreed to. */
const isRefusedAndAgrees = (store) => [
    click(`${PAY}:enabled`),
    screen("payment refused", ".modal .modal-body"),
    {
        content: "They load the page again",
        trigger: ".modal",
        run: () => browser.location.reload(),
        expectUnloadPage: true,
    },
    screen("payment, it became worse", ".o_omni_worse"),
    follow('.o_omni_worse button[value="agree"]'),
    { trigger: `.o_omni_told:contains("${store}")` },
];

journey("guest_loses_the_last_one", () => [
    guest(),
    isRefusedAndAgrees("Lyon Bellecour"),
    pays(),
    isConfirmed(),
]);

journey("guest_with_two_windows", () => [
    guest(),
    {
        content: "In another window they choose Lille",
        trigger: PAY,
        async run() {
            const shops = { jsonrpc: "2.0", method: "call", params: { shop_id: lille() } };
            await fetch("/shop/shops/choose", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify(shops),
            });
        },
    },
    isRefusedAndAgrees("Lille Centre"),
    pays(),
    isConfirmed(),
]);

/** The bank says no: they are still on the payment page, with their goods, and pay again. */
journey("guest_is_refused_by_the_bank", () => [
    guest(),
    click(CARD),
    click(`${PAY}:enabled`),
    screen("payment, refused by the bank", ".modal .modal-body"),
    click(".modal footer .btn-primary"),
    { trigger: 'body:not(:has(.o_dialog)) .o_omni_told:contains("Lyon Bellecour")' },
    pays(),
    isConfirmed(),
]);

/** At the bank they press Back: nothing is reset, and they pay in the store. */
journey("guest_comes_back_from_the_bank", () => [
    guest(),
    click(CARD),
    follow(`${PAY}:enabled`),
    { trigger: ".o_omni_stores" },
    goBack(),
    readsThePromise(),
    click(CARD),
    pays(),
    isConfirmed(),
]);
