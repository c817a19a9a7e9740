import { formatFloat } from "@web/core/utils/numbers";
import { patch } from "@web/core/utils/patch";
import { PosOrder } from "@point_of_sale/app/models/pos_order";

const inWords = (points) => formatFloat(points, { digits: [69, Number.isInteger(points) ? 0 : 2] });

patch(PosOrder.prototype, {
    /** As core's, as they are read below the ticket and on the receipt: with the marks of the seller's language. */
    getLoyaltyPoints() {
        return super.getLoyaltyPoints(...arguments).map((stat) => {
            const { won, spent, total, balance } = stat.points;
            const points = {
                ...stat.points,
                won: won && inWords(won), // what is 0 core leaves out
                spent: spent && inWords(spent),
                total: inWords(total),
                balance: balance && inWords(balance),
            };
            return { ...stat, points };
        });
    },
});
