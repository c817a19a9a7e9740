import { registry } from "@web/core/registry";

const toPayment = () => [
    {
        content: "Go on to the delivery",
        trigger: 'a[name="website_sale_main_button"]',
        run: "click",
        expectUnloadPage: true,
    },
    {
        content: "Go on to the payment",
        trigger:
            'a[href^="/shop/confirm_order"], a[name="website_sale_main_button"]:not(.disabled)',
        run: "click",
        expectUnloadPage: true,
    },
];

registry.category("web_tour.tours").add("omni_stock_sold_out", {
    steps: () => [
        {
            content: "The basket says that the last one is gone",
            trigger: '.o_omni_sold_out[role="alert"]:contains("“Last Lamp” is sold out")',
        },
        ...toPayment(),
        {
            content: "The payment page says it as well, and offers no payment",
            trigger: '.alert-danger:contains("“Last Lamp” is sold out")',
        },
        { trigger: "body:not(:has(.o_omni_hold)):not(:has(#payment_method))" },
        {
            content: "Back to the basket",
            trigger: 'a[name="omni_back_to_cart"]',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Remove it",
            trigger: ".o_cart_product .js_delete_product:visible",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: 'h5:contains("Your cart is empty")' },
    ],
});

registry.category("web_tour.tours").add("omni_stock_countdown", {
    steps: () => [
        { trigger: "#cart_products" },
        { trigger: "body:not(:has(.o_omni_sold_out))" },
        ...toPayment(),
        {
            content: "The items are kept, and the time runs",
            trigger: '.o_omni_hold [role="timer"]:contains("Your items are kept for")',
        },
        { trigger: '.o_omni_hold_left:contains("14:")' },
    ],
});
