import { Interaction } from "@web/public/interaction";
import { _t } from "@web/core/l10n/translation";

/**
 * "Notify me on this device": the browser is told by its push service, also when the page is closed. Who offers it extends
 * this with a `selector`, whose element has in `data-path` where to ask, and with the `scope` of its pages.
 */
export class PushSwitch extends Interaction {
    static scope = "";
    dynamicContent = {
        _root: { "t-att-class": () => ({ "d-none": !this.possible }) },
        '[name="push_start"]': {
            "t-on-click": this.locked(() => this.startPush()),
            "t-att-class": () => ({ "d-none": this.told }),
        },
        '[name="push_told"]': { "t-att-class": () => ({ "d-none": !this.told }) },
        '[name="push_stop"]': { "t-on-click": this.locked(() => this.stopPush()) },
        '[name="push_refused"]': {
            "t-att-class": () => ({ "d-none": !this.refusal }),
            "t-out": () => this.refusal,
        },
    };

    setup() {
        this.path = this.el.dataset.path;
        this.told = false;
        this.refusal = "";
        this.possible =
            window.isSecureContext &&
            "serviceWorker" in navigator &&
            "PushManager" in window &&
            "Notification" in window;
    }

    async willStart() {
        if (!this.possible) {
            return;
        }
        try {
            const subscription = await this.subscription();
            if (subscription) {
                const { told } = await (await fetch(`${this.path}/push`)).json();
                this.told = told.includes(await fingerprint(subscription.endpoint));
            }
        } catch {
            // Without an answer the button is there, and pressing it again does no harm.
        }
    }

    async subscription() {
        const { scope } = this.constructor;
        const worker = await navigator.serviceWorker.getRegistration(scope);
        // Another part of the website may have a worker for all of it.
        return worker?.scope.endsWith(scope) ? worker.pushManager.getSubscription() : null;
    }

    async startPush() {
        this.refusal = "";
        try {
            if ((await Notification.requestPermission()) !== "granted") {
                this.refusal = _t(
                    "Notifications are blocked in your browser. You can allow them in its settings."
                );
                return;
            }
            const { endpoint, keys } = (await this.subscribe()).toJSON();
            await this.send("start", { endpoint, ...keys });
        } catch {
            this.refusal = _t("This device could not be reached. Try again later.");
        }
    }

    async stopPush() {
        this.refusal = "";
        try {
            // The browser stays subscribed: it may be told of something else.
            const subscription = await this.subscription();
            await this.send("stop", { endpoint: subscription?.endpoint || "" });
        } catch {
            this.refusal = _t("This device could not be reached. Try again later.");
        }
    }

    async send(what, values) {
        const answer = await fetch(`${this.path}/push/${what}`, {
            method: "POST",
            body: new URLSearchParams(values),
        });
        const { told, message } = await answer.json();
        this.told = told;
        this.refusal = message || "";
    }

    async subscribe() {
        const { scope } = this.constructor;
        const worker = await navigator.serviceWorker.register(`${scope}service-worker.js`, {
            scope,
        });
        await active(worker);
        const { key } = await (await fetch(`${this.path}/push`)).json();
        const options = { userVisibleOnly: true, applicationServerKey: key };
        try {
            return await worker.pushManager.subscribe(options);
        } catch (error) {
            // The shop has other keys than when the phone subscribed.
            const old = await worker.pushManager.getSubscription();
            if (!old) {
                throw error;
            }
            await old.unsubscribe();
            return worker.pushManager.subscribe(options);
        }
    }
}

/** Wait until a service worker can be subscribed with. */
function active(worker) {
    const coming = worker.installing || worker.waiting;
    if (worker.active || !coming) {
        return;
    }
    return new Promise((resolve) => {
        coming.addEventListener("statechange", () => coming.state === "activated" && resolve());
    });
}

async function fingerprint(text) {
    const digest = await crypto.subtle.digest("SHA-256", new window.TextEncoder().encode(text));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
