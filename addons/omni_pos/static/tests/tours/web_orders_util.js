const SERVER = 30000; // ms, what an answer of the server may take on a busy machine
const row = (customer) => `.o_omni_web_order:contains("${customer}")`;

export function open() {
    return [
        {
            content: "open the actions",
            isActive: ["mobile"],
            trigger: ".mobile-more-button",
            run: "click",
        },
        {
            content: "open the web orders",
            trigger: ".o_omni_web_orders_button",
            run: "click",
        },
        { content: "the web orders are shown", trigger: ".o_omni_web_orders" },
    ];
}

export function countIs(count) {
    return [
        {
            content: `${count} orders wait`,
            trigger: `.o_omni_web_orders_button .o_omni_web_orders_count:contains(/^${count}$/)`,
            timeout: SERVER,
        },
    ];
}

export function search(text) {
    return [
        {
            content: `search ${text}`,
            trigger: ".o_omni_list_search input",
            run: `edit ${text}`,
        },
    ];
}

export function isShown(customer, { goods = "here" } = {}) {
    return [
        {
            content: `the order of ${customer} waits`,
            trigger: `${row(customer)} .o_omni_goods[data-goods='${goods}']`,
            timeout: SERVER,
        },
    ];
}

export function isGone(customer) {
    return [
        {
            content: `no order of ${customer} waits`,
            trigger: `.o_omni_web_orders:not(:has(${row(customer)})):not(:has(.fa-spin))`,
            timeout: SERVER,
        },
    ];
}

export function says(text) {
    return [
        {
            content: `the list says ${text}`,
            trigger: `.o_omni_web_orders_empty:contains("${text}")`,
        },
    ];
}

export function takePayment(customer) {
    return [
        {
            content: `take the payment of ${customer}`,
            trigger: `${row(customer)} button[name='take_payment']`,
            timeout: SERVER,
            run: "click",
        },
        {
            content: "the order is on a ticket",
            trigger: ".product-screen .order-container .orderline",
            timeout: SERVER,
        },
    ];
}

export function handOver(customer) {
    return [
        {
            content: `hand over to ${customer}`,
            trigger: `${row(customer)} button[name='hand_over']`,
            run: "click",
        },
    ];
}

export function confirm(label, body = "") {
    return [
        {
            content: `confirm ${label}`,
            timeout: SERVER,
            trigger: `.modal:has(.modal-body:contains("${body}")) .modal-footer button:contains("${label}")`,
            run: "click",
        },
    ];
}

export function isPaid() {
    return [
        { content: "the receipt is shown", trigger: ".pos .receipt-screen", timeout: 2 * SERVER },
    ];
}
