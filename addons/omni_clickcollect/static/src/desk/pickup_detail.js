import { Component, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { dueTime } from "./pickup_card";

/** One pickup: tick its lines while it is prepared, ask for the code when it leaves. */
export class PickupDetail extends Component {
    static template = "omni_clickcollect.PickupDetail";
    static props = {
        card: Object,
        now: Object,
        ticked: Object,
        scanned: String,
        toggle: Function,
        act: Function,
        close: Function,
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({
            code: this.props.scanned,
            reason: "",
            releasing: false,
            error: "",
            busy: false,
        });
        // The next thing to do has the focus: Enter does it, and a scanner that types finds the field of the code.
        useEffect(
            () =>
                (this.root.el.querySelector("[data-next]:not(:disabled)") || this.root.el).focus(),
            () => [
                this.props.card.state,
                this.missing === 0,
                this.props.scanned,
                this.state.releasing,
                this.state.busy, // a code scanned while the last step was on its way
            ]
        );
        onWillUpdateProps(({ scanned }) => {
            if (scanned && scanned !== this.props.scanned) {
                this.state.code = scanned;
            }
        });
    }

    get due() {
        return dueTime(this.props.card, this.props.now);
    }

    get preparing() {
        return this.props.card.state === "preparing";
    }

    get missing() {
        return this.props.card.lines.filter((line) => !this.props.ticked[line.id]).length;
    }

    get missingLabel() {
        return this.missing === 1
            ? _t("1 line left to tick")
            : _t("%s lines left to tick", this.missing);
    }

    async act(method, args) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        this.state.error = "";
        try {
            this.state.error = await this.props.act(this.props.card, method, args);
        } finally {
            this.state.busy = false;
        }
    }

    handOver() {
        return this.act("action_hand_over", [this.state.code]);
    }

    release() {
        return this.act("action_release", [this.state.reason]);
    }
}
