import * as tourUtils from "@website_sale/js/tours/tour_utils";
import { loadJS } from "@web/core/assets";
import { click, follow, goBack, isNotKept, journey, screen, write, writeAddress } from "./steps";

/* global ZXing */

const PAGE = ".o_omni_pickup_page";
const RESERVE = ".o_omni_reserve";
const state = (name) => `${PAGE} [data-state="${name}"]`;
const part = (name) => `${PAGE} [name="${name}"]`;

const shops = () => [
    click(".o_omni_see_shops"),
    screen("product", '.o_omni_shop_stock li:contains("Lyon Bellecour"):contains("In stock")'),
    {
        trigger:
            '.o_omni_shop_stock li[data-level="few"]:contains("Lille Centre"):contains("3 left")',
    },
];

const basket = () => [
    click("#add_to_cart"),
    tourUtils.goToCart({ quantity: 1 }),
    screen("basket", 'a[href^="/shop/checkout"]'),
    tourUtils.goToCheckout(),
];

const address = () => [
    writeAddress("69002"),
    screen("address", 'input[name="zip"]'),
    follow('[name="website_sale_main_button"]'),
];

const chooseShop = () => [
    {
        content: "The price comes when the page has started to listen",
        trigger: '.o_wsale_delivery_price_badge:contains("Free")',
    },
    click('[name="o_pickup_location_selector"]'),
    {
        content: "The shop of the same postcode comes first",
        trigger: '.o_location_selector .list-group-item:first-child:contains("Lyon Bellecour")',
        run: "click",
    },
    screen("shops", "#submit_location_small, #submit_location_large"),
    {
        content: "No map is loaded from outside",
        trigger: ".o_location_selector:not(:has(.o_location_selector_map))",
    },
    click("#submit_location_small, #submit_location_large"),
    screen("checkout", '[name="o_pickup_location_name"]:contains("Lyon Bellecour")'),
];

const pay = (method) => [
    tourUtils.confirmOrder(),
    click(`input[name="o_payment_radio"][data-payment-method-code="${method}"]`),
    screen("payment", 'button[name="o_payment_submit_button"]:enabled'),
    tourUtils.pay({ expectUnloadPage: true }),
    {
        content: "The payment is looked after",
        trigger: '[name="o_payment_status"]',
        expectUnloadPage: true,
    },
    screen("confirmation", '[name="omni_pickup_link"]'),
    follow('[name="omni_pickup_link"]'),
];

const received = (due) => [
    screen("page, received", state("to_prepare")),
    { trigger: `${part("amount_due")}:contains("${due}")` },
    { trigger: `${part("lines")}:contains("Silk scarf")` },
];

const qrIsTheCode = () => ({
    content: "A scanner reads the code from the page",
    trigger: `${PAGE} .o_omni_pickup_qr`,
    async run({ anchor }) {
        await loadJS("/web/static/lib/zxing-library/zxing-library.js");
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 300;
        const paper = canvas.getContext("2d");
        paper.fillStyle = "white";
        paper.fillRect(0, 0, 300, 300);
        paper.drawImage(anchor, 30, 30, 240, 240);
        const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
        const picture = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source));
        const read = new ZXing.QRCodeReader().decode(picture).getText();
        const code = document.querySelector(".o_omni_pickup_code").textContent.trim();
        if (read !== code) {
            throw new Error(`the picture says ${read}, the page ${code}`);
        }
    },
});

journey("guest_buys", () => [
    shops(),
    basket(),
    address(),
    chooseShop(),
    pay("journey_card"),
    received("Everything is paid"),
    qrIsTheCode(),
]);

journey("portal_buys", () => [
    shops(),
    basket(),
    chooseShop(),
    pay("journey_card"),
    received("Everything is paid"),
]);

/** Somebody else takes the slot in the moment in which it is pressed. */
journey("guest_chooses_a_slot", () => [
    shops(),
    basket(),
    address(),
    chooseShop(),
    screen("slots", '.o_omni_pickup_times .o_omni_pickup_soon[aria-pressed="true"]'),
    click(".o_omni_pickup_slot:not(:disabled):first"),
    screen("slot taken", '.o_omni_pickup_times [role="alert"]:contains("The next free one")'),
    { trigger: '.o_omni_pickup_slot:disabled:contains("Full")' },
    {
        content: "The next free slot may be on the next day",
        trigger: ".o_omni_pickup_times",
        run() {
            if (!document.querySelector(".o_omni_pickup_slot:not(:disabled)")) {
                document.querySelectorAll(".o_omni_pickup_day")[1].click();
            }
        },
    },
    click(".o_omni_pickup_slot:not(:disabled):first"),
    screen("slot chosen", '.o_omni_pickup_slot[aria-pressed="true"]'),
    pay("pay_on_site"),
    received("50.00"),
]);

/** Press Enter on what has the focus, as Tab gives it. */
async function enter({ anchor, press }) {
    anchor.focus();
    await press("Enter");
}

/** Who has an account reserves at once, by the keyboard alone if they like. */
journey("portal_reserves", () => [
    shops(),
    { trigger: `${RESERVE}_open`, run: enter },
    {
        content: "The first field has the focus, and nobody asks for a name",
        trigger: `${RESERVE} form:not(:has(${RESERVE}_name)) ${RESERVE}_shop:focus`,
        run: "selectByLabel Lyon Bellecour",
    },
    screen("reserve", `${RESERVE} form`),
    { trigger: `${RESERVE} form button[type="submit"]`, run: enter, expectUnloadPage: true },
    screen("page, reserved", state("to_prepare")),
    { trigger: `${part("amount_due")}:contains("50.00")` },
]);

const submit = () => click(`${RESERVE} form button[type="submit"]`);

/** Nobody known: they prove that the e-mail address is theirs, by the code that was sent there. */
journey("guest_reserves", () => [
    shops(),
    click(`${RESERVE}_open`),
    { trigger: `${RESERVE}_shop`, run: "selectByLabel Lyon Bellecour" },
    { trigger: `${RESERVE}_quantity`, run: "selectByLabel 2" },
    write(`${RESERVE}_name`, "Camille Martin"),
    write(`${RESERVE}_contact`, "nowhere"),
    submit(),
    screen("reserve, no address", `${RESERVE}_error:contains("e-mail address")`),
    write(`${RESERVE}_contact`, "camille.new@example.com"),
    submit(),
    write(`${RESERVE}_code`, "12"),
    submit(),
    screen("reserve, wrong code", `${RESERVE}_error:contains("wrong, or too old")`),
    {
        content: "They read their mail",
        trigger: `${RESERVE}_code`,
        async run(helpers) {
            const mail = await (await fetch("/journey_mail.html")).text();
            const words = new DOMParser().parseFromString(mail, "text/html").body.textContent;
            await helpers.edit(words.match(/\b\d{6}\b/)[0]);
        },
    },
    follow(`${RESERVE} form button[type="submit"]`),
    screen("page, reserved by a guest", state("to_prepare")),
]);

journey("page_collected", () => [
    screen("page, collected", state("collected")),
    { trigger: `${PAGE}:not(:has(.o_omni_pickup_qr))` },
]);

journey("page_ready", () => [screen("page, ready", state("ready")), qrIsTheCode()]);

journey("page_part_missing", () => [
    screen("page, part missing", `${part("missing")}:contains("Leather glove")`),
]);

journey("page_part_decided", () => [
    screen("page, part taken off", `${part("missing")}:contains("Leather glove")`),
    { trigger: `${part("lines")}:not(:contains("Leather glove"))` },
]);

journey("page_names_a_delegate", () => [
    screen("page, who collects", `${part("delegate")}`),
    write(`${part("delegate")} input[name="name"]`, "Paul Martin"),
    follow(`${part("delegate")} button[type="submit"]`),
    screen("page, code of the delegate", `${part("delegate_code")}:contains("Paul Martin")`),
]);

journey("page_paid_back", () => [
    screen("page, paid back", `${part("refund")}:contains("50.00")`),
    { trigger: state("released") },
]);

/** From their account; they look at the stores, go back once, and then take the other store. */
journey("portal_changes_shop", () => [
    screen("account, pickups", ".o_omni_my_pickups a"),
    follow(".o_omni_my_pickups a"),
    screen("page, from the account", state("to_prepare")),
    isNotKept(),
    follow('a[name="shops"]'),
    screen("page, other shops", ".o_omni_pickup_shops"),
    goBack(),
    { trigger: state("to_prepare") },
    follow('a[name="shops"]'),
    click('.o_omni_pickup_shops li:contains("Lille Centre") input'),
    screen("page, other shop chosen", ".o_omni_pickup_shops input:checked"),
    follow('.o_omni_pickup_shops button[type="submit"]'),
    screen("page, in the other shop", `${part("store")}:contains("Lille Centre")`),
]);

journey("page_is_here", () => [
    screen("page, drive-in", `${part("here")} input[name="bay"]`),
    write(`${part("here")} input[name="bay"]`, "4"),
    write(`${part("here")} input[name="plate"]`, "ab-123-cd"),
    follow(`${part("here")} button:contains("I am here")`),
    screen("page, somebody comes", `${part("arrived")}:contains("Someone is coming to you")`),
]);
