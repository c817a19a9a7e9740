import { registry } from "@web/core/registry";

const card = (name) => `.o_omni_pickup_card:contains("${name}")`;
const tab = (name) => ({ trigger: `.o_omni_desk_tabs [data-tab="${name}"]`, run: "click" });
const theCode = () => document.querySelector(".o_omni_pickup_detail .o_omni_code").textContent;

/** Somebody on a phone prepares an order, says that it is ready, and gives it to who shows the code. */
registry.category("web_tour.tours").add("omni_clickcollect_desk", {
    steps: () => [
        {
            trigger: `[data-column="to_prepare"] ${card("Camille Martin")}[data-due="late"]:contains("Late")`,
        },
        { trigger: '[data-tab="to_prepare"] .badge:contains("2")' },

        {
            content: "Search by the end of the phone number",
            trigger: ".o_omni_desk_search input",
            run: "edit 5678",
        },
        { trigger: '[data-tab="to_prepare"] .badge:contains("1")' },
        { trigger: card("Camille Martin"), run: "click" },
        { trigger: '.o_omni_pickup_detail button[name="prepare"]', run: "click" },
        { trigger: '.o_omni_pickup_detail[data-state="preparing"] button[name="ready"]:disabled' },
        { trigger: '.o_omni_line:contains("Silk scarf")', run: "click" },
        { trigger: '.o_omni_line[aria-checked="true"]:contains("Silk scarf")' },
        { trigger: '.o_omni_line:contains("Leather glove")', run: "click" },
        { trigger: 'button[name="ready"]:enabled', run: "click" },

        {
            trigger: '.o_omni_pickup_detail[data-state="ready"] input[name="code"]',
            run: "edit WRONG",
        },
        { trigger: 'button[name="hand_over"]:enabled', run: "click" },
        { trigger: '.o_omni_error:contains("not the code")' },
        {
            trigger: '.o_omni_pickup_detail input[name="code"]',
            run: (helpers) => helpers.edit(theCode().toLowerCase()),
        },
        { trigger: 'button[name="hand_over"]:enabled', run: "click" },
        { trigger: ".o_omni_desk_queue:not(.o_has_detail)" },
        { trigger: '.o_omni_desk_column:visible .o_omni_desk_empty:contains("Nothing found")' },

        {
            content: "Nothing is left of it",
            trigger: 'button[aria-label="Clear the search"]',
            run: "click",
        },
        tab("ready"),
        { trigger: `[data-column="ready"]:not(:has(${card("Camille Martin")}))` },
        {
            content: "Another is ready, but not paid",
            trigger: `[data-column="ready"] ${card("Louis Petit")}`,
            run: "click",
        },
        { trigger: '.o_omni_pickup_detail .o_omni_to_pay:contains("50.00")' },
        { trigger: '.o_omni_pickup_detail:not(:has(button[name="hand_over"]))' },
        { trigger: ".o_omni_back", run: "click" },
        { trigger: `[data-column="ready"] ${card("Louis Petit")}` },
    ],
});

/** The keyboard alone, and a scanner that types: no mouse, no touch. */
registry.category("web_tour.tours").add("omni_clickcollect_desk_scan", {
    steps: () => [
        {
            content: "A scanned code opens its pickup",
            trigger: card("Camille Martin"),
            run() {
                const { code } = document.querySelector(".o_omni_pickup_card").dataset;
                scan(code);
            },
        },
        { trigger: ".o_omni_pickup_detail button[name=prepare]:focus", run: "press Enter" },
        {
            content: "A scanned product ticks its line",
            trigger: '.o_omni_pickup_detail[data-state="preparing"]',
            run: () => scan("SILKSCARF"),
        },
        { trigger: '.o_omni_line[aria-checked="true"]:contains("Silk scarf")' },
        { trigger: "button[name=ready]:enabled:focus", run: "press Enter" },
        {
            content: "The code scanned from the customer's phone is filled in",
            trigger: '.o_omni_pickup_detail[data-state="ready"]',
            run: () => scan(theCode()),
        },
        { trigger: "button[name=hand_over]:enabled:focus", run: "press Enter" },
        { trigger: ".o_omni_desk:not(:has(.o_omni_pickup_detail))" },
        { trigger: '[data-column="ready"] .o_omni_desk_empty:contains("No pickup waits")' },
    ],
});

function scan(text) {
    document.activeElement?.blur();
    for (const key of [...text, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
}
