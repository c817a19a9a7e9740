import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";

/** What is not there of one line: first why, then what becomes of it. */
export class PickupMissing extends Component {
    static template = "omni_clickcollect.PickupMissing";
    static props = {
        line: Object,
        busy: Boolean,
        act: Function,
        options: Function,
        close: Function,
    };

    setup() {
        const { line } = this.props;
        this.state = useState({
            quantity: line.open - Math.min(line.prepared, line.open) || line.open,
            reporting: !line.missing,
            options: false,
            away: "",
        });
        this.reasons = [
            { id: "not_found", label: _t("Not found"), icon: "fa-search" },
            { id: "damaged", label: _t("Damaged"), icon: "fa-chain-broken" },
            { id: "other", label: _t("Other reason"), icon: "fa-question" },
        ];
        onWillStart(() => this.props.line.missing && this.load());
    }

    async load() {
        this.state.reporting = false;
        try {
            this.state.options = await this.props.options(this.props.line);
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.away = error.data?.message || error.message;
            return;
        }
        this.state.away = this.state.options
            ? ""
            : _t("No connection. You can decide this when it is back.");
    }

    get bringLabel() {
        return _t("Transfer it here from %(stores)s: ready %(ready)s", this.state.options.bring);
    }

    storeLabel({ name, available }) {
        return available === null
            ? _t("Collect at %s", name)
            : _t("Collect at %(store)s, %(count)s there", { store: name, count: available });
    }

    async report(reason) {
        const quantity = Number(this.state.quantity);
        if (await this.props.act("missing", { line_id: this.props.line.id, quantity, reason })) {
            await this.load();
        }
    }

    async decide(values) {
        if (await this.props.act("decide", { line_id: this.props.line.id, ...values })) {
            this.props.close();
        }
    }
}
