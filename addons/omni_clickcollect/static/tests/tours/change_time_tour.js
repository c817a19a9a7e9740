import { registry } from "@web/core/registry";

const PAGE = ".o_omni_pickup_reslot";

/** Choose the first free slot after the one that is chosen now, or that is named in the warning. */
const chooseAfterChosen = {
    content: "The next one may be on the next day, which is folded",
    trigger: PAGE,
    run() {
        const inputs = [...document.querySelectorAll(`${PAGE} details input`)];
        const chosen = inputs.findIndex((input) => input.checked);
        const next = inputs.find((input, index) => index > chosen && !input.disabled);
        next.closest("details").open = true;
        document.querySelector(`label[for="${next.id}"]`).click();
    },
};

const unfoldDays = {
    content: "What was taken may be on a day that is folded",
    trigger: `${PAGE} details`,
    run() {
        document.querySelectorAll(`${PAGE} details`).forEach((day) => (day.open = true));
    },
};

/** A customer wants to come later; somebody else takes that time in the same moment, and they take the next one. */
registry.category("web_tour.tours").add("omni_clickcollect_reslot", {
    steps: () => [
        { trigger: '[name="promise"]:contains("Collect on")' },
        { trigger: 'a[name="times"]', run: "click", expectUnloadPage: true },
        chooseAfterChosen,
        {
            trigger: `${PAGE} button:contains("Confirm this time")`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Somebody was quicker: they read which is free next",
            trigger: `${PAGE} [name="refusal"]:contains("The next free one")`,
        },
        unfoldDays,
        { trigger: `${PAGE} .o_omni_pickup_slot:contains("Full")` },
        chooseAfterChosen,
        {
            trigger: `${PAGE} button:contains("Confirm this time")`,
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: '.o_omni_pickup_page [name="promise"]:contains("Collect on")' },
    ],
});

/** A customer who has no time yet sees until when it can be kept, and that it is so once only. */
registry.category("web_tour.tours").add("omni_clickcollect_more_time", {
    steps: () => [
        { trigger: '[name="more_time"]:contains("It can be kept for you until")' },
        { trigger: 'button[name="extend"]', run: "click", expectUnloadPage: true },
        { trigger: ".o_omni_pickup_extend .alert-success" },
        {
            trigger: '.o_omni_pickup_extend a:contains("Follow your pickup")',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: '[name="more_time"]:contains("It cannot be extended any more")' },
        { trigger: '.o_omni_pickup_page:not(:has(button[name="extend"]))' },
    ],
});
