import { browser } from "@web/core/browser/browser";
import { click, journey, scan, screen, shown, write } from "./steps";

const DETAIL = ".o_omni_pickup_detail";
const card = (name) => `.o_omni_pickup_card:contains("${name}")`;
const line = (name) => `${DETAIL} li:has(.o_omni_line:contains("${name}"))`;
const isNow = (state) => `${DETAIL}[data-state="${state}"]`;

const openReady = (name) => [
    click('.o_omni_desk_tabs [data-tab="ready"]', { isActive: ["mobile"] }),
    screen("desk, ready", `[data-column="ready"] ${card(name)}`),
    click(`[data-column="ready"] ${card(name)}`),
    screen("desk, pickup ready", isNow("ready")),
];

const prepare = (name, products) => [
    screen("desk, queue", `[data-column="to_prepare"] ${card(name)}`),
    click(card(name)),
    screen("desk, pickup to prepare", isNow("to_prepare")),
    click(`${DETAIL} button[name="prepare"]`),
    { trigger: isNow("preparing") },
    products.map((product) => click(`${line(product)} .o_omni_line`)),
];

const ready = () => [
    screen("desk, all is counted", `${DETAIL} button[name="ready"]:enabled`),
    click(`${DETAIL} button[name="ready"]:enabled`),
    screen("desk, just ready", isNow("ready")),
];

const scanned = () => ({
    content: "The desk scans what the customer shows",
    trigger: ".o_omni_desk",
    run: () => scan(shown()),
});

const handOver = () => [
    click(`${DETAIL} button[name="hand_over"]:enabled`),
    screen("desk, handed over", '.o_notification:contains("Handed over")'),
    { trigger: `.o_omni_desk:not(:has(${DETAIL}))` },
];

/** The browser's own Back leads to the queue; from there it would leave the desk. */
const back = () => ({ content: "Back", trigger: DETAIL, run: () => browser.history.back() });
const queueAlone = () => ({ trigger: `.o_omni_desk:not(:has(${DETAIL}))` });

journey("desk_prepares", () => [
    click(card("Camille Martin")),
    back(),
    queueAlone(),
    prepare("Camille Martin", ["Silk scarf"]),
    ready(),
    click(".o_omni_back"),
    queueAlone(),
    click('.o_omni_desk_tabs [data-tab="ready"]', { isActive: ["mobile"] }),
    click(card("Camille Martin")),
    back(),
    queueAlone(),
    screen("desk, ready waits", `[data-column="ready"] ${card("Camille Martin")}`),
]);

journey("desk_leaves_it_to_the_till", () => [
    prepare("Camille Martin", ["Silk scarf"]),
    ready(),
    screen("desk, to pay at the till", `${DETAIL} .o_omni_to_pay`),
    { trigger: `${DETAIL}:not(:has(button[name="hand_over"]))` },
]);

/** The QR code of the customer's page opens their pickup, and proves that it is them. */
journey("desk_scans", () => [
    { trigger: ".o_omni_desk_column" },
    scanned(),
    { trigger: isNow("ready") },
    scanned(),
    screen("desk, code scanned", `${DETAIL} button[name="hand_over"]:enabled:focus`),
    handOver(),
]);

journey("desk_misses_a_part", () => [
    prepare("Camille Martin", ["Silk scarf"]),
    click(`${line("Leather glove")} button[name="missing"]`),
    screen("desk, how much is missing", `${DETAIL} button[name="missing_damaged"]`),
    click('button[name="missing_damaged"]'),
    screen(
        "desk, what becomes of it",
        '.o_omni_options button:contains("Collect at Lille Centre")'
    ),
    click('button[name="missing_later"]'),
    screen("desk, to be decided", `${line("Leather glove")} button[name="decide"]`),
    ready(),
    screen("desk, decide with the customer", `${DETAIL} .o_omni_undecided`),
]);

journey("desk_decides", () => [
    openReady("Camille Martin"),
    click(`${line("Leather glove")} button[name="decide"]`),
    click('.o_omni_options button[name="refund"]:contains("30.00")'),
    screen("desk, decided", `${DETAIL} form.o_omni_hand_over`),
    scanned(),
    handOver(),
]);

journey("desk_delegate", () => [
    openReady("Camille Martin"),
    screen("desk, delegate", `${DETAIL} .o_omni_delegate:contains("Paul Martin")`),
    scanned(),
    handOver(),
]);

journey("desk_drive_in", () => [
    click('.o_omni_desk_tabs [data-tab="ready"]', { isActive: ["mobile"] }),
    screen(
        "desk, customer in the car",
        `${card("Camille Martin")} .o_omni_arrived:contains("bay 4, AB-123-CD")`
    ),
    click(card("Camille Martin")),
    screen("desk, where the car is", `${DETAIL} .o_omni_arrived:contains("bay 4, AB-123-CD")`),
    write(`${DETAIL} input[name="code"]`, "WRONG"),
    click(`${DETAIL} button[name="hand_over"]:enabled`),
    screen("desk, wrong code", `${DETAIL} .o_omni_error:contains("not the code")`),
    {
        trigger: `${DETAIL} input[name="code"]`,
        run: (helpers) => helpers.edit(shown().toLowerCase()),
    },
    handOver(),
]);

journey("desk_has_nothing", () => [
    screen("desk, nothing to do", ".o_omni_desk_empty"),
    { trigger: `.o_omni_desk:not(:has(${card("Camille Martin")}))` },
]);

/** A list, or cards on a phone. */
const toPutBack = (what = "") =>
    [".o_data_row", ".o_kanban_record"]
        .map((row) => `${row}:contains("Silk scarf") ${what}`)
        .join();

journey("desk_puts_back", () => [
    screen("put back", toPutBack()),
    {
        content: "The button is on the screen",
        trigger: toPutBack('button[name="action_put_back"]'),
        async run({ anchor, click }) {
            if (anchor.getBoundingClientRect().right > document.documentElement.clientWidth) {
                throw new Error("the button is beside the screen");
            }
            await click();
        },
    },
    screen("put back, nothing left", '.o_view_nocontent:contains("Nothing to restock")'),
]);
