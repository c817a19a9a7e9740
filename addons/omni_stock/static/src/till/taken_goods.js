import { ConnectionLostError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";
import { roundPrecision } from "@web/core/utils/numbers";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { madeOf, PRECISION } from "./made_of";
import { TakenDialog } from "./taken_dialog";

/** What a ticket takes from others: the seller is told whenever its lines, or what is available, change. */
patch(PosStore.prototype, {
    omniLines(order) {
        return (order && !order.finalized ? order.lines : []).filter(
            (line) =>
                line.qty > 0 &&
                !line.sale_order_origin_id && // that order's own goods
                line.product_id?.omni_is_counted
        );
    },
    /** @returns {Object} {product id: quantity}, in parts of kits: a set and its part take from the same shelf */
    omniTicketNeeds(order = this.getOrder()) {
        const needs = {};
        for (const line of this.omniLines(order)) {
            for (const [part, each] of madeOf(line.product_id)) {
                needs[part] = (needs[part] || 0) + line.qty * each;
            }
        }
        return needs;
    },
    omniLinesWith(order, part) {
        return this.omniLines(order).filter((line) =>
            madeOf(line.product_id).some(([id]) => id === part)
        );
    },
    /** The name of a product, or where the till does not sell it those of the kits that it is part of. */
    omniNameOf(order, part) {
        const product = this.models["product.product"].get(part);
        const names = this.omniLinesWith(order, part).map((line) => line.product_id.display_name);
        return product?.display_name || names.join(", ");
    },
    async omniCheckTicket() {
        const order = this.getOrder();
        const accepted = order && (this.omniAccepted[order.uuid] ||= {});
        for (const id of Object.keys(this.omniTicketNeeds(order))) {
            const quantity = this.omniTicketNeeds(order)[id] || 0; // less, perhaps, after the warning before
            const isMore = (than) => quantity - than > PRECISION;
            if (isMore(this.omniAvailable[id] ?? Infinity) && isMore(accepted[id] || 0)) {
                if (await this.omniMaySell(order, Number(id), quantity)) {
                    accepted[id] = quantity;
                }
            }
        }
    },
    /** Tell the seller whose goods they take. @returns {boolean} false: they took them off the ticket */
    async omniMaySell(order, part, quantity) {
        let answer;
        try {
            answer = await this.data.call("pos.config", "omni_taken_from", [
                [this.config.id],
                part,
                quantity,
                order.uuid,
            ]);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.notification.add(
                _t(
                    "The till is offline: it cannot check whether someone is waiting for %s. You can sell it.",
                    this.omniNameOf(order, part)
                ),
                { type: "warning" }
            );
            return true;
        }
        if (!answer.owners.length) {
            return true;
        }
        const goOn = await ask(
            this.dialog,
            { name: this.omniNameOf(order, part), quantity, ...answer },
            {},
            TakenDialog
        );
        this.numberBuffer.reset();
        if (!goOn) {
            this.omniTakeBack(order, part, quantity - answer.left);
        }
        return goOn;
    },
    omniTakeBack(order, part, quantity) {
        for (const line of this.omniLinesWith(order, part).reverse()) {
            const each = madeOf(line.product_id).find(([id]) => id === part)[1];
            const unit = line.product_id.uom_id;
            const taken = Math.min(line.qty, roundPrecision(quantity / each, unit.rounding, "UP"));
            if (!unit.isPositive(taken)) {
                return;
            }
            quantity -= taken * each;
            if (taken < line.qty && !line.combo_parent_id) {
                line.setQuantity(line.qty - taken);
            } else {
                order.removeOrderline(line.combo_parent_id || line);
            }
        }
    },
});
