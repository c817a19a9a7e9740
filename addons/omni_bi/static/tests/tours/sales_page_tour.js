import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("omni_bi_sales_page", {
    steps: () => [
        {
            content: "The last 30 days are shown first",
            trigger: ".o_omni_sales_page [data-period=month][aria-pressed=true]",
        },
        {
            content: "The sale is among the best sellers",
            trigger: "[data-section=product]:contains(Tour Lamp)",
        },
        {
            content: "Today",
            trigger: ".o_omni_sales_page [data-period=today]",
            run: "click",
        },
        {
            content: "The orders behind the product",
            trigger: "[data-period=today][aria-pressed=true]",
        },
        {
            content: "Open them",
            trigger: "[data-section=product] button:contains(Tour Lamp)",
            run: "click",
        },
        {
            content: "They are listed",
            trigger: ".o_list_view .o_data_row:contains(Tour Lamp)",
        },
    ],
});
