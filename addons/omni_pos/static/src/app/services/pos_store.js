import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { debounce } from "@web/core/utils/timing";
import { ConnectionLostError } from "@web/core/network/rpc";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { CustomerPanel } from "@omni_pos/app/components/customer_panel/customer_panel";

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
     * Put a web order that is still to be paid on a ticket, with core's own settlement.
     * @returns {boolean} whether it is on a ticket now
     */
    async omniTakePayment(orderId) {
        // After a reload the ticket may be here before the order that it settles: then the bare id says it.
        const known = this.models["pos.order.line"].find(
            (line) =>
                (line.sale_order_origin_id?.id ?? line.raw.sale_order_origin_id) === orderId &&
                !line.order_id?.finalized
        );
        if (known) {
            this.setOrder(known.order_id);
            this.omniShowTicket();
            return true;
        }
        const loaded = await this.data.callRelated(
            "pos.config",
            "omni_open_web_order",
            [[this.config.id], orderId],
            {},
            false
        );
        const saleOrder = loaded["sale.order"][0];
        if (saleOrder.amount_paid > 0 && !(await this.loadDownPaymentProduct())) {
            return false;
        }
        const ticket = this.getOrder();
        if (
            !ticket ||
            !(ticket.isEmpty() || ticket.getPartner()?.id === saleOrder.partner_id?.id)
        ) {
            this.addNewOrder();
        }
        this.getOrder().setPartner(saleOrder.partner_id);
        this.getOrder().update({ fiscal_position_id: saleOrder.fiscal_position_id });
        if (saleOrder.amount_paid > 0) {
            // What was paid online comes off the ticket, as core does it: by a down payment below zero.
            await this.addDownPaymentProductOrderlineToOrder(
                saleOrder,
                -saleOrder.amount_paid,
                false
            );
        }
        await this.settleSO(saleOrder, saleOrder.fiscal_position_id);
        this.omniNotePaidOnline();
        this.omniShowTicket();
        return true;
    },
    /**
     * Say on the ticket what the down payment below zero is. Its details go: for them core reads the order's lines
     * again after the payment, which takes rights that a seller need not have.
     */
    omniNotePaidOnline() {
        for (const line of this.getOrder().lines.filter((line) => line.down_payment_details)) {
            line.down_payment_details = false;
            line.setCustomerNote(_t("Paid online"));
        }
    },
    omniShowTicket() {
        this.navigate("ProductScreen", { orderUuid: this.getOrder().uuid });
        this.mobile_pane = "left";
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
