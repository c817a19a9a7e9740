import { deserializeDateTime } from "@web/core/l10n/dates";
import { patch } from "@web/core/utils/patch";
import { PickupCard } from "./pickup_card";
import { PickupDetail } from "./pickup_detail";

const TIME = { hour: "numeric", minute: "numeric" };
const DAY = { weekday: "short", day: "numeric", month: "short" };

/** The slot in which the customer said that he comes, as text; "" when he chose none. */
const withSlot = () => ({
    get slotTime() {
        const { card, now } = this.props;
        if (!card.slot) {
            return "";
        }
        const [start, end] = [card.slot.start, card.slot.end].map((edge) =>
            deserializeDateTime(edge)
        );
        const format = start.hasSame(now, "day") ? TIME : { ...DAY, ...TIME };
        return luxon.Interval.fromDateTimes(start, end).toLocaleString(format);
    },
});

patch(PickupCard.prototype, withSlot());
patch(PickupDetail.prototype, withSlot());
