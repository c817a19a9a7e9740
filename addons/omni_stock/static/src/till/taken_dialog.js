import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

export class TakenDialog extends Component {
    static template = "omni_stock.TakenDialog";
    static components = { Dialog };
    static props = {
        name: String,
        quantity: Number, // on the ticket
        left: Number, // that nobody waits for
        owners: Array, // as `pos.config.omni_taken_from` documents them
        confirm: Function,
        cancel: Function,
        close: Function,
    };

    format(quantity) {
        return this.env.utils.formatProductQty(quantity, false);
    }
    get summary() {
        return _t("%(quantity)s on this ticket, %(left)s here that nobody waits for.", {
            quantity: this.format(this.props.quantity),
            left: this.format(this.props.left),
        });
    }
    whose(owner) {
        return _t("%(quantity)s for %(who)s", {
            quantity: this.format(owner.quantity),
            who: owner.who || _t("a customer"),
        });
    }
    until(owner) {
        if (!owner.until) {
            return _t("bought");
        }
        const until = deserializeDateTime(owner.until);
        const today = until.hasSame(DateTime.now(), "day");
        return _t(
            "held until %s",
            until.toLocaleString(today ? DateTime.TIME_SIMPLE : DateTime.DATETIME_SHORT)
        );
    }
    choose(choice) {
        choice();
        this.props.close();
    }
}
