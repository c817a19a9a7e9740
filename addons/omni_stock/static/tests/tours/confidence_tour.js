import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("omni_stock_confidence", {
    steps: () => [
        {
            content: "Nothing is known yet",
            trigger: ".o_nocontent_help, .o_view_nocontent",
        },
        {
            content: "Look at the counts",
            trigger: ".o_control_panel button:contains(Refresh)",
            run: "click",
        },
        {
            content: "The reason is there, and the switch",
            trigger:
                ".o_data_row:contains(Tour Lamp):contains(counts found less) .o_boolean_toggle input",
            run: "click",
        },
        {
            content: "It is applied",
            trigger: ".o_data_row:contains(Tour Lamp) .o_boolean_toggle input:checked",
        },
        {
            content: "Choose the other one",
            trigger: ".o_data_row:contains(Tour Shade) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Apply what is chosen",
            trigger: ".o_control_panel button:contains(/^Apply$/)",
            run: "click",
        },
        {
            content: "Both are applied",
            trigger: ".o_data_row:contains(Tour Shade) .o_boolean_toggle input:checked",
        },
    ],
});
