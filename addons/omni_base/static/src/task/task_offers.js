import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What can be done about a task: a button for each. */
export class TaskOffers extends Component {
    static template = "omni_base.TaskOffers";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false });
    }

    get offers() {
        return this.props.record.data[this.props.name] || [];
    }

    /** Do one of them on the server; its refusals are shown by the web client. */
    async take({ name, value }) {
        const { record } = this.props;
        this.state.busy = true;
        try {
            const next = await this.orm.call("omni.task", "action_do", [
                [record.resId],
                name,
                value,
            ]);
            await (next ? this.action.doAction(next) : record.load());
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("fields").add("omni_task_offers", {
    component: TaskOffers,
    displayName: _t("What can be done"),
    supportedTypes: ["json"],
});
