import { registry } from "@web/core/registry";

/** From the mail: the customer asks to keep it longer, once. */
registry.category("web_tour.tours").add("omni_clickcollect_extend", {
    steps: () => [
        {
            trigger: '.o_omni_pickup_extend button[type="submit"]',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_omni_pickup_extend .alert-success" },
    ],
});
