import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("omni_stock_page", {
    steps: () => [
        {
            content: "Look for a product",
            trigger: ".o_omni_stock_page .o_omni_search",
            run: "edit Tour Lamp",
        },
        {
            content: "The central warehouse has a dozen",
            trigger:
                '.o_omni_heat:not(:has(tbody tr:nth-child(2))) button[aria-label="Tour Lamp, Tour Central: 12"][data-level=many]',
        },
        {
            content: "The shop has none; open it",
            trigger: 'button[aria-label="Tour Lamp, Tour Shop: 0"][data-level=none]',
            run: "click",
        },
        {
            content: "What makes the number up",
            trigger: ".o_omni_stock_cell [data-part=available]:contains(0)",
        },
        {
            content: "How many to move",
            trigger: ".o_omni_stock_cell .o_omni_amount",
            run: "edit 3",
        },
        {
            content: "Move them there",
            trigger: ".o_omni_stock_cell .o_omni_move",
            run: "click",
        },
        {
            content: "The draft transfer opens",
            trigger: ".o_form_view .o_statusbar_status [data-value=draft][aria-checked=true]",
        },
        { trigger: ".o_form_view .o_data_row:contains(Tour Lamp)" },
    ],
});
