import { Component } from "@odoo/owl";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { formatAmount, formatMoment } from "./format";

class Section extends Component {
    static props = { section: Object, name: String, addProduct: Function };
}

export class IdentitySection extends Section {
    static template = "omni_pos.IdentitySection";

    get rows() {
        const { email, phone, zip, city, since } = this.props.section;
        return [
            { label: _t("E-mail"), value: email },
            { label: _t("Phone"), value: phone },
            { label: _t("City"), value: [zip, city].filter(Boolean).join(" ") },
            { label: _t("Customer since"), value: formatDate(deserializeDate(since)) },
        ].filter((row) => row.value);
    }
}

export class OrdersSection extends Section {
    static template = "omni_pos.OrdersSection";

    setup() {
        this.pos = usePos();
    }
    get emptyText() {
        return this.props.name === "baskets"
            ? _t("No open web baskets.")
            : _t("No purchases yet, in store or online.");
    }
    badge(order) {
        return order.kind === "store" ? "text-bg-success" : "text-bg-info";
    }
    amount(order) {
        return formatAmount(this.env, this.pos, order.total, order.currency);
    }
    moment(order) {
        return formatMoment(order.date);
    }
}

export class ProductsSection extends Section {
    static template = "omni_pos.ProductsSection";

    get emptyText() {
        return this.props.name === "favourites"
            ? _t("No favourites yet.")
            : _t("No products viewed online.");
    }
    moment(product) {
        return formatMoment(product.date);
    }
}

/**
 * A section of any add-on: `rows` if it gives some (`[{label, value}]`), else what can be read off its fields; a list
 * of records shows those that have a name or a label.
 */
export class RowsSection extends Section {
    static template = "omni_pos.RowsSection";

    get rows() {
        const { rows, label, ...fields } = this.props.section;
        return rows || Object.entries(fields).flatMap(([name, value]) => this.toRows(name, value));
    }
    toRows(name, value) {
        if (Array.isArray(value)) {
            return value
                .filter((record) => record?.label || record?.name)
                .map((record) => ({
                    label: record.label || record.name,
                    value: record.value ?? record.display ?? "",
                }));
        }
        const isShown = ["string", "number"].includes(typeof value) && value !== "";
        return isShown ? [{ label: name.charAt(0).toUpperCase() + name.slice(1), value }] : [];
    }
}

/**
 * How the till shows a section of `res.partner.omni_profile()`: `{label, component, sequence}`, all optional. The
 * component gets `section` (what the profile gives), `name` and `addProduct({product_id, name})`.
 */
registry
    .category("omni_customer_sections")
    .add("identity", { label: _t("Customer"), component: IdentitySection, sequence: 10 })
    .add("purchases", {
        label: _t("Purchases, all channels"),
        component: OrdersSection,
        sequence: 20,
    })
    .add("baskets", { label: _t("Open web baskets"), component: OrdersSection, sequence: 30 })
    .add("favourites", { label: _t("Favourites"), component: ProductsSection, sequence: 40 })
    .add("viewed", { label: _t("Viewed online"), component: ProductsSection, sequence: 50 });
