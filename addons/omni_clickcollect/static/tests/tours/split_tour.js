import * as tourUtils from "@website_sale/js/tours/tour_utils";
import { registry } from "@web/core/registry";
import { writeAddress } from "./journeys/steps";

const part = (name, level) => `.o_omni_part[data-level="${level}"]:contains("${name}")`;

/** Wait until the page shows ``amount`` as the total, wherever a phone or a computer shows it. */
const total = (amount) => ({
    content: `The order costs ${amount} in all`,
    trigger: `#wrapwrap:has([name="o_order_total"] .monetary_field:contains("${amount}")), #wrapwrap:has(#amount_total_summary:contains("${amount}"))`,
});

/** A guest has two scarves brought to their shop and collects them there, has a glove sent home, and pays online. */
registry.category("web_tour.tours").add("omni_clickcollect_split", {
    steps: () => [
        { trigger: "#add_to_cart", run: "click" },
        tourUtils.goToCart({ quantity: 1 }),
        {
            trigger: 'a[href^="/shop/checkout"]',
            run: () => window.location.assign("/shop?search=Leather glove"),
            expectUnloadPage: true,
        },
        {
            trigger: '.oe_product_cart:first a:contains("Leather glove")',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#add_to_cart", run: "click" },
        tourUtils.goToCart({ quantity: 2 }),
        tourUtils.goToCheckout(),
        ...writeAddress("69003"),
        { trigger: '[name="website_sale_main_button"]', run: "click", expectUnloadPage: true },
        {
            content: "The page listens when all prices have come",
            trigger: `#o_delivery_methods${["Free", "6.00", "12.00"]
                .map((price) => `:has(.o_wsale_delivery_price_badge:contains("${price}"))`)
                .join("")}`,
        },
        { trigger: '[name="o_pickup_location_selector"]', run: "click" },
        {
            trigger:
                '.o_location_selector .list-group-item:contains("Lyon Bellecour"):contains("transferred from another store")',
            run: "click",
        },
        { trigger: "#submit_location_small, #submit_location_large", run: "click" },
        {
            content: "What the shop has not got comes from another one, with a date",
            trigger: `${part("Silk scarf", "brought")}:contains("from Lille Centre"):contains("Ready")`,
        },
        { trigger: `${part("Leather glove", "here")} [name="collect"][aria-pressed="true"]` },
        total("80.00"),
        {
            content: "They use the keyboard",
            trigger: `${part("Leather glove", "here")} button[name="send"]`,
            run() {
                this.anchor.focus();
            },
        },
        {
            trigger: `${part("Leather glove", "here")} button[name="send"]:focus`,
            run: "press Enter",
        },
        {
            content: "The focus stays where they were",
            trigger: `${part("Leather glove", "sent")} [name="send"][aria-pressed="true"]:focus`,
        },
        { trigger: '.o_omni_part_carrier[aria-pressed="true"]:contains("6.00")' },
        total("86.00"),
        {
            trigger: '.o_omni_part_carrier[aria-pressed="false"]:contains("Express")',
            run: "click",
        },
        { trigger: '.o_omni_part_carrier[aria-pressed="true"]:contains("Express")' },
        total("92.00"),
        {
            content: "Not everything can be sent",
            trigger: `${part("Silk scarf", "brought")}:not(:has(button))`,
        },
        tourUtils.confirmOrder(),
        {
            content: "What is sent home is not paid in the shop",
            trigger: 'input[name="o_payment_radio"][data-payment-method-code="wire_transfer"]',
            run() {
                if (document.querySelector('[data-payment-method-code="pay_on_site"]')) {
                    throw new Error("an order that is sent home in part can be paid in the shop");
                }
            },
        },
        {
            trigger: 'input[name="o_payment_radio"][data-payment-method-code="wire_transfer"]',
            run: "click",
        },
        ...tourUtils.pay({ expectUnloadPage: true }),
        {
            content: "The payment goes through",
            trigger: '.breadcrumb:contains("Payment Status")',
            expectUnloadPage: true,
        },
        {
            timeout: 30000,
            trigger:
                '[name="omni_collected"]:contains("Lyon Bellecour"):contains("Silk scarf"):not(:contains("Leather glove")) [name="omni_ready"]',
        },
        {
            trigger:
                '[name="omni_sent"]:contains("3 rue Neuve"):contains("Express"):contains("Leather glove"):not(:contains("Silk scarf"))',
        },
    ],
});
