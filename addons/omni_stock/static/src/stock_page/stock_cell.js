import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";

/** A number of things, without decimals that say nothing. */
export function quantity(number) {
    return Number.isInteger(number)
        ? formatInteger(number)
        : formatFloat(number, { digits: [0, 2], trailingZeros: false });
}

export class StockCell extends Component {
    static template = "omni_stock.StockCell";
    static components = { Dialog };
    static props = {
        productId: Number,
        storeId: Number,
        store: String,
        onMoved: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ cell: null, error: "", from: 0, amount: 1, busy: false });
        onWillStart(async () => {
            await this.guard(async () => {
                const { productId, storeId } = this.props;
                this.state.cell = await this.orm.call("omni.stock.page", "read_cell", [
                    productId,
                    storeId,
                ]);
                this.state.from = this.state.cell.others[0]?.id || 0;
            });
        });
    }

    /** Run a call; what the server refuses is said here, in its words. */
    async guard(call) {
        this.state.error = "";
        this.state.busy = true;
        try {
            return await call();
        } catch (error) {
            this.state.error = error.data?.message || _t("That did not work. Try again.");
        } finally {
            this.state.busy = false;
        }
    }

    quantity(number) {
        return quantity(number);
    }

    holdLabel(hold) {
        const values = {
            quantity: quantity(hold.quantity),
            name: hold.name,
            until: deserializeDateTime(hold.until).toLocaleString(luxon.DateTime.DATETIME_MED),
        };
        return hold.name
            ? _t("%(quantity)s for %(name)s, until %(until)s", values)
            : _t("%(quantity)s until %(until)s", values);
    }

    get missing() {
        return _t(
            "%s sold to or held for customers, but not in stock.",
            quantity(this.state.cell.missing)
        );
    }

    get most() {
        return this.state.cell.others.find((other) => other.id === this.state.from)?.quantity || 0;
    }

    move() {
        return this.guard(async () => {
            const { productId, storeId } = this.props;
            const transfer = await this.orm.call("omni.stock.page", "move", [
                productId,
                this.state.from,
                storeId,
                this.state.amount,
            ]);
            this.props.close();
            this.props.onMoved();
            await this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "stock.picking",
                res_id: transfer.id,
                views: [[false, "form"]],
            });
        });
    }
}
