import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const state = (name) => `.o_omni_pickup_page [data-state="${name}"]`;

/** A customer names who collects for him, and takes his order to another shop. */
registry.category("web_tour.tours").add("omni_clickcollect_page", {
    steps: () => [
        { trigger: state("to_prepare") },
        { trigger: '.o_omni_pickup_qr[src^="data:image/png"]' },
        { trigger: '[name="store"]:contains("Lyon Bellecour")' },
        {
            trigger: '[name="delegate"] input[name="name"]',
            run: "edit Paul Martin",
        },
        {
            trigger: '[name="delegate"] button[type="submit"]',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: '[name="delegate_code"]:contains("Paul Martin")' },
        { trigger: 'a[name="shops"]', run: "click", expectUnloadPage: true },
        {
            trigger: '.o_omni_pickup_shops li:contains("Lille Centre") input',
            run: "click",
        },
        {
            trigger: '.o_omni_pickup_shops button[type="submit"]',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: '.o_omni_pickup_page [name="store"]:contains("Lille Centre")' },
        { trigger: ".o_omni_pickup_page summary", run: "click" },
        {
            content: "What is paid is cancelled by the shop",
            trigger: 'button[name="cancel"]:contains("Ask the shop")',
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: '[name="cancel_asked"]' },
    ],
});

/** A page that stays open follows the pickup without a click; the customer says from his car that he is there. */
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
        { trigger: '[name="here"] input[name="bay"]', run: "edit 4" },
        { trigger: '[name="here"] input[name="plate"]', run: "edit ab-123-cd" },
        {
            trigger: '[name="here"] button:contains("I am here")',
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: '[name="arrived"]:contains("Somebody comes to you")',
            run: () => window.location.assign("/odoo/pickup-desk"),
            expectUnloadPage: true,
        },
        {
            content: "The desk sees where he waits",
            trigger: '.o_omni_pickup_card .o_omni_arrived:contains("4, AB-123-CD")',
        },
    ],
});
