import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("omni_stock_confirm", {
    steps: () => [
        {
            content: "Three are asked for, the store has one",
            trigger: ".o_form_view button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "What is missing, and who else has it",
            trigger: ".modal [name=line_ids] .o_data_row:contains(Tour Lamp):contains(Central 5)",
        },
        {
            content: "Nobody but managers confirms anyway",
            trigger: ".modal:not(:has(button[name=action_override]))",
        },
        {
            content: "Wait: nothing changes",
            trigger: ".modal button:contains(Wait)",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "Once more",
            trigger: ".o_form_view button[name=action_confirm]:visible:enabled",
            run: "click",
        },
        {
            content: "It can leave from other stores",
            trigger: ".modal button[name=action_route]",
            run: "click",
        },
        {
            content: "It is confirmed",
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains(Sales Order), .o_last_breadcrumb_item",
        },
        { trigger: ".o_form_view button[name=action_omni_decisions]" },
    ],
});
