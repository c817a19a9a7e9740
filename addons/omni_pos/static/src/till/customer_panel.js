import { Component, onMounted, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { RowsSection } from "./customer_sections";

/** What the profile contract tells of a customer, a section each, known or not. */
export class CustomerPanel extends Component {
    static template = "omni_pos.CustomerPanel";
    static components = { Dialog };
    static props = { partner: Object, close: Function };

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.notification = useService("notification");
        this.addProduct = this.addProduct.bind(this);
        this.state = useState({ status: "loading", sections: [] });
        onMounted(() => this.load());
    }

    async load() {
        this.state.status = "loading";
        const profile = await this.pos.omniOnline(() =>
            this.pos.data.call("res.partner", "omni_profile", [[this.props.partner.id]])
        );
        this.state.sections = this.arrange(profile || {});
        this.state.status = profile ? "ready" : "offline";
    }
    /** Sections in the order of the registry; those that it does not know come last, in rows. */
    arrange(profile) {
        const known = registry.category("omni_customer_sections");
        return Object.entries(profile)
            .map(([name, section]) => ({
                name,
                section,
                component: RowsSection,
                sequence: 100,
                label: section.label || name.charAt(0).toUpperCase() + name.slice(1),
                ...known.get(name, {}),
            }))
            .sort((a, b) => a.sequence - b.sequence);
    }
    async addProduct(product) {
        const added = await this.pos.omniOnline(() => this.pos.omniAddProduct(product.product_id));
        if (added) {
            this.notification.add(_t("%s is on the ticket.", product.name), { type: "success" });
        } else if (added === false) {
            this.notification.add(_t("This till does not sell %s.", product.name), {
                type: "warning",
            });
        }
    }
}
