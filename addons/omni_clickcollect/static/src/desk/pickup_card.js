import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const SOON_MINUTES = 30;

/** What the moment of a pickup means now: told by a word and an icon as much as by its colour. */
export function dueTime(card, now) {
    const ready = card.state === "ready";
    const moment = deserializeDateTime(ready ? card.deadline : card.promised_at);
    const time = moment.hasSame(now, "day")
        ? moment.toLocaleString(luxon.DateTime.TIME_SIMPLE)
        : moment.toLocaleString({
              weekday: "short",
              day: "numeric",
              month: "short",
              hour: "numeric",
              minute: "numeric",
          });
    if (moment < now) {
        const text = ready ? _t("Past its last day, %s", time) : _t("Late, %s", time);
        return { level: "late", icon: "fa-exclamation-triangle", text };
    }
    if (!ready && moment.diff(now, "minutes").minutes < SOON_MINUTES) {
        return { level: "soon", icon: "fa-hourglass-half", text: _t("Soon, %s", time) };
    }
    const text = ready ? _t("Kept until %s", time) : _t("For %s", time);
    return { level: "calm", icon: "fa-clock-o", text };
}

export class PickupCard extends Component {
    static template = "omni_clickcollect.PickupCard";
    static props = { card: Object, now: Object, selected: Boolean, open: Function };

    get due() {
        return dueTime(this.props.card, this.props.now);
    }

    get hasMissing() {
        return this.props.card.lines.some((line) => line.missing);
    }

    get itemsLabel() {
        const { items } = this.props.card;
        return items === 1 ? _t("1 item") : _t("%s items", items);
    }
}
