import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("omni_stock_incident", {
    steps: () => [
        {
            content: "Anna's goods are missing",
            trigger: ".o_kanban_record:contains(Tour Lamp):contains(2 missing)",
            run: "click",
        },
        {
            content: "The central warehouse can help",
            trigger: ".o_omni_alternatives button:contains(Take from Central)",
            run: "click",
        },
        {
            content: "The transfer is ready",
            trigger: ".o_form_view .o_statusbar_status [data-value=assigned][aria-checked=true]",
        },
    ],
});
