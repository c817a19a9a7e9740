import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("omni_stock_refuse", {
    steps: () => [
        {
            content: "The store cannot find it",
            trigger: "button[name=action_omni_refuse]",
            run: "click",
        },
        {
            content: "It says why",
            trigger: ".modal .o_radio_item:contains(Not found) input",
            run: "click",
        },
        {
            content: "And with more words",
            trigger: ".modal [name=note] input",
            run: "edit Box is empty",
        },
        {
            content: "Refuse",
            trigger: ".modal button[name=action_refuse]",
            run: "click",
        },
        {
            content: "The delivery is cancelled here, and can no longer be refused",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains(Cancelled)",
        },
        { trigger: ".o_form_view:not(:has(button[name=action_omni_refuse]))" },
    ],
});

registry.category("web_tour.tours").add("omni_stock_decision", {
    steps: () => [
        {
            content: "The order tells where it leaves from",
            trigger: ".nav-link[name=omni_routing]",
            run: "click",
        },
        { trigger: "[name=omni_leg_ids] .o_data_row:contains(Lyon):contains(Lamp)" },
        {
            content: "As a map",
            trigger: ".o_omni_route_map .o_omni_place_chosen text:contains(Lyon)",
        },
        {
            content: "Why there?",
            trigger: "button[name=action_omni_decisions]",
            run: "click",
        },
        {
            content: "The chosen store, and what it costs",
            trigger: "[name=candidate_ids] .o_data_row:contains(Lyon):contains(Chosen)",
        },
        {
            content: "Every other store, and why it is not",
            trigger: "[name=candidate_ids] .o_data_row:contains(Paris):contains(Rejected before)",
        },
        {
            trigger:
                "[name=candidate_ids] .o_data_row:contains(Nice):contains(more expensive than the chosen plan)",
        },
    ],
});
