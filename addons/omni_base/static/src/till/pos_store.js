import { markRaw } from "@odoo/owl";
import { ConnectionLostError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { effect } from "@web/core/utils/reactive";
import { batched, debounce } from "@web/core/utils/timing";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { uuidv4 } from "@point_of_sale/utils";

const MINUTE = 60000; // ms
const PAUSE = 400; // ms, in which lines leave a ticket one after the other
const ASKED_LASTS = 3000; // ms, in which nobody is asked twice whether a ticket may be paid

/** Orders placed elsewhere come onto a ticket, and one ticket alone takes their payment. */
patch(PosStore.prototype, {
    async setup() {
        this.omniClaimed = markRaw({}); // {ticket's uuid: [id of an order that it claims]}
        this.omniRefused = markRaw(new Set()); // what was told already, "ticket's uuid,id of an order"
        await super.setup(...arguments);
    },
    async afterProcessServerData() {
        const result = await super.afterProcessServerData(...arguments);
        const follow = debounce(() => this.omniFollowTickets(), PAUSE);
        effect(
            batched((pos) => {
                const now = JSON.stringify(pos.omniOpenClaims());
                if (now !== JSON.stringify(this.omniClaimed)) {
                    follow();
                }
            }),
            [this]
        );
        setInterval(() => this.omniEachMinute(), MINUTE);
        return result;
    },
    /** What a till that is open looks after, news or no news. */
    async omniEachMinute() {
        for (const [uuid, orderIds] of Object.entries(this.omniOpenClaims())) {
            await this.omniKeepClaims(uuid, orderIds);
        }
    },

    // -- an order comes onto a ticket -----------------------------------------------------------

    /** The open ticket that an order placed elsewhere is on, at this till. */
    omniTicketOf(orderId) {
        return this.getOpenOrders().find((ticket) => this.omniOrdersOn(ticket).includes(orderId));
    },
    /** Whether something can be sold on this ticket to this customer; `partner`: undefined for nobody. */
    omniTakes(ticket, partner) {
        return (
            ticket &&
            !ticket.finalized &&
            !ticket.isSaleDisallowed({ qty: 1 }, {}) &&
            !ticket.preset_id?.is_return &&
            (ticket.isEmpty() || ticket.getPartner()?.id === partner?.id)
        );
    },
    /**
     * Put an order that is still to be paid on a ticket of its customer, with core's own settlement.
     * @param {object} saleOrder as the server gave it for this, see `pos.config._omni_put_on_ticket`
     * @param {object} values further values of the ticket
     * @returns {Promise<boolean>} whether it is on a ticket now; if not, the seller was told why
     */
    async omniSettle(saleOrder, values = {}) {
        if (saleOrder.amount_paid > 0 && !(await this.loadDownPaymentProduct())) {
            return false;
        }
        const current = this.getOrder();
        const taken = this.omniTakes(current, saleOrder.partner_id);
        const uuid = taken ? current.uuid : uuidv4();
        if (!(await this.omniClaim(uuid, saleOrder))) {
            return false;
        }
        const ticket = taken ? current : this.addNewOrder({ uuid });
        ticket.setPartner(saleOrder.partner_id);
        ticket.update({ fiscal_position_id: saleOrder.fiscal_position_id, ...values });
        if (saleOrder.amount_paid > 0) {
            // What was paid online comes off the ticket, as core does it: by a down payment below zero.
            await this.addDownPaymentProductOrderlineToOrder(
                saleOrder,
                -saleOrder.amount_paid,
                false
            );
        }
        await this.settleSO(saleOrder, saleOrder.fiscal_position_id);
        // For its details core reads the order again after the payment, which takes rights that a seller need not have.
        for (const line of ticket.lines.filter((line) => line.down_payment_details)) {
            line.down_payment_details = false;
            line.setCustomerNote(_t("Paid online"));
        }
        this.omniClaimed[ticket.uuid] = this.omniOrdersOn(ticket);
        this.omniShowTicket();
        return true;
    },
    omniShowTicket(ticket = this.getOrder()) {
        this.setOrder(ticket);
        this.navigate("ProductScreen", { orderUuid: ticket.uuid });
        this.mobile_pane = "left";
    },
    /** Go back from a screen of ours to the ticket that is open, or to where this till begins. */
    omniLeaveScreen() {
        const ticket = this.getOrder();
        const { page, params } = ticket
            ? { page: "ProductScreen", params: { orderUuid: ticket.uuid } }
            : this.defaultPage;
        this.navigate(page, params);
    },
    /** Core's own list of quotations and orders: what is chosen there is claimed as well. */
    async onClickSaleOrder(orderId) {
        if (!this.omniTakes(this.getOrder(), this.getOrder()?.getPartner())) {
            this.addNewOrder();
        }
        const result = await super.onClickSaleOrder(...arguments);
        const ticket = this.omniTicketOf(orderId);
        const saleOrder = this.models["sale.order"].get(orderId);
        if (ticket && (await this.omniClaim(ticket.uuid, saleOrder))) {
            this.omniClaimed[ticket.uuid] = this.omniOrdersOn(ticket);
        } else if (ticket) {
            this.omniTakeOff(ticket, [orderId]);
        }
        return result;
    },

    // -- who takes its payment ------------------------------------------------------------------

    /** Ids of the orders that a ticket settles. */
    omniOrdersOn(ticket) {
        const ids = ticket.lines.map(
            // After a reload the ticket may be here before the order: then the bare id says it.
            (line) => line.sale_order_origin_id?.id ?? line.raw.sale_order_origin_id
        );
        return [...new Set(ids.filter(Boolean))].sort((a, b) => a - b);
    },
    /** `{ticket's uuid: [id of an order]}` of the open tickets. */
    omniOpenClaims() {
        const tickets = this.getOpenOrders().map((ticket) => [
            ticket.uuid,
            this.omniOrdersOn(ticket),
        ]);
        return Object.fromEntries(tickets.filter(([, orderIds]) => orderIds.length));
    },
    /** @returns {Promise<Array>} what the ticket may not pay, see `pos.config.omni_claim_orders` */
    async omniAskClaims(uuid, orderIds, how) {
        return this.data.call("pos.config", "omni_claim_orders", [
            [this.config.id],
            uuid,
            orderIds,
            how,
            this.getCashier()?.name || "",
        ]);
    },
    /**
     * Claim an order for a ticket. The seller may take it over from another one, and need not be asked where that is
     * a ticket of their own: of a device that was closed, or one that they left.
     *
     * @returns {Promise<boolean>}
     */
    async omniClaim(uuid, saleOrder) {
        let [refused] = await this.omniAskClaims(uuid, [saleOrder.id], "open");
        if (refused?.yours) {
            const words = _t(
                "%s was on another ticket of yours. It is on this one now.",
                refused.name
            );
            [refused] = await this.omniAskClaims(uuid, [saleOrder.id], "over");
            this.notification.add(refused?.why || words, { type: refused ? "warning" : "info" });
        } else if (refused) {
            const takesOver = await ask(this.dialog, {
                title: _t("%s is on another ticket", refused.name),
                body: refused.why,
                confirmLabel: _t("Take it over"),
                cancelLabel: _t("Leave it"),
            });
            [refused] = takesOver ? await this.omniAskClaims(uuid, [saleOrder.id], "over") : [true];
        }
        return !refused;
    },
    /** Tell the server what open tickets settle now; what left them is free for other tills. */
    async omniFollowTickets() {
        const open = this.omniOpenClaims();
        for (const uuid of new Set([...Object.keys(this.omniClaimed), ...Object.keys(open)])) {
            const orderIds = open[uuid] || [];
            if (this.models["pos.order"].getBy("uuid", uuid)?.finalized) {
                delete this.omniClaimed[uuid]; // the server ends it with the payment
            } else if (JSON.stringify(orderIds) !== JSON.stringify(this.omniClaimed[uuid] || [])) {
                await this.omniKeepClaims(uuid, orderIds);
            }
        }
    },
    /** Without network nothing is told: the claims run out by themselves. */
    async omniKeepClaims(uuid, orderIds) {
        if (orderIds.length) {
            this.omniClaimed[uuid] = orderIds;
        } else {
            delete this.omniClaimed[uuid];
        }
        let refused = [];
        try {
            refused = await this.omniAskClaims(uuid, orderIds, "keep");
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                console.warn("The till could not claim what is on its tickets.", error);
            }
        }
        for (const { id, why } of refused) {
            const key = `${uuid},${id}`;
            if (!this.omniRefused.has(key)) {
                this.omniRefused.add(key);
                this.notification.add(why, { type: "warning" });
            }
        }
    },
    /**
     * Ask, before money is taken, whether this ticket may still take the payment of its orders. Without network it may:
     * what is paid twice all the same counts once. What was asked a moment ago is not asked again: from the button that
     * opens the payment to the one that ends it, a quick seller does not wait twice.
     * @returns {Promise<boolean>} false: the seller read why not
     */
    async omniMayPay(ticket) {
        const orderIds = ticket ? this.omniOrdersOn(ticket) : [];
        const asked = `${ticket?.uuid},${orderIds}`;
        if (
            !orderIds.length ||
            (asked === this.omniAsked?.what && Date.now() < this.omniAsked.until)
        ) {
            return true;
        }
        let refused;
        try {
            refused = await this.omniAskClaims(ticket.uuid, orderIds, "keep");
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return true;
            }
            throw error;
        }
        if (!refused.length) {
            this.omniAsked = { what: asked, until: Date.now() + ASKED_LASTS };
            return true;
        }
        const takesOff = await ask(
            this.dialog,
            {
                title: _t("Do not take this payment"),
                body: refused.map(({ why }) => why).join("\n"),
                confirmLabel: _t("Remove it from the ticket"),
                cancelLabel: _t("Leave it there"),
            },
            {}
        );
        if (takesOff) {
            this.omniTakeOff(
                ticket,
                refused.map(({ id }) => id)
            );
        }
        return false;
    },
    /** Begin the payment anew; what a terminal has taken stays. */
    omniForgetPayments(ticket) {
        for (const payment of [...ticket.payment_ids]) {
            if (!(payment.isElectronic() && payment.isDone())) {
                ticket.removePaymentline(payment);
            }
        }
    },
    omniTakeOff(ticket, orderIds) {
        this.omniForgetPayments(ticket);
        for (const line of [...ticket.lines]) {
            const orderId = line.sale_order_origin_id?.id ?? line.raw.sale_order_origin_id;
            if (orderIds.includes(orderId) && ticket.lines.includes(line)) {
                ticket.removeOrderline(line);
            }
        }
        this.omniShowTicket(ticket);
    },
    async pay() {
        if (await this.omniMayPay(this.getOrder())) {
            return super.pay(...arguments);
        }
    },
});
