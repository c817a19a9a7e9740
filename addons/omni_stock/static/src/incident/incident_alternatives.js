import { Component, onWillStart, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { quantity } from "../stock_page/stock_cell";

/** What can be done for a customer whose goods are gone, with a button for each store that can help. */
export class IncidentAlternatives extends Component {
    static template = "omni_stock.IncidentAlternatives";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false });
        onWillStart(async () => {
            this.canMove = await user.hasGroup("stock.group_stock_user");
        });
    }

    get offers() {
        return this.props.record.data[this.props.name] || { stores: [] };
    }

    get missing() {
        return this.props.record.data.quantity;
    }

    hasLabel(store) {
        return _t("%(store)s has %(quantity)s", {
            store: store.name,
            quantity: quantity(store.quantity),
        });
    }

    takeLabel(store) {
        return _t("Take from %s", store.name);
    }

    get expected() {
        return _t("%(quantity)s expected here on %(date)s", {
            quantity: quantity(this.offers.expected.quantity),
            date: formatDate(deserializeDate(this.offers.expected.date)),
        });
    }

    get refund() {
        const { currency_id } = this.props.record.data;
        return _t("Refund: %s", formatCurrency(this.offers.refund, currency_id.id));
    }

    /** Call the server about this incident; its refusals are shown by the web client. */
    async call(method, ...parameters) {
        this.state.busy = true;
        try {
            return await this.orm.call("omni.incident", method, [
                [this.props.record.resId],
                ...parameters,
            ]);
        } finally {
            this.state.busy = false;
        }
    }

    async take(store) {
        await this.props.record.save();
        await this.action.doAction(await this.call("action_take_from", store.id));
    }

    async lookAgain() {
        await this.props.record.save();
        await this.call("action_look_again");
        await this.props.record.load();
    }
}

registry.category("fields").add("omni_incident_alternatives", {
    component: IncidentAlternatives,
    displayName: _t("What can be done instead"),
    supportedTypes: ["json"],
});
