import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { debounce } from "@web/core/utils/timing";
import { ConnectionLostError } from "@web/core/network/rpc";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { CustomerPanel } from "./customer_panel";

patch(PosStore.prototype, {
    async setup() {
        this.omniWebOrderCount = 0;
        await super.setup(...arguments);
    },
    async afterProcessServerData() {
        const result = await super.afterProcessServerData(...arguments);
        const recount = debounce(() => this.omniCountWebOrders(), 1000);
        this.data.connectWebSocket("OMNI_WEB_ORDERS", recount);
        this.omniCountWebOrders();
        return result;
    },
    /** Call this till's own record on the server, now or not at all: nothing waits for the network to be back. */
    omniCall(method, ...args) {
        return this.data.call("pos.config", method, [[this.config.id], ...args]);
    },
    /** The number on the button is a hint: without network it stays what it was. */
    async omniCountWebOrders() {
        const count = await this.data.silentCall("pos.config", "omni_web_order_count", [
            [this.config.id],
        ]);
        if (count !== false) {
            this.omniWebOrderCount = count;
        }
    },
    /**
     * Run what needs the network.
     * @returns what `action` returns, or undefined after a notice that the network is away
     */
    async omniOnline(action) {
        try {
            return await action();
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.notification.add(
                _t("The till is offline. Nothing is lost: try again when the network is back."),
                { type: "warning" }
            );
        }
    },
    omniOpenCustomer(partner) {
        this.dialog.add(CustomerPanel, { partner });
    },
    /**
     * Put a web order that is still to be paid on a ticket.
     * @returns {boolean} whether it is on a ticket now
     */
    async omniTakePayment(orderId) {
        const known = this.omniTicketOf(orderId);
        if (known) {
            this.omniShowTicket(known);
            return true;
        }
        const loaded = await this.data.callRelated(
            "pos.config",
            "omni_open_web_order",
            [[this.config.id], orderId],
            {},
            false
        );
        return this.omniSettle(loaded["sale.order"][0]);
    },
    /**
     * Add a product to the ticket if this till sells it.
     * @returns {boolean} whether it does
     */
    async omniAddProduct(productId) {
        let product = this.models["product.product"].get(productId);
        if (!product) {
            await this.data.callRelated(
                "product.template",
                "load_product_from_pos",
                [
                    this.config.id,
                    [
                        ["product_variant_ids", "in", [productId]],
                        ["available_in_pos", "=", true],
                        ["sale_ok", "=", true],
                    ],
                ],
                {},
                false
            );
            product = this.models["product.product"].get(productId);
        }
        if (!product?.product_tmpl_id?.available_in_pos) {
            return false;
        }
        await this.addLineToCurrentOrder(
            { product_id: product, product_tmpl_id: product.product_tmpl_id },
            {},
            product.needToConfigure()
        );
        return true;
    },
});
