import * as tourUtils from "@website_sale/js/tours/tour_utils";
import { registry } from "@web/core/registry";

/** A shopper on a phone sees the stock of the shops, orders for collection in one, and follows the pickup. */
registry.category("web_tour.tours").add("omni_clickcollect_shopper", {
    steps: () => [
        {
            content: "The shop that has plenty comes first",
            trigger:
                '.o_omni_shop_stock li[data-level="in"]:contains("Lyon Bellecour"):contains("In stock")',
        },
        {
            content: "The other says how many are left",
            trigger:
                '.o_omni_shop_stock li[data-level="few"]:contains("Lille Centre"):contains("3 left")',
        },
        { trigger: "#add_to_cart", run: "click" },
        tourUtils.goToCart({ quantity: 1 }),
        tourUtils.goToCheckout(),
        { trigger: 'select[name="country_id"]', run: "selectByLabel France" },
        { trigger: 'input[name="name"]', run: "edit Camille Martin" },
        { trigger: 'input[name="phone"]', run: "edit 0612345678" },
        { trigger: 'input[name="email"]', run: "edit camille@example.com" },
        { trigger: 'input[name="street"]', run: "edit 3 rue Neuve" },
        { trigger: 'input[name="city"]', run: "edit Lille" },
        { trigger: 'input[name="zip"]', run: "edit 59800" },
        { trigger: '[name="website_sale_main_button"]', run: "click", expectUnloadPage: true },
        { trigger: 'input[name="o_delivery_radio"][data-delivery-type="in_store"]:checked' },
        {
            content: "The price comes when the page has started to listen",
            trigger: '.o_wsale_delivery_price_badge:contains("Free")',
        },
        { trigger: '[name="o_pickup_location_selector"]', run: "click" },
        {
            content:
                "The shop of the same postcode area comes first; no map is loaded from outside",
            trigger: '.o_location_selector .list-group-item:first-child:contains("Lille Centre")',
            run() {
                if (document.querySelector(".o_location_selector_map, script[src*=leaflet]")) {
                    throw new Error("the store selector loads a map from outside");
                }
            },
        },
        {
            trigger: '.o_location_selector .list-group-item:contains("Lyon Bellecour")',
            run: "click",
        },
        { trigger: "#submit_location_small", run: "click" },
        { trigger: '[name="o_pickup_location_name"]:contains("Lyon Bellecour")' },
        tourUtils.confirmOrder(),
        {
            trigger: 'input[name="o_payment_radio"][data-payment-method-code="pay_on_site"]',
            run: "click",
        },
        ...tourUtils.pay({ expectUnloadPage: true, waitFinalizeYourPayment: true }),
        { trigger: '[name="omni_pickup_link"]', run: "click", expectUnloadPage: true },
        { trigger: '.o_omni_pickup_page [data-state="to_prepare"]' },
        { trigger: '.o_omni_pickup_page [name="amount_due"]:contains("50.00")' },
        { trigger: '.o_omni_pickup_page [name="lines"]:contains("Silk scarf")' },
    ],
});
