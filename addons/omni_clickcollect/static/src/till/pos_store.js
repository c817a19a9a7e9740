import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { SelectionPopup } from "@point_of_sale/app/components/popups/selection_popup/selection_popup";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { handleRPCError } from "@point_of_sale/app/utils/error_handlers";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";

const CODE = /^[ACDEFGHJKMNPQRTUVWXY34679]{6}$/; // as omni.code makes them

patch(PosStore.prototype, {
    async setup() {
        this.omniPickupNews = 0; // how often the pickups of this store have changed
        await super.setup(...arguments);
    },
    async afterProcessServerData() {
        const result = await super.afterProcessServerData(...arguments);
        this.data.connectWebSocket("OMNI_PICKUPS", () => this.omniPickupNews++);
        return result;
    },
    /** Whether this may be the code of a pickup, as somebody typed or scanned it. */
    omniIsPickupCode(text) {
        return CODE.test((text || "").toUpperCase().replace(/[\s-]/g, ""));
    },
    /**
     * Ask the server about pickups, now or not at all: nothing waits for the network to be back.
     * @returns {Promise<{result?: any, error?: string}>} `error`: why not, in words
     */
    async omniPickupCall(method, args, related = false) {
        const data = this.data;
        const values = ["omni.pickup.till", method, [this.config.id, ...args], {}, false];
        try {
            return { result: await (related ? data.callRelated(...values) : data.call(...values)) };
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return {
                    error: _t(
                        "The till is offline. Nothing is lost: try again when the network is back."
                    ),
                };
            }
            if (error instanceof RPCError && error.data?.message) {
                return { error: error.data.message };
            }
            throw error;
        }
    },
    /**
     * Open the pickup whose code was scanned.
     * @returns {Promise<boolean>} false: it is the code of no pickup
     */
    async omniOpenPickup(code) {
        const { result, error } = await this.omniPickupCall("open_by_code", [code]);
        if (error) {
            this.notification.add(error, { type: "warning" });
            return true;
        }
        if (result.pickup) {
            this.navigate("PickupsScreen", { pickup: result.pickup, code });
            return true;
        }
        return false;
    },
    /**
     * Put the order of a pickup on a ticket, by core's own settlement; its payment collects the pickup.
     * @param {{code?: string, identity?: string, cashier: string}} proof that the customer may have it
     * @returns {Promise<string>} why not, in words; "" when it is on a ticket now
     */
    async omniPayPickup(pickup, proof) {
        const known = this.omniTicketOf(pickup.order_id);
        if (known) {
            this.omniShowTicket(known);
            return "";
        }
        const { result, error } = await this.omniPickupCall(
            "take_payment",
            [pickup.id, proof.code || "", proof],
            true
        );
        if (!error) {
            await this.omniSettle(result["sale.order"][0], { omni_pickup_rest: "ask" });
        }
        return error || "";
    },
    /** Odoo's own list of orders: one that is handed over for a code says so, in the words of the server. */
    async onClickSaleOrder() {
        try {
            return await super.onClickSaleOrder(...arguments);
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            handleRPCError(error, this.dialog);
        }
    },
    /** What of the pickups on this ticket the customer does not take: `["Silk scarf × 2", ...]`. */
    omniPickupRest(order) {
        const taken = {};
        for (const line of order.lines.filter((line) => line.sale_order_line_id)) {
            taken[line.sale_order_line_id.id] = (taken[line.sale_order_line_id.id] || 0) + line.qty;
        }
        const saleOrders = new Set(
            order.lines.map((line) => line.sale_order_origin_id).filter(Boolean)
        );
        return [...saleOrders]
            .flatMap((saleOrder) => saleOrder.order_line || [])
            .filter((line) => line.product_id?.type === "consu" && !line.is_downpayment)
            .map((line) => ({
                name: line.product_id.display_name,
                left: line.product_uom_qty - line.qty_delivered - (taken[line.id] || 0),
            }))
            .filter(({ left }) => left > 0)
            .map(({ name, left }) => `${name} × ${this.env.utils.formatProductQty(left, false)}`);
    },
    /** Before the payment: what becomes of what the customer leaves here. */
    async pay() {
        const order = this.getOrder();
        const rest = order?.omni_pickup_rest ? this.omniPickupRest(order) : [];
        if (rest.length) {
            const choice = await makeAwaitable(this.dialog, SelectionPopup, {
                title: _t("Not taken: %s", rest.join(", ")),
                list: [
                    { id: "back", label: _t("Restock"), item: "back" },
                    { id: "later", label: _t("The customer collects it later"), item: "later" },
                ],
            });
            if (!choice) {
                return;
            }
            order.update({ omni_pickup_rest: choice });
        }
        return super.pay(...arguments);
    },
});
