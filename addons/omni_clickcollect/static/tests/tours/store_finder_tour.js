import * as tourUtils from "@website_sale/js/tours/tour_utils";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { writeName } from "./journeys/steps";

const FIRST = ".o_omni_shop_stock li:first-child";

/** Let the browser answer, as if the shopper was asked whether they share their position. */
function answerPosition(answer) {
    Object.defineProperty(browser.navigator, "geolocation", {
        configurable: true,
        value: { getCurrentPosition: (resolve, reject) => answer(resolve, reject) },
    });
}

const checkout = [
    { trigger: "#add_to_cart", run: "click" },
    tourUtils.goToCart({ quantity: 1 }),
    tourUtils.goToCheckout(),
    { trigger: ".o_omni_short" },
    ...writeName(),
    {
        trigger: '[name="website_sale_main_button"]',
        run: "click",
        expectUnloadPage: true,
    },
    {
        content: "All is said, so they come to pay at once; they change their mind",
        trigger: '.o_omni_told [name="omni_change"]',
        run: "click",
        expectUnloadPage: true,
    },
    { trigger: 'input[name="o_delivery_radio"][data-delivery-type="in_store"]:checked' },
    { trigger: '.o_wsale_delivery_price_badge:contains("Free")' },
];

const openSelector = {
    trigger: 'span[name="o_pickup_location_selector"]',
    run: "click",
};

/** A shopper looks for a shop in their town, makes it their own, and finds it chosen in their basket. */
registry.category("web_tour.tours").add("omni_clickcollect_store_finder", {
    steps: () => [
        { trigger: '.o_omni_collect:contains("Collect in a store"):contains("Ready from")' },
        { trigger: '.o_omni_see_shops:contains("all 12 stores")', run: "click" },
        {
            content: "Twelve shops do not make the page endless",
            trigger: ".o_omni_shop_stock .o_omni_all_shops:contains(Show all 12 stores)",
            run() {
                const shown = document.querySelectorAll(".o_omni_shop_stock li").length;
                if (shown !== 5) {
                    throw new Error(`${shown} shops are shown at first`);
                }
            },
        },
        { trigger: ".o_omni_shop_search input", run: "edit Atlantis" },
        { trigger: '.o_omni_shop_search button[type="submit"]', run: "click" },
        { trigger: '.o_omni_shop_message:contains("No store matches")' },
        { trigger: ".o_omni_shop_search input", run: "edit 59800" },
        { trigger: '.o_omni_shop_search button[type="submit"]', run: "click" },
        {
            content: "The shop of the same area first, and how far the next one is from it",
            trigger: `${FIRST}:contains("Lille Centre"):contains("Open")`,
        },
        {
            trigger:
                '.o_omni_shop_stock li:nth-child(2) .o_omni_shop_distance:contains("km from Lille")',
        },
        { trigger: `${FIRST} .o_omni_choose_shop`, run: "click" },
        {
            content: "The list closes, and the block says where",
            trigger:
                '.o_omni_get:not(:has(.o_omni_shop_stock)) .o_omni_collect:contains("Collect in Lille Centre")',
        },
        { trigger: "#omni_way_collect:checked" },
        {
            content: "It is there on the page of another product too",
            trigger: "body",
            run: () => browser.location.assign("/shop?search=Leather+glove"),
            expectUnloadPage: true,
        },
        {
            trigger: '.oe_product_cart a:contains("Leather glove")',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: '.o_omni_collect:contains("Collect in Lille Centre"):contains("In stock")' },
        ...checkout,
        {
            content: "The basket begins with their shop",
            trigger: '[name="o_pickup_location_name"]:contains("Lille Centre")',
        },
        { trigger: ".o_omni_pickup_times .o_omni_pickup_soon" },
        openSelector,
        {
            content: "There it has its name, too, and the list needs no map",
            trigger:
                '.o_location_selector .list-group-item:contains("Lille Centre") .o_omni_my_shop',
            run() {
                if (document.querySelector(".o_location_selector_map, script[src*=leaflet]")) {
                    throw new Error("the store selector loads a map that nobody asked for");
                }
            },
        },
        { trigger: ".o_location_selector .search-query", run: "edit Lyon && press Enter" },
        {
            trigger:
                '.o_location_selector .list-group-item:first-child:contains("Lyon Bellecour"):contains("Ready")',
            run: "click",
        },
        { trigger: '[id^="submit_location"]:visible:not(:disabled)', run: "click" },
        { trigger: '[name="o_pickup_location_name"]:contains("Lyon Bellecour")' },
    ],
});

/** Who shares their position sees the nearest shop; who does not, reads what to do, and the list stays. */
registry.category("web_tour.tours").add("omni_clickcollect_shop_position", {
    steps: () => [
        { trigger: ".o_omni_see_shops", run: "click" },
        {
            trigger: ".o_omni_use_position",
            async run({ click }) {
                answerPosition((resolve, reject) => reject({ code: 1 }));
                await click();
            },
        },
        { trigger: '.o_omni_shop_message:contains("was not shared")' },
        { trigger: ".o_omni_shop_stock li:nth-child(5)" },
        {
            trigger: ".o_omni_use_position",
            async run({ click }) {
                answerPosition((resolve) =>
                    resolve({ coords: { latitude: 50.63, longitude: 3.07 } })
                );
                await click();
            },
        },
        { trigger: `${FIRST}:contains("Lille Centre"):contains("less than 1 km from you")` },
        {
            content: "Odoo's selector knows it as well",
            trigger: ".o_omni_change_store",
            run: "click",
        },
        {
            trigger:
                '.o_location_selector .list-group-item:first-child:contains("less than 1 km from you")',
        },
        {
            content: "Without the map, which cannot be reached here, the list does the whole job",
            trigger: ".o_omni_show_map",
            run: "click",
        },
        { trigger: ".o_omni_map_failed" },
        {
            trigger: '.o_location_selector .list-group-item:contains("Lyon Bellecour")',
            run: "click",
        },
        { trigger: "#submit_location_large:not(:disabled)", run: "click" },
        {
            content: "The shop that is chosen there is remembered as well",
            trigger: `${FIRST} .o_omni_my_shop:contains("Your store")`,
            run: () => browser.location.reload(),
            expectUnloadPage: true,
        },
        { trigger: '.o_omni_collect:contains("Collect in Lyon Bellecour")' },
        { trigger: "#omni_way_collect:checked" },
    ],
});
