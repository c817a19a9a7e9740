import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";
import { uuid } from "@web/core/utils/strings";
import { session } from "@web/session";

const SESSION_OVER = "odoo.http.SessionExpiredException";
/** Steps that wait for the network; the others need an answer of the server at once. */
const KEPT = ["prepare", "count", "missing", "ready", "hand_over", "release"];

/** A code as it is kept: without spaces, dashes and small letters. */
export const cleanCode = (code) => code.toUpperCase().replace(/[^A-Z0-9]/g, "");

/**
 * The steps of the desk on their way to the server: in order, each with a key that lets it happen once however often it
 * is sent. They stay in the browser until the server has answered, also when the page is closed.
 */
export class DeskOutbox {
    constructor(call, userId) {
        this.call = call;
        this.storageKey = `omni_clickcollect.steps.${session.db}.${userId}`;
        this.state = reactive({ waiting: this.read(), offline: false });
    }

    read() {
        try {
            const steps = JSON.parse(browser.localStorage.getItem(this.storageKey)) || [];
            return steps.map((step) => ({ ...step, kept: true }));
        } catch {
            return [];
        }
    }

    save() {
        browser.localStorage.setItem(this.storageKey, JSON.stringify(this.state.waiting));
    }

    /** Add a step; a count replaces the last one of the same line, if that has not left yet. */
    add(card, step, values) {
        const { waiting } = this.state;
        const last = waiting.at(-1);
        const same =
            step === "count" &&
            last?.step === "count" &&
            last.pickup === card.id &&
            last.values.line_id === values.line_id;
        if (same && last.key !== this.sending) {
            waiting.pop();
        }
        const added = { key: uuid(), pickup: card.id, customer: card.customer, step, values };
        waiting.push(added);
        this.save();
        return added;
    }

    drop(step) {
        const { waiting } = this.state;
        const place = waiting.findIndex(({ key }) => key === step.key);
        if (place >= 0) {
            waiting.splice(place, 1);
            this.save();
        }
    }

    /** Send what waits; one sender at a time. Gives the refusals: [{ ...step, message }]. */
    send() {
        this.flight ||= this.sendAll().finally(() => (this.flight = null));
        return this.flight;
    }

    async sendAll() {
        const refused = [];
        while (this.state.waiting.length) {
            const step = { ...this.state.waiting[0] };
            this.sending = step.key;
            try {
                await this.call(step.key, step.pickup, step.step, step.values);
                this.state.offline = false;
            } catch (error) {
                if (error instanceof ConnectionLostError || error.exceptionName === SESSION_OVER) {
                    this.state.offline = true;
                    break;
                }
                if (!(error instanceof RPCError)) {
                    throw error;
                }
                refused.push({ ...step, message: error.data?.message || error.message });
            } finally {
                this.sending = null;
            }
            this.drop(step);
        }
        return refused;
    }

    /**
     * Do one step. Gives { message, kept, others }: the words of a refusal or "", whether it waits for the network, and
     * the refusals of steps that waited before.
     */
    async act(card, step, values = {}) {
        const added = this.add(card, step, { ...values, seen: card.state });
        let refused = await this.send();
        if (!this.state.offline && this.find(added)) {
            refused = [...refused, ...(await this.send())]; // a sending that was under way ended just before
        }
        const own = refused.find(({ key }) => key === added.key);
        const others = refused.filter((step) => step !== own);
        const waiting = this.find(added);
        if (!waiting) {
            return { message: own?.message || "", kept: false, others };
        }
        if (!KEPT.includes(step)) {
            this.drop(added);
            return { message: _t("No connection. Try again when it is back."), others };
        }
        const isProven = values.identity || card.codes.includes(cleanCode(values.code || ""));
        if (step === "hand_over" && !isProven) {
            this.drop(added);
            const message = _t(
                "This is not the code of %s. Ask the customer to show it again.",
                card.order
            );
            return { message, others };
        }
        waiting.kept = true;
        this.save();
        return { message: "", kept: true, others };
    }

    find({ key }) {
        return this.state.waiting.find((step) => step.key === key);
    }

    /** A card as it is when the steps that wait are done; null when it has left the desk. */
    foresee(card, waiting) {
        for (const { pickup, step, values, kept } of waiting) {
            if (pickup !== card.id || !(kept || step === "count")) {
                continue; // the server's answer is awaited
            }
            if (step === "hand_over" || step === "release") {
                return null;
            }
            card = FORESEEN[step]?.({ ...card, waits: true }, values) || card;
        }
        return card;
    }
}

const withLine = (card, id, change) => ({
    ...card,
    lines: card.lines.map((line) => (line.id === id ? { ...line, ...change(line) } : line)),
});

const FORESEEN = {
    prepare: (card) => ({ ...card, state: "preparing", mine: true }),
    ready: (card, { bin }) => ({
        ...card,
        state: "ready",
        bin,
        late_at: card.deadline,
        soon_at: card.deadline,
    }),
    count: (card, { line_id, quantity }) => withLine(card, line_id, () => ({ prepared: quantity })),
    missing: (card, { line_id, quantity }) =>
        withLine(card, line_id, (line) => ({
            quantity: line.quantity - quantity,
            open: line.open - quantity,
            prepared: Math.min(line.prepared, line.quantity - quantity),
            missing: line.missing + quantity,
            missing_label: `× ${line.missing + quantity}`,
        })),
};
