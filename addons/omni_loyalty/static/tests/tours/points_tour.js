import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("omni_loyalty_points", {
    url: "/my",
    steps: () => [
        {
            content: "the customer's pages lead to their points",
            trigger: "a[href='/my/points']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_omni_points_balance:contains(30 points)" },
        { trigger: ".o_omni_points_entry:contains(Earned)" },
    ],
});

registry.category("web_tour.tours").add("omni_loyalty_ledger", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(Earned)" },
        {
            content: "a manager checks the ledger",
            trigger: ".o_control_panel button:contains(Check the ledger)",
            run: "click",
        },
        { trigger: ".o_notification:contains(The ledger is correct)" },
        { content: "and reads it by channel", trigger: ".o_switch_view.o_pivot", run: "click" },
        { trigger: ".o_pivot th:contains(Earned)" },
    ],
});
