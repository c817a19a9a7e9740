import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const MINUTE_MS = 60000;
const TIME = { hour: "numeric", minute: "numeric" };
const DAY = { weekday: "short", day: "numeric", month: "short" };

/** What the moment of a pickup means now: told by a word and an icon as much as by its colour. */
export function dueTime({ state, late_at, soon_at }, now) {
    const ready = state === "ready";
    const [late, soon] = [late_at, soon_at].map((moment) => deserializeDateTime(moment));
    const time = late.hasSame(now, "day")
        ? late.toLocaleString(luxon.DateTime.TIME_SIMPLE)
        : late.toLocaleString({ ...DAY, ...TIME });
    if (late < now) {
        const text = ready ? _t("Past its last day, %s", time) : _t("Late, %s", time);
        return { level: "late", icon: "fa-exclamation-triangle", text };
    }
    if (soon < now) {
        return { level: "soon", icon: "fa-hourglass-half", text: _t("Soon, %s", time) };
    }
    const text = ready ? _t("Kept until %s", time) : _t("For %s", time);
    return { level: "calm", icon: "fa-clock-o", text };
}

/** The slot in which the customer said that they come, as text; "" when they chose none. */
export function slotTime({ slot }, now) {
    if (!slot) {
        return "";
    }
    const [start, end] = [slot.start, slot.end].map((edge) => deserializeDateTime(edge));
    const format = start.hasSame(now, "day") ? TIME : { ...DAY, ...TIME };
    return luxon.Interval.fromDateTimes(start, end).toLocaleString(format);
}

/** How long the customer waits already, and where; "" of who has not arrived. */
export function arrivedText({ arrived_at, place }, now) {
    if (!arrived_at) {
        return "";
    }
    const arrived = deserializeDateTime(arrived_at);
    const since =
        now - arrived < MINUTE_MS
            ? _t("Arrived just now")
            : _t("Arrived %s", arrived.toRelative({ base: now, style: "short" }));
    return [since, place].filter(Boolean).join(", ");
}

export class PickupCard extends Component {
    static template = "omni_clickcollect.PickupCard";
    static props = { card: Object, now: Object, selected: Boolean, open: Function };

    get due() {
        return dueTime(this.props.card, this.props.now);
    }

    get slotTime() {
        return slotTime(this.props.card, this.props.now);
    }

    get arrived() {
        return arrivedText(this.props.card, this.props.now);
    }

    get hasMissing() {
        return this.props.card.lines.some((line) => line.missing);
    }

    get itemsLabel() {
        const { items } = this.props.card;
        return items === 1 ? _t("1 item") : _t("%s items", items);
    }
}
