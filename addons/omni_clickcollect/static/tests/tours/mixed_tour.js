import * as tourUtils from "@website_sale/js/tours/tour_utils";
import { registry } from "@web/core/registry";

const line = (name) => `.o_omni_part:contains("${name}")`;
const total = (amount) => ({
    content: `The order costs ${amount} in all`,
    trigger: `tr[name="o_order_total"] .monetary_field:contains("${amount}"):not(:visible), #amount_total_summary:contains("${amount}"), tr[name="o_order_total"] .monetary_field:contains("${amount}")`,
});

/** A guest collects scarves, brought from another shop in part, and has a glove sent home; he pays online. */
registry.category("web_tour.tours").add("omni_clickcollect_mixed", {
    steps: () => [
        { trigger: "#add_to_cart", run: "click" },
        tourUtils.goToCart({ quantity: 3 }),
        tourUtils.goToCheckout(),
        { trigger: 'select[name="country_id"]', run: "selectByLabel France" },
        { trigger: 'input[name="name"]', run: "edit Camille Martin" },
        { trigger: 'input[name="phone"]', run: "edit 0612345678" },
        { trigger: 'input[name="email"]', run: "edit camille@example.com" },
        { trigger: 'input[name="street"]', run: "edit 3 rue Neuve" },
        { trigger: 'input[name="city"]', run: "edit Lyon" },
        { trigger: 'input[name="zip"]', run: "edit 69003" },
        { trigger: '[name="website_sale_main_button"]', run: "click", expectUnloadPage: true },
        {
            content: "The price comes when the page has started to listen",
            trigger: '.o_wsale_delivery_price_badge:contains("Free")',
        },
    ],
});
