import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";

/** Minutes left at which somebody who cannot see the clock is told. */
const SPOKEN_MINUTES = [10, 5, 2];

export class HoldCountdown extends Interaction {
    static selector = ".o_omni_hold";
    dynamicContent = {
        _root: {
            "t-att-class": () => ({
                "alert-info": this.left > 60,
                "alert-warning": this.left <= 60,
            }),
        },
        ".o_omni_hold_running": { "t-att-class": () => ({ "d-none": this.left === 0 }) },
        ".o_omni_hold_over": { "t-att-class": () => ({ "d-none": this.left > 0 }) },
        ".o_omni_hold_left": { "t-out": () => this.clock },
        ".o_omni_hold_spoken": { "t-out": () => this.spoken },
    };

    setup() {
        // Seconds come from the server: the visitor's clock may be wrong, but it runs.
        this.deadline = Date.now() + Number(this.el.dataset.seconds) * 1000;
        this.spoken = "";
        this.tick();
    }

    start() {
        const timer = setInterval(() => {
            this.tick();
            this.updateContent();
            if (this.left === 0) {
                clearInterval(timer);
            }
        }, 1000);
        this.registerCleanup(() => clearInterval(timer));
    }

    tick() {
        this.left = Math.max(0, Math.ceil((this.deadline - Date.now()) / 1000));
        const seconds = String(this.left % 60).padStart(2, "0");
        this.clock = `${Math.floor(this.left / 60)}:${seconds}`;
        if (this.left === 0) {
            this.spoken = _t("We no longer hold your items.");
        } else if (this.left === 60) {
            this.spoken = _t("We hold your items for one more minute.");
        } else if (this.left % 60 === 0 && SPOKEN_MINUTES.includes(this.left / 60)) {
            this.spoken = _t("We hold your items for %s more minutes.", this.left / 60);
        }
    }
}

registry.category("public.interactions").add("omni_stock.hold_countdown", HoldCountdown);
