import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SearchedList } from "@omni_base/till/searched_list";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { uuidv4 } from "@point_of_sale/utils";
import { formatAmount, formatMoment } from "./format";

/** The orders of other channels that wait at this store: to be paid at the till, or paid and to be handed over. */
export class WebOrdersScreen extends SearchedList {
    static template = "omni_pos.WebOrdersScreen";
    static props = {};

    setup() {
        super.setup();
        // A hand-over that the network cut off is asked again with its own key, and so done once.
        this.keys = {};
    }
    get begin() {
        return {
            orders: [],
            byCode: 0, // orders that match too, and are handed over for a code
            openId: false, // the order whose products are shown
            busyId: false, // the order being paid or handed over
        };
    }
    get words() {
        return {
            title: _t("Web orders"),
            search: _t("Search web orders"),
            what: _t("Order, name, phone, e-mail"),
        };
    }

    async load() {
        this.state.status = "loading";
        const query = this.state.query;
        const found = await this.keepLast.add(
            this.pos.omniOnline(() => this.pos.omniCall("omni_web_orders", query))
        );
        if (!found) {
            this.state.status = "offline";
            return;
        }
        const { by_code: byCode, ...rows } = found;
        Object.assign(this.state, rows, { byCode, status: "ready" });
        if (!query) {
            this.pos.omniWebOrderCount = found.count;
        }
        this.state.openId = found.orders.length === 1 && found.orders[0].id;
    }
    async onScan({ code }) {
        this.state.query = code;
        await this.load();
    }
    toggle(order) {
        this.state.openId = this.state.openId !== order.id && order.id;
    }

    /** The page of an add-on that hands over for a code, if there is one. */
    get byCodePage() {
        return this.state.byCode && registry.category("omni_by_code_pages").getAll()[0];
    }
    openByCode() {
        this.pos.navigate(this.byCodePage.page, { query: this.state.query });
    }

    get emptyText() {
        if (!this.state.query) {
            return _t("No order waits at this store.");
        }
        return (
            this.state.notice ||
            (this.state.byCode
                ? _t("No other order found.")
                : _t("No order found. Try its number, or the customer's name, phone or e-mail."))
        );
    }
    get moreText() {
        const { count, orders } = this.state;
        return count > orders.length
            ? _t("The %(shown)s newest of %(count)s orders. Search to find the others.", {
                  shown: orders.length,
                  count,
              })
            : "";
    }
    goods(order) {
        return {
            here: { text: _t("Goods are here"), class: "text-bg-success" },
            part: { text: _t("Some goods are here"), class: "text-bg-warning" },
            missing: { text: _t("Goods are not here yet"), class: "text-bg-secondary" },
        }[order.goods];
    }
    amount(order, value) {
        return formatAmount(this.env, this.pos, value, order.currency);
    }
    moment(order) {
        return formatMoment(order.placed_at);
    }

    /** Run one action at a time on an order; the buttons rest meanwhile. */
    async once(order, action) {
        if (this.state.busyId) {
            return;
        }
        this.state.busyId = order.id;
        try {
            await this.pos.omniOnline(action);
        } finally {
            this.state.busyId = false;
        }
    }
    takePayment(order) {
        return this.once(order, async () => {
            if (order.goods !== "here" && !(await this.confirmMissing(order, _t("Take payment")))) {
                return;
            }
            await this.pos.omniTakePayment(order.id);
        });
    }
    handOver(order) {
        return this.once(order, async () => {
            const confirmed = await ask(this.dialog, {
                title: _t("Hand over %s?", order.name),
                body: this.handOverText(order),
                confirmLabel: _t("Hand over"),
            });
            if (!confirmed) {
                return;
            }
            this.keys[order.id] ||= uuidv4();
            let result = await this.sendHandOver(order, false);
            if (result.state === "missing") {
                if (
                    !(await this.confirmMissing(
                        { ...order, ...result },
                        _t("Hand over what is here")
                    ))
                ) {
                    return this.load();
                }
                result = await this.sendHandOver(order, true);
            }
            delete this.keys[order.id];
            this.notification.add(
                result.rest
                    ? _t(
                          "%s: what is here was handed over, the rest is still waiting.",
                          result.order
                      )
                    : _t("%s was handed over.", result.order),
                { type: "success" }
            );
            await this.load();
        });
    }
    sendHandOver(order, partial) {
        return this.pos.omniCall("omni_hand_over", order.id, this.keys[order.id], partial);
    }
    handOverText(order) {
        const lines = order.lines.map((line) => `${this.quantity(line.quantity)} × ${line.name}`);
        if (order.fulfilment === "ship") {
            lines.push("", _t("This order was to be shipped. Handed over here, it will not be."));
        }
        return [order.partner.name, ...lines].join("\n");
    }
    confirmMissing(order, confirmLabel) {
        const missing = order.lines
            .filter((line) => line.here < line.quantity)
            .map((line) =>
                _t("%(name)s: %(here)s of %(quantity)s here", {
                    name: line.name,
                    here: this.quantity(line.here),
                    quantity: this.quantity(line.quantity),
                })
            );
        return ask(
            this.dialog,
            {
                title: _t("Items are missing"),
                body: missing.join("\n"),
                confirmLabel,
            },
            {},
            ConfirmationDialog
        );
    }
}

registry.category("pos_pages").add("WebOrdersScreen", {
    name: "WebOrdersScreen",
    component: WebOrdersScreen,
    route: `/pos/ui/${odoo.pos_config_id}/web-orders`,
    params: {},
});
