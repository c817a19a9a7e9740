import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { scan, shown } from "./journeys/steps";

const card = (name) => `.o_omni_pickup_card:contains("${name}")`;
const tab = (name) => ({ trigger: `.o_omni_desk_tabs [data-tab="${name}"]`, run: "click" });

/** The desk asks for the code, and shows it nowhere. */
const asksForTheCode = () => ({
    trigger: '.o_omni_pickup_detail[data-state="ready"] input[name="code"]',
    run() {
        if (document.documentElement.outerHTML.includes(shown())) {
            throw new Error("the code is on the screen that asks for it");
        }
    },
});

/** A camera that sees the customer's code. */
function showToCamera() {
    const picture = document.createElement("canvas");
    const pen = picture.getContext("2d");
    browser.setInterval(() => pen.fillRect(0, 0, 9, 9), 50);
    browser.navigator.mediaDevices.getUserMedia = async () => picture.captureStream();
    window.BarcodeDetector = class {
        static async getSupportedFormats() {
            return ["qr_code"];
        }
        async detect() {
            return [{ rawValue: shown(), boundingBox: {} }];
        }
    };
}

/** A finger hits each thing that can be pressed. */
const isForFingers = () => ({
    trigger: ".o_omni_desk",
    run() {
        const small = [...document.querySelectorAll(".o_omni_desk :is(a, button, input, select)")]
            .map((el) => [el, el.getBoundingClientRect()])
            .filter(([, { width, height }]) => width && (width < 44 || height < 44))
            .map(([el, { width, height }]) => `${el.name || el.className} ${width} × ${height}`);
        if (small.length) {
            throw new Error(`too small for a finger: ${small.join(", ")}`);
        }
    },
});

/** Let the next list that the desk asks for come late, and the desk look again meanwhile and just after it. */
function holdUpNextList() {
    const { open, send } = browser.XMLHttpRequest.prototype;
    const lookAgain = () => window.dispatchEvent(new Event("online"));
    let isHeld = false;
    browser.XMLHttpRequest.prototype.open = function (method, url, ...rest) {
        this.isList = url.includes("omni.pickup.desk/queue");
        return open.call(this, method, url, ...rest);
    };
    browser.XMLHttpRequest.prototype.send = function (body) {
        if (isHeld || !this.isList) {
            return send.call(this, body);
        }
        isHeld = true;
        this.addEventListener("load", () => browser.setTimeout(lookAgain, 50));
        browser.setTimeout(lookAgain, 100);
        browser.setTimeout(() => send.call(this, body), 4000);
    };
}

/** Somebody on a phone prepares an order, says that it is ready, and gives it to who shows the code. */
registry.category("web_tour.tours").add("omni_clickcollect_desk", {
    steps: () => [
        {
            trigger: `[data-column="to_prepare"] ${card("Camille Martin")}[data-due="late"]:contains("Late")`,
        },
        { trigger: '[data-tab="to_prepare"] .badge:contains("2")' },

        {
            content: "Search by the end of the phone number",
            trigger: ".o_omni_desk_search input",
            run: "edit 5678",
        },
        { trigger: '[data-tab="to_prepare"] .badge:contains("1")' },
        isForFingers(),
        { trigger: card("Camille Martin"), run: "click" },
        { trigger: '.o_omni_call[href="tel:+33612345678"]:contains("+33 6 12 34 56 78")' },
        { trigger: '.o_omni_pickup_detail button[name="prepare"]', run: "click" },
        { trigger: '.o_omni_pickup_detail[data-state="preparing"] button[name="ready"]:disabled' },
        { trigger: '.o_omni_line:contains("Silk scarf")', run: "click" },
        { trigger: '.o_omni_line[aria-checked="true"]:contains("Silk scarf")' },
        { trigger: '.o_omni_line:contains("Leather glove")', run: "click" },
        isForFingers(),
        { trigger: 'button[name="ready"]:enabled', run: "click" },
        asksForTheCode(),
        isForFingers(),
        {
            content: "The customer needs more time, once",
            trigger: 'button[name="extend"]',
            run: "click",
        },
        { trigger: '.o_notification:contains("pickup time extended")' },
        { trigger: '.o_omni_pickup_detail:not(:has(button[name="extend"]))' },

        {
            trigger: '.o_omni_pickup_detail[data-state="ready"] input[name="code"]',
            run: "edit WRONG",
        },
        { trigger: 'button[name="hand_over"]:enabled', run: "click" },
        { trigger: '.o_omni_error:contains("not the code")' },
        {
            content: "The phone's own camera sees the right one",
            trigger: 'button[name="camera"]',
            run(helpers) {
                showToCamera();
                return helpers.click();
            },
        },
        { trigger: 'button[name="hand_over"]:enabled:focus', run: "click" },
        { trigger: ".o_omni_desk_queue:not(.o_has_detail)" },
        { trigger: '.o_omni_desk_column:visible .o_omni_desk_empty:contains("Nothing found")' },

        {
            content: "Nothing is left of it",
            trigger: 'button[aria-label="Clear the search"]',
            run: "click",
        },
        tab("ready"),
        { trigger: `[data-column="ready"]:not(:has(${card("Camille Martin")}))` },
        {
            content: "Another is ready, but not paid",
            trigger: `[data-column="ready"] ${card("Louis Petit")}`,
            run: "click",
        },
        { trigger: '.o_omni_pickup_detail .o_omni_to_pay:contains("50.00")' },
        { trigger: '.o_omni_pickup_detail:not(:has(button[name="hand_over"]))' },
        { trigger: ".o_omni_back", run: "click" },
        { trigger: `[data-column="ready"] ${card("Louis Petit")}` },
    ],
});

/** The keyboard alone, and a scanner that types: no mouse, no touch. */
registry.category("web_tour.tours").add("omni_clickcollect_desk_scan", {
    steps: () => [
        {
            content: "A scanned code opens its pickup",
            trigger: card("Camille Martin"),
            run: () => scan(shown()),
        },
        {
            content: "The columns are as wide as each other, whatever is in them",
            trigger: ".o_omni_pickup_detail",
            run() {
                const columns = [...document.querySelectorAll(".o_omni_desk_column")];
                const [one, other] = columns.map((el) => Math.round(el.offsetWidth));
                if (one !== other) {
                    throw new Error(`${one} and ${other} wide`);
                }
            },
        },
        { trigger: ".o_omni_pickup_detail button[name=prepare]:focus", run: "press Enter" },
        {
            trigger: '.o_omni_pickup_detail[data-state="preparing"]:focus',
            run: "press ArrowDown",
        },
        { trigger: ".o_omni_line:focus" },
        {
            content: "A scanned product ticks its line, wherever the cursor is",
            trigger: '.o_omni_pickup_detail[data-state="preparing"]',
            run() {
                const field = document.querySelector(".o_omni_desk_search input");
                field.focus();
                field.value = "SILKSCARF";
                for (const event of [
                    new InputEvent("input", { bubbles: true }),
                    new KeyboardEvent("keydown", { key: "Enter", bubbles: true }),
                ]) {
                    field.dispatchEvent(event);
                }
            },
        },
        { trigger: '.o_omni_desk_search:not(:has(button[aria-label="Clear the search"]))' },
        { trigger: '.o_omni_line[aria-checked="true"]:contains("Silk scarf")' },
        { trigger: "button[name=ready]:enabled:focus", run: "press Enter" },
        {
            content: "The code scanned from the customer's phone is filled in",
            trigger: '.o_omni_pickup_detail[data-state="ready"]',
            run: () => scan(shown()),
        },
        { trigger: "button[name=hand_over]:enabled:focus", run: "press Enter" },
        { trigger: ".o_omni_desk:not(:has(.o_omni_pickup_detail))" },
        { trigger: '[data-column="ready"] .o_omni_desk_empty:contains("No pickup waits")' },
    ],
});

/** The network is slow: what is counted before the list has come does not keep the pickup from being ready. */
registry.category("web_tour.tours").add("omni_clickcollect_desk_slow", {
    steps: () => [
        { trigger: card("Camille Martin"), run: "click" },
        {
            trigger: '.o_omni_pickup_detail button[name="prepare"]',
            run(helpers) {
                holdUpNextList();
                return helpers.click();
            },
        },
        {
            trigger:
                '.o_omni_pickup_detail[data-state="preparing"] .o_omni_line:contains("Silk scarf")',
            run: "click",
        },
        { trigger: 'button[name="ready"]:enabled', run: "click" },
        { trigger: '.o_omni_pickup_detail[data-state="ready"]' },
    ],
});
