import * as tourUtils from "@website_sale/js/tours/tour_utils";
import { registry } from "@web/core/registry";

/** A shopper on a phone chooses a slot that another takes at the same moment, and then the next one. */
registry.category("web_tour.tours").add("omni_clickcollect_slot", {
    steps: () => [
        {
            trigger:
                '.o_omni_shop_stock li:contains("Lyon Bellecour") .o_omni_shop_ready:contains("Ready")',
        },
        { trigger: "#add_to_cart", run: "click" },
        tourUtils.goToCart({ quantity: 1 }),
        tourUtils.goToCheckout(),
        { trigger: 'select[name="country_id"]', run: "selectByLabel France" },
        { trigger: 'input[name="name"]', run: "edit Camille Martin" },
        { trigger: 'input[name="phone"]', run: "edit 0612345678" },
        { trigger: 'input[name="email"]', run: "edit camille@example.com" },
        { trigger: 'input[name="street"]', run: "edit 3 rue Neuve" },
        { trigger: 'input[name="city"]', run: "edit Lyon" },
        { trigger: 'input[name="zip"]', run: "edit 69002" },
        { trigger: '[name="website_sale_main_button"]', run: "click", expectUnloadPage: true },
        {
            content: "The price comes when the page has started to listen",
            trigger: '.o_wsale_delivery_price_badge:contains("Free")',
        },
        { trigger: '[name="o_pickup_location_selector"]', run: "click" },
        {
            trigger: '.o_location_selector .list-group-item:contains("Lyon Bellecour")',
            run: "click",
        },
        { trigger: "#submit_location_small", run: "click" },
        {
            content: "As soon as ready is chosen until he wants something else",
            trigger: '.o_omni_pickup_times .o_omni_pickup_soon[aria-pressed="true"]',
        },
        { trigger: ".o_omni_pickup_slot:not(:disabled):first", run: "click" },
        {
            content: "Somebody was quicker",
            trigger: '.o_omni_pickup_times [role="alert"]:contains("The next free one")',
        },
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
        { trigger: ".o_omni_pickup_slot:not(:disabled):first", run: "click" },
        { trigger: '.o_omni_pickup_slot[aria-pressed="true"]' },
        tourUtils.confirmOrder(),
        {
            trigger: 'input[name="o_payment_radio"][data-payment-method-code="pay_on_site"]',
            run: "click",
        },
        ...tourUtils.pay({ expectUnloadPage: true, waitFinalizeYourPayment: true }),
        { trigger: '[name="omni_pickup_link"]', run: "click", expectUnloadPage: true },
        { trigger: '.o_omni_pickup_page [data-state="to_prepare"]' },
    ],
});
