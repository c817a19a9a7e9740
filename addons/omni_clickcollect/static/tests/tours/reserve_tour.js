import { registry } from "@web/core/registry";

/** Press Enter on what has the focus, as Tab gives it. */
async function enter({ anchor, press }) {
    anchor.focus();
    await press("Enter");
}

/** A visitor without an account, on a phone: reserves two in the second shop, mistypes the code, and sees his pickup. */
registry.category("web_tour.tours").add("omni_clickcollect_reserve_guest", {
    steps: () => [
        { trigger: ".o_omni_reserve_open", run: "click" },
        {
            trigger: ".o_omni_reserve_shop",
            run: "selectByLabel Lyon Bellecour",
        },
        { trigger: ".o_omni_reserve_quantity", run: "selectByLabel 2" },
        { trigger: ".o_omni_reserve_name", run: "edit Léa Roux" },
        { trigger: ".o_omni_reserve_contact", run: "edit nowhere" },
        { trigger: '.o_omni_reserve form button[type="submit"]', run: "click" },
        { trigger: '.o_omni_reserve_error:contains("e-mail address")' },
        { trigger: ".o_omni_reserve_contact", run: "edit lea@example.com" },
        { trigger: '.o_omni_reserve form button[type="submit"]', run: "click" },
        { trigger: ".o_omni_reserve_code", run: "edit 111111" },
        { trigger: '.o_omni_reserve form button[type="submit"]', run: "click" },
        { trigger: '.o_omni_reserve_error:contains("wrong, or too old")' },
        {
            content: "Nothing is wider than the phone",
            trigger: ".o_omni_reserve_code",
            run() {
                const root = document.scrollingElement;
                if (root.scrollWidth > root.clientWidth + 1) {
                    throw new Error("the page is wider than the screen");
                }
            },
        },
        { trigger: ".o_omni_reserve_code", run: "edit 000042" },
        {
            trigger: '.o_omni_reserve form button[type="submit"]',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: '[data-state="to_prepare"]' },
    ],
});

/** Who has an account reserves at once, by the keyboard alone. */
registry.category("web_tour.tours").add("omni_clickcollect_reserve_account", {
    steps: () => [
        { trigger: ".o_omni_reserve_open", run: enter },
        {
            content: "The first field has the focus, and nobody asks for a name",
            trigger: ".o_omni_reserve form:not(:has(.o_omni_reserve_name)) .o_omni_reserve_shop",
            run({ anchor }) {
                if (document.activeElement !== anchor) {
                    throw new Error("the form does not have the focus");
                }
            },
        },
        {
            trigger: '.o_omni_reserve form button[type="submit"]',
            run: enter,
            expectUnloadPage: true,
        },
        { trigger: '[data-state="to_prepare"]' },
    ],
});

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

/** The desk puts back what nobody collected. */
registry.category("web_tour.tours").add("omni_clickcollect_put_back", {
    steps: () => [
        {
            trigger: '.o_data_row:contains("Silk scarf") button[name="action_put_back"]',
            run: "click",
        },
        { trigger: '.o_view_nocontent:contains("Nothing to put back")' },
    ],
});
