import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

/** Steps that the journeys are made of. A journey is the story of one order: each person in it has a tour, in their file. */

export const journey = (name, steps) =>
    registry.category("web_tour.tours").add(`omni_clickcollect_journey_${name}`, {
        steps: () => steps().flat(Infinity),
    });

/** A screen that somebody reads: nothing on it is wider than it. */
export const screen = (name, trigger) => ({
    content: `Screen: ${name}`,
    trigger,
    async run() {
        const root = document.scrollingElement;
        for (let tries = 20; root.scrollWidth > root.clientWidth + 1; tries--) {
            if (!tries) {
                const wide = [...document.querySelectorAll("body *")].filter(
                    (el) => el.getBoundingClientRect().right > root.clientWidth + 1
                );
                const names = wide.slice(0, 5).map((el) => `${el.tagName}.${el.className}`);
                throw new Error(`${name} is wider than the screen: ${names.join(", ")}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 100)); // Odoo's loader slides away
        }
        browser.console.log(`Screen: ${name}`);
    },
});

const COUNT = "omni_journey_count"; // in the browser's memory of this visit, from page to page
const TYPED = "input:not([type=radio]):not([type=checkbox]), select, textarea";

function note(kind, value) {
    const counted = JSON.parse(browser.sessionStorage.getItem(COUNT) || "null");
    if (counted && !(kind === "fields" && counted.fields.includes(value))) {
        counted[kind].push(value);
        browser.sessionStorage.setItem(COUNT, JSON.stringify(counted));
    }
}

const nameOf = (el) => el.getAttribute("name") || el.id || el.className;
document.addEventListener(
    "pointerdown",
    ({ target }) => target.closest(TYPED) || note("taps", nameOf(target)),
    true
);
document.addEventListener(
    "input",
    ({ target }) => target.matches(TYPED) && note("fields", nameOf(target)),
    true
);

/** So many taps, and so many fields that are filled in, by what the pages themselves notice: no more, and no fewer. */
export const counting = (taps, fields, ...steps) => [
    {
        content: "Taps and fields are counted from here",
        trigger: "body",
        run: () => browser.sessionStorage.setItem(COUNT, JSON.stringify({ taps: [], fields: [] })),
    },
    steps,
    {
        content: `It took ${taps} taps and ${fields} fields`,
        trigger: "body",
        run() {
            const counted = JSON.parse(browser.sessionStorage.getItem(COUNT));
            browser.sessionStorage.removeItem(COUNT);
            if (counted.taps.length !== taps || counted.fields.length !== fields) {
                throw new Error(`it took ${JSON.stringify(counted)}`);
            }
        },
    },
];

export const click = (trigger, options = {}) => ({ trigger, run: "click", ...options });
export const follow = (trigger) => click(trigger, { expectUnloadPage: true });
export const write = (trigger, text) => ({ trigger, run: `edit ${text}` });

/** Who a guest is: all that is asked of who collects. */
export const writeName = () => [
    write('input[name="name"]', "Camille Martin"),
    write('input[name="email"]', "camille@example.com"),
];

/** Where a guest lives, written into the form of the checkout. */
export const writeAddress = (zip) => [
    { trigger: 'select[name="country_id"]', run: "selectByLabel France" },
    ...writeName(),
    write('input[name="phone"]', "0612345678"),
    write('input[name="street"]', "3 rue Neuve"),
    write('input[name="city"]', "Lyon"),
    write('input[name="zip"]', zip),
];

/** The browser's own button. */
export const goBack = () => ({
    content: "Back",
    trigger: "body",
    run: () => browser.history.back(),
    expectUnloadPage: true,
});

/** A page that the browser keeps would go on with the tour where it left it: this one is loaded anew. */
export const isNotKept = () => ({
    content: "This page is left for good",
    trigger: "body",
    run: () => browser.addEventListener("unload", () => {}),
});

/** What a scanner at the desk types. */
export function scan(text) {
    document.activeElement?.blur();
    for (const key of [...text, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
}

/** What the customer shows, handed from their tour to the desk's. */
export const shown = () => document.cookie.match(/journey_code=(\w+)/)[1];
