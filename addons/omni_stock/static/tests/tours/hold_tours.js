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
        {
            content: "Ask for a mail when it is back",
            trigger: '.o_omni_tell_me input[name="email"]:value("paul@example.com")',
        },
        { trigger: ".o_omni_tell_me button", run: "click" },
        { trigger: '.o_omni_told[role="status"]:contains("We will e-mail you")' },
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

registry.category("web_tour.tours").add("omni_stock_take_left", {
    steps: () => [
        { trigger: '.o_omni_sold_out:contains("only 2 left of “Last Lamp”")' },
        {
            content: "Take what is left, in one click",
            trigger: '.o_omni_take_left:contains("Take the 2 that are left")',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#cart_products .js_quantity:value(2)" },
        { trigger: "body:not(:has(.o_omni_sold_out))" },
        ...toPayment(),
        { trigger: '.o_omni_hold [role="timer"]:contains("We hold your items for")' },
        { trigger: "#payment_method" },
    ],
});

registry.category("web_tour.tours").add("omni_stock_without_it", {
    steps: () => [
        { trigger: '.alert-danger:contains("“Last Lamp” is sold out")' },
        { trigger: '.o_omni_shops:contains("Bastille")' },
        {
            content: "Buy the rest without it",
            trigger: '.o_omni_take_left:contains("Continue without it")',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#payment_method" },
        { trigger: "body:not(:has(.o_omni_sold_out))" },
    ],
});

registry.category("web_tour.tours").add("omni_stock_basket_hold", {
    steps: () => [
        { trigger: '#threshold_message:contains("3")' },
        { trigger: '.o_omni_in_shops:contains("In 2 stores")' },
        { content: "Put it into the basket", trigger: "#add_to_cart", run: "click" },
        {
            trigger: 'a[href="/shop/cart"]:has(.my_cart_quantity:contains("1"))',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is kept already",
            trigger: '.o_omni_hold [role="timer"]:contains("We hold your items for")',
        },
        { content: "One more", trigger: ".css_quantity a:has(.oi-plus):visible", run: "click" },
        { trigger: "#cart_products .js_quantity:value(2)" },
        { trigger: '.o_omni_hold_left:contains("14:")' },
    ],
});

registry.category("web_tour.tours").add("omni_stock_time_is_up", {
    steps: () => [
        { trigger: '.o_omni_hold.alert-warning [role="timer"] .o_omni_hold_left:contains("0:0")' },
        {
            content: "The time runs out, and says so",
            trigger: ".o_omni_hold_over:visible a:contains('Check availability')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "They are, and are kept again",
            trigger: '.o_omni_hold [role="timer"]:visible:contains("We hold your items for")',
        },
    ],
});

registry.category("web_tour.tours").add("omni_stock_countdown", {
    steps: () => [
        { trigger: "#cart_products" },
        { trigger: "body:not(:has(.o_omni_sold_out))" },
        ...toPayment(),
        {
            content: "The items are kept, and the time runs",
            trigger: '.o_omni_hold [role="timer"]:contains("We hold your items for")',
        },
        { trigger: '.o_omni_hold_left:contains("14:")' },
    ],
});
