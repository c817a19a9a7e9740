import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

const EVERY = 15000; // milliseconds between two looks at the server, while the page is seen

/** The customer's page follows the pickup by itself: a light question now and then, and the page anew when it changed. */
export class PickupPage extends Interaction {
    static selector = ".o_omni_pickup_page[data-open]";
    dynamicContent = {
        _document: { "t-on-visibilitychange": this.look },
        _window: { "t-on-pageshow": this.look }, // Back shows what the browser kept
        _root: { "t-on-click": this.share },
    };

    start() {
        this.offerShare();
        this.plan();
    }

    /** Who collects for somebody gets their code by whatever this device shares with. */
    offerShare() {
        if (navigator.share) {
            this.el.querySelector('[name="share"]')?.classList.remove("d-none");
        }
    }

    async share(ev) {
        const button = ev.target.closest('[name="share"]');
        if (button) {
            // Whoever closes the list of apps has changed their mind.
            await navigator.share({ text: button.dataset.text }).catch(() => {});
        }
    }

    plan() {
        this.waitForTimeout(async () => {
            await this.waitFor(this.look());
            this.plan();
        }, EVERY);
    }

    async look() {
        if (document.hidden) {
            return;
        }
        try {
            const { path, stamp } = this.el.dataset;
            const answer = await fetch(`${path}/state`);
            if (answer.ok && (await answer.json()).stamp !== stamp) {
                await this.renew(await fetch(path));
            }
        } catch {
            // Without network the page keeps what it shows: the code is enough in the shop.
        }
    }

    /** Take over the parts that changed; what somebody types right now is left alone. */
    async renew(answer) {
        if (!answer.ok) {
            return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector(".o_omni_pickup_page");
        for (const part of this.el.querySelectorAll("[data-part]")) {
            const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
            const typing =
                part.contains(document.activeElement) && document.activeElement.matches("input");
            if (!typing && part.innerHTML !== other.innerHTML) {
                part.replaceChildren(...other.childNodes);
            }
        }
        this.offerShare();
        this.el.dataset.stamp = fresh.dataset.stamp;
    }
}

registry.category("public.interactions").add("omni_clickcollect.pickup_page", PickupPage);
