import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const state = (name) => `.o_omni_pickup_page [data-state="${name}"]`;

/** What somebody prepares is cancelled by the shop: the customer asks. */
registry.category("web_tour.tours").add("omni_clickcollect_page_cancel", {
    steps: () => [
        { trigger: state("preparing") },
        { trigger: ".o_omni_pickup_page summary", run: "click" },
        {
            trigger: 'button[name="cancel"]:contains("Ask the store")',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: '[name="cancel_asked"]' },
    ],
});

/** A page that stays open follows the pickup without a click. */
registry.category("web_tour.tours").add("omni_clickcollect_page_live", {
    steps: () => [
        { trigger: state("preparing") },
        {
            content: "The desk says that it is ready; the page looks when it is seen again",
            trigger: ".o_omni_pickup_page[data-open]",
            async run() {
                const id = Number(this.anchor.dataset.path.split("/")[2]);
                await rpc("/web/dataset/call_kw/omni.pickup/action_ready", {
                    model: "omni.pickup",
                    method: "action_ready",
                    args: [[id]],
                    kwargs: {},
                });
                document.dispatchEvent(new Event("visibilitychange"));
            },
        },
        { trigger: `${state("ready")}:contains("Ready")` },
    ],
});
