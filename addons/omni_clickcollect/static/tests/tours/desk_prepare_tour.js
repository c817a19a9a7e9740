import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { scan, shown } from "./journeys/steps";

const card = (name) => `.o_omni_pickup_card:contains("${name}")`;
const line = (name) => `.o_omni_pickup_detail li:has(.o_omni_line:contains("${name}"))`;
const scanned = (text) => ({ trigger: ".o_omni_pickup_detail", run: () => scan(text) });

const start = [
    { trigger: card("Camille Martin"), run: "click" },
    { trigger: '.o_omni_pickup_detail button[name="prepare"]', run: "click" },
    { trigger: '.o_omni_pickup_detail[data-state="preparing"]' },
];

const handOver = [
    {
        trigger: '.o_omni_pickup_detail[data-state="ready"] input[name="code"]',
        run: (helpers) => helpers.edit(shown()),
    },
    { trigger: 'button[name="hand_over"]:enabled', run: "click" },
];

/** Along the shelves: count by scanning, undo, a part is missing, a bin, then only a part is handed over. */
registry.category("web_tour.tours").add("omni_clickcollect_desk_prepare", {
    steps: () => [
        { trigger: 'button[name="sound"][aria-pressed="true"]', run: "click" },
        {
            trigger: 'button[name="sound"][aria-pressed="false"]:contains("Sound off")',
            run: "click",
        },
        ...start,
        { trigger: `${line("Leather glove")}:has(.o_omni_shelf:contains("Shelf 2"))` },
        scanned("NOTHERE99"),
        { trigger: '.o_omni_wrong:contains("NOTHERE99 is not in this order")' },
        scanned("SILKSCARF"),
        { trigger: `${line("Silk scarf")} .o_omni_counted:contains("1 of 3")` },
        { trigger: ".o_omni_pickup_detail:not(:has(.o_omni_wrong))" },
        scanned("SILKSCARF"),
        { trigger: `${line("Silk scarf")} .o_omni_counted:contains("2 of 3")` },
        { trigger: `${line("Silk scarf")} button[name="undo"]`, run: "click" },
        { trigger: `${line("Silk scarf")} .o_omni_counted:contains("1 of 3")` },
        { trigger: `${line("Silk scarf")} .o_omni_line`, run: "click" },
        { trigger: `${line("Silk scarf")} .o_omni_line[aria-checked="true"]` },
        scanned("SILKSCARF"),
        { trigger: '.o_omni_wrong:contains("everything is counted already")' },
        {
            content: "The glove is damaged: it is taken off the order",
            trigger: `${line("Leather glove")} button[name="missing"]`,
            run: "click",
        },
        { trigger: 'button[name="missing_damaged"]', run: "click" },
        { trigger: '.o_omni_options button:contains("Collect at Lille Centre")' },
        { trigger: 'button[name="refund"]:contains("30.00")', run: "click" },
        { trigger: ".o_omni_pickup_detail:not(:has(.o_omni_missing))" },
        { trigger: 'input[name="bin"]', run: "edit 12" },
        { trigger: 'button[name="ready"]:enabled', run: "click" },
        { trigger: '.o_omni_pickup_detail[data-state="ready"] .o_omni_bin:contains("Bin 12")' },

        {
            content: "Two now, the third back to stock",
            trigger: 'button[name="part"]',
            run: "click",
        },
        { trigger: `${line("Silk scarf")} .o_omni_part input`, run: "edit 2 && press Tab" },
        { trigger: `${line("Silk scarf")} .o_omni_part select`, run: "select back" },
        { trigger: 'button[name="sign"]', run: "click" },
        { trigger: ".modal canvas.o_web_sign_signature, .modal .o_web_sign_signature canvas" },
        {
            content: "In our words, and nothing to choose",
            trigger:
                '.modal:contains("Sign to confirm that you received the goods"):not(:contains("binding"))',
        },
        { trigger: ".modal .o_web_sign_load_button:not(:visible)", run: () => {} },
        { trigger: ".modal .btn-secondary:contains(Cancel)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        ...handOver,
        { trigger: ".o_omni_desk:not(:has(.o_omni_pickup_detail))" },
    ],
});

/** What somebody else prepares is asked for before it is taken over. */
registry.category("web_tour.tours").add("omni_clickcollect_desk_take_over", {
    steps: () => [
        { trigger: `${card("Camille Martin")}:contains("Being prepared by")`, run: "click" },
        { trigger: ".o_omni_line:disabled" },
        { trigger: 'button[name="take_over"]', run: "click" },
        { trigger: '.modal:contains("Take it over?") .btn-primary', run: "click" },
        { trigger: ".o_omni_line:enabled", run: "click" },
        { trigger: 'button[name="ready"]:enabled' },
    ],
});

/** The network goes away in the middle: what is done is kept, and happens once when it is back. */
registry.category("web_tour.tours").add("omni_clickcollect_desk_offline", {
    steps: () => [
        ...start,
        { trigger: ".o_omni_desk", run: () => cut("answer") },
        {
            content: "The server hears it, but its answer is lost",
            trigger: `${line("Silk scarf")} .o_omni_line`,
            run: "click",
        },
        { trigger: '.o_omni_desk_offline:contains("1 step waiting to be sent")' },
        { trigger: ".o_omni_desk", run: () => cut("request") },
        { trigger: 'button[name="ready"]:enabled', run: "click" },
        { trigger: '.o_omni_desk_offline:contains("2 steps waiting to be sent")' },
        {
            content: "A wrong code is refused without the network too",
            trigger: '.o_omni_pickup_detail[data-state="ready"] input[name="code"]',
            run: "edit WRONG",
        },
        { trigger: 'button[name="hand_over"]:enabled', run: "click" },
        { trigger: '.o_omni_error:contains("not the code")' },
        ...handOver,
        { trigger: '.o_omni_desk_offline:contains("3 steps waiting to be sent")' },
        { trigger: ".o_omni_desk:not(:has(.o_omni_pickup_detail))" },
        { trigger: ".o_omni_desk", run: () => cut(false) },
        { trigger: ".o_omni_desk:not(:has(.o_omni_desk_offline))", timeout: 15000 },
        { trigger: ".o_omni_desk:not(:has(.o_omni_pickup_card))" },
    ],
});

const Request = browser.XMLHttpRequest;

/** Lose the desk's own requests, or only their answers. */
function cut(what) {
    browser.XMLHttpRequest = !what
        ? Request
        : class extends Request {
              open(method, url, ...options) {
                  this.isCut = url.includes("/omni.pickup.desk/");
                  return super.open(method, url, ...options);
              }
              addEventListener(name, listener, ...options) {
                  const lost = () => this.isCut && what === "answer" && name === "load";
                  const hear = (ev) =>
                      lost() ? this.dispatchEvent(new Event("error")) : listener.call(this, ev);
                  return super.addEventListener(name, hear, ...options);
              }
              send(...args) {
                  if (this.isCut && what === "request") {
                      browser.setTimeout(() => this.dispatchEvent(new Event("error")), 20);
                      return;
                  }
                  return super.send(...args);
              }
          };
}
