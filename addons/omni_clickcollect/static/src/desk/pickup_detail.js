import { Component, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { arrivedText, dueTime, slotTime } from "./pickup_card";
import { PickupMissing } from "./pickup_missing";
import { PickupSignature } from "./pickup_signature";

/** One pickup: count its lines while it is prepared, ask for the code when it leaves. */
export class PickupDetail extends Component {
    static template = "omni_clickcollect.PickupDetail";
    static components = { PickupMissing };
    static props = {
        card: Object,
        now: Object,
        nextBin: String,
        scanned: String,
        wrong: String,
        act: Function,
        count: Function,
        missingOptions: Function,
        print: Function,
        takeOver: Function,
        close: Function,
    };

    setup() {
        this.dialog = useService("dialog");
        this.root = useRef("root");
        this.state = useState({
            code: this.props.scanned,
            noCode: false, // whether the customer has none, and somebody checks who they are
            identity: "", // what was checked then
            reason: "",
            releasing: false,
            error: "",
            busy: false,
            bin: this.props.card.bin || this.props.nextBin,
            missingId: false, // line that something is missing of
            parting: false, // only a part is handed over
            parts: {}, // line id -> { now: quantity, back: whether the rest goes back to stock }
            signature: false, // { name, image }
        });
        // The next thing to do has the focus: Enter does it, and a scanner that types finds the field of the code.
        useEffect(
            () => {
                const root = this.root.el;
                const next = root.querySelector("[data-next]:not(:disabled)");
                if (next || !root.contains(document.activeElement)) {
                    (next || root).focus();
                }
            },
            () => [
                this.props.card.state,
                this.uncounted === 0,
                this.props.scanned,
                this.state.releasing,
                this.state.missingId,
                this.state.busy, // a code scanned while the last step was on its way
            ]
        );
        onWillUpdateProps(({ scanned, nextBin }) => {
            if (scanned && scanned !== this.props.scanned) {
                this.state.code = scanned;
            }
            if (nextBin !== this.props.nextBin && this.state.bin === this.props.nextBin) {
                this.state.bin = nextBin; // somebody else took that number
            }
        });
    }

    get due() {
        return dueTime(this.props.card, this.props.now);
    }

    get slotTime() {
        return slotTime(this.props.card, this.props.now);
    }

    get arrived() {
        return arrivedText(this.props.card, this.props.now);
    }

    get callUrl() {
        return `tel:${this.props.card.call.replace(/[^+\d]/g, "")}`;
    }

    get preparing() {
        return this.props.card.state === "preparing";
    }

    get counting() {
        return this.preparing && this.props.card.mine;
    }

    get uncounted() {
        return this.props.card.lines.filter((line) => line.prepared < line.quantity).length;
    }

    get uncountedLabel() {
        return this.uncounted === 1
            ? _t("1 line left to tick")
            : _t("%s lines left to tick", this.uncounted);
    }

    get nothingLeft() {
        return this.props.card.lines.every((line) => line.open <= 0);
    }

    get undecided() {
        return this.props.card.lines.some((line) => line.missing);
    }

    get missingLine() {
        return this.props.card.lines.find(({ id }) => id === this.state.missingId);
    }

    isTicked(line) {
        return !this.preparing || line.prepared >= line.quantity;
    }

    countedLabel(line) {
        const shown = { counted: line.prepared, asked: line.quantity };
        return _t("%(counted)s of %(asked)s", shown);
    }

    undecidedLabel(line) {
        return _t("Missing: %s. Decide what to do", line.missing_label);
    }

    /** Gives whether the step is done, or kept until the network is back. */
    async act(step, values) {
        if (this.state.busy) {
            return false;
        }
        this.state.busy = true;
        this.state.error = "";
        try {
            this.state.error = await this.props.act(this.props.card, step, values);
        } finally {
            this.state.busy = false;
        }
        return !this.state.error;
    }

    async takeOver() {
        this.state.error = await this.props.takeOver(this.props.card);
    }

    // -- lines --------------------------------------------------------------------------------------------------------

    setCount(line, quantity) {
        const most = Math.max(Math.min(quantity, line.quantity), 0);
        if (this.counting && most !== line.prepared) {
            this.props.count(this.props.card, line, most);
        }
    }

    onLineKeydown(ev, line) {
        const steps = { ArrowRight: 1, ArrowLeft: -1 };
        if (steps[ev.key]) {
            ev.preventDefault();
            this.setCount(line, line.prepared + steps[ev.key]);
        } else if (ev.key === "Delete" && line.open > 0) {
            ev.preventDefault();
            this.state.missingId = line.id;
        }
    }

    openMissing(line) {
        Object.assign(this.state, { missingId: line.id, releasing: false, error: "" });
    }

    closeMissing() {
        this.state.missingId = false;
    }

    // -- hand-over ----------------------------------------------------------------------------------------------------

    startParts() {
        this.state.parting = true;
        this.state.parts = Object.fromEntries(
            this.props.card.lines.map((line) => [line.id, { now: line.open, back: false }])
        );
    }

    setPart(line, quantity) {
        const now = Math.max(Math.min(Number(quantity) || 0, line.open), 0);
        this.state.parts[line.id].now = now;
    }

    get partsValues() {
        const quantities = {};
        const back = {};
        for (const { id, open } of this.props.card.lines) {
            const { now, back: goesBack } = this.state.parts[id];
            if (now) {
                quantities[id] = now;
            }
            if (goesBack && open > now) {
                back[id] = open - now;
            }
        }
        return { quantities, back };
    }

    sign() {
        const { card } = this.props;
        this.dialog.add(PickupSignature, {
            defaultName: card.delegate || card.customer,
            nameAndSignatureProps: { mode: "draw" },
            uploadSignature: ({ name, signatureImage }) => {
                this.state.signature = { name, image: signatureImage.split(",")[1] };
            },
        });
    }

    async handOver() {
        const { signature, parting, code, noCode, identity } = this.state;
        const values = {
            ...(noCode ? { identity } : { code }),
            ...(parting ? this.partsValues : {}),
            ...(signature ? { signature: signature.image, signed_by: signature.name } : {}),
        };
        if (await this.act("hand_over", values)) {
            Object.assign(this.state, {
                parting: false,
                signature: false,
                code: "",
                noCode: false,
                identity: "",
            });
        }
    }

    release() {
        return this.act("release", { reason: this.state.reason });
    }
}
