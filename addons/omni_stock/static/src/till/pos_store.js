import { markRaw } from "@odoo/owl";
import { ConnectionLostError } from "@web/core/network/rpc";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { Mutex } from "@web/core/utils/concurrency";
import { roundPrecision } from "@web/core/utils/numbers";
import { patch } from "@web/core/utils/patch";
import { effect } from "@web/core/utils/reactive";
import { batched, debounce } from "@web/core/utils/timing";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { TakenDialog } from "./taken_dialog";

const TYPING = 400; // ms, in which a quantity of several digits is typed
const AT_ONCE = 5000; // products of one question
const PRECISION = 0.000001; // of a product's unit: what adding up parts of kits may lose

/** @returns {[number, number][]} ids and quantities of what one piece takes out of stock: the parts of a kit, or itself */
const madeOf = (product) => (product.omni_parts?.length ? product.omni_parts : [[product.id, 1]]);

patch(PosStore.prototype, {
    async setup() {
        // {product id: what is available in this shop}, of kits that of their parts; without network it stays what it was
        this.omniAvailable = {};
        this.omniHeard = markRaw({ clock: 0, at: {} });
        this.omniAccepted = markRaw({}); // {ticket's uuid: {product id: quantity that was asked about}}
        this.omniParking = markRaw({}); // {ticket's uuid: what the server keeps, when it has answered}
        this.omniShipping = {}; // {ticket's uuid: from where it leaves when it is shipped later}
        await super.setup(...arguments);
    },
    async afterProcessServerData() {
        const result = await super.afterProcessServerData(...arguments);
        this.data.connectWebSocket("OMNI_AVAILABLE", (figures) => this.omniHear(figures));
        const products = this.models["product.product"];
        const fresh = [];
        const askFresh = debounce(() => this.omniAskPromise(fresh.splice(0)), TYPING);
        products.addEventListener("create", ({ ids }) => {
            fresh.push(...ids);
            askFresh();
        });
        window.addEventListener("pos-network-online", () => this.omniAskAllPromises());
        this.omniAskAllPromises();
        const oneByOne = new Mutex(); // what is added while a warning is open is looked at after it
        const check = debounce(() => oneByOne.exec(() => this.omniCheckTicket()), TYPING);
        effect(
            batched((pos) => {
                if (Object.keys(pos.omniTicketNeeds()).length) {
                    check();
                }
            }),
            [this]
        );
        return result;
    },

    // -- what is available in this shop ------------------------------------------------------

    /** News may be lost: who looks at a till sees what is true within a minute. */
    async omniEachMinute() {
        await super.omniEachMinute(...arguments);
        if (document.visibilityState === "visible") {
            await this.omniAskAllPromises();
        }
    },
    async omniAskAllPromises() {
        const ids = this.models["product.product"].map((product) => product.id);
        for (let start = 0; start < ids.length; start += AT_ONCE) {
            await this.omniAskPromise(ids.slice(start, start + AT_ONCE));
        }
    },

    /** Ask for all of these products at once, and keep what was heard meanwhile: it is newer. */
    async omniAskPromise(productIds) {
        const parts = productIds
            .map((id) => this.models["product.product"].get(id))
            .filter((product) => product?.omni_is_counted)
            .flatMap((product) => madeOf(product).map(([part]) => part));
        if (!parts.length) {
            return;
        }
        const asked = this.omniHeard.clock;
        const figures = await this.data.silentCall("pos.config", "omni_available", [
            [this.config.id],
            [...new Set(parts)],
        ]);
        for (const [id, quantity] of Object.entries(figures || {})) {
            if (!(this.omniHeard.at[id] > asked)) {
                this.omniAvailable[id] = quantity;
            }
        }
    },
    omniHear(figures) {
        this.omniHeard.clock += 1;
        for (const [id, quantity] of Object.entries(figures)) {
            this.omniHeard.at[id] = this.omniHeard.clock;
            this.omniAvailable[id] = quantity;
        }
    },
    /** @returns {number|undefined} of all its variants; undefined: not counted, or not known */
    omniAvailableOf(productTemplate) {
        const figures = (productTemplate.product_variant_ids || [])
            .map((product) => this.omniAvailableOfVariant(product))
            .filter((quantity) => quantity !== undefined);
        return figures.length ? figures.reduce((sum, quantity) => sum + quantity, 0) : undefined;
    },
    omniAvailableOfVariant(product) {
        if (!product.omni_parts?.length) {
            return this.omniAvailable[product.id];
        }
        const whole = product.omni_parts.map(([part, each]) =>
            Math.floor(this.omniAvailable[part] / each + PRECISION)
        );
        return whole.some(isNaN) ? undefined : Math.min(...whole);
    },

    // -- what a ticket takes from others -----------------------------------------------------

    omniLines(order) {
        return (order && !order.finalized ? order.lines : []).filter(
            (line) =>
                line.qty > 0 &&
                !line.sale_order_origin_id && // that order's own goods
                line.product_id?.omni_is_counted
        );
    },
    /** @returns {Object} {product id: quantity}, in parts of kits: a set and its part take from the same shelf */
    omniTicketNeeds(order = this.getOrder()) {
        const needs = {};
        for (const line of this.omniLines(order)) {
            for (const [part, each] of madeOf(line.product_id)) {
                needs[part] = (needs[part] || 0) + line.qty * each;
            }
        }
        return needs;
    },
    omniLinesWith(order, part) {
        return this.omniLines(order).filter((line) =>
            madeOf(line.product_id).some(([id]) => id === part)
        );
    },
    /** The name of a product, or where the till does not sell it those of the kits that it is part of. */
    omniNameOf(order, part) {
        const product = this.models["product.product"].get(part);
        const names = this.omniLinesWith(order, part).map((line) => line.product_id.display_name);
        return product?.display_name || names.join(", ");
    },
    async omniCheckTicket() {
        const order = this.getOrder();
        const accepted = order && (this.omniAccepted[order.uuid] ||= {});
        for (const id of Object.keys(this.omniTicketNeeds(order))) {
            const quantity = this.omniTicketNeeds(order)[id] || 0; // less, perhaps, after the warning before
            const isMore = (than) => quantity - than > PRECISION;
            if (isMore(this.omniAvailable[id] ?? Infinity) && isMore(accepted[id] || 0)) {
                if (await this.omniMaySell(order, Number(id), quantity)) {
                    accepted[id] = quantity;
                }
            }
        }
    },
    /** Tell the seller whose goods they take. @returns {boolean} false: they took them off the ticket */
    async omniMaySell(order, part, quantity) {
        let answer;
        try {
            answer = await this.data.call("pos.config", "omni_taken_from", [
                [this.config.id],
                part,
                quantity,
                order.uuid,
            ]);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.notification.add(
                _t(
                    "The till is offline: it cannot check whether someone is waiting for %s. You can sell it.",
                    this.omniNameOf(order, part)
                ),
                { type: "warning" }
            );
            return true;
        }
        if (!answer.owners.length) {
            return true;
        }
        const goOn = await ask(
            this.dialog,
            { name: this.omniNameOf(order, part), quantity, ...answer },
            {},
            TakenDialog
        );
        this.numberBuffer.reset();
        if (!goOn) {
            this.omniTakeBack(order, part, quantity - answer.left);
        }
        return goOn;
    },
    omniTakeBack(order, part, quantity) {
        for (const line of this.omniLinesWith(order, part).reverse()) {
            const each = madeOf(line.product_id).find(([id]) => id === part)[1];
            const unit = line.product_id.uom_id;
            const taken = Math.min(line.qty, roundPrecision(quantity / each, unit.rounding, "UP"));
            if (!unit.isPositive(taken)) {
                return;
            }
            quantity -= taken * each;
            if (taken < line.qty && !line.combo_parent_id) {
                line.setQuantity(line.qty - taken);
            } else {
                order.removeOrderline(line.combo_parent_id || line);
            }
        }
    },

    // -- what a ticket keeps -----------------------------------------------------------------

    /** A ticket that is left aside keeps its goods; so does one on its way to payment, see `payment.js`. */
    addNewOrder() {
        this.omniPark(this.getOrder());
        return super.addNewOrder(...arguments);
    },
    setOrder(order) {
        const former = this.getOrder();
        if (former && former.uuid !== order?.uuid) {
            this.omniPark(former);
        }
        return super.setOrder(...arguments);
    },
    navigate(routeName) {
        if (!["ProductScreen", "PaymentScreen"].includes(routeName)) {
            this.omniPark(this.getOrder());
        }
        return super.navigate(...arguments);
    },
    /** What is deleted keeps nothing; of what is paid the server knows. */
    removeOrder(order) {
        if (!order.finalized && order.uuid in this.omniParking) {
            const nothing = this.omniParkedCall(order, []);
            this.omniParking[order.uuid].then(() => this.data.silentCall(...nothing));
        }
        delete this.omniParking[order.uuid];
        delete this.omniShipping[order.uuid];
        return super.removeOrder(...arguments);
    },
    async preSyncAllOrders(orders) {
        await Promise.all(orders.map((order) => this.omniParking[order.uuid]));
        return super.preSyncAllOrders(...arguments);
    },
    /** Have the server keep what this ticket asks for. Without network it keeps nothing, and nobody is stopped. */
    async omniPark(order) {
        if (!order || order.finalized) {
            return;
        }
        const needs = this.omniLines(order).map((line) => [line.product_id.id, line.qty]);
        if (needs.length || order.uuid in this.omniParking) {
            const former = this.omniParking[order.uuid];
            const call = this.omniParkedCall(order, needs);
            this.omniParking[order.uuid] = (async () => {
                await former; // the last word counts
                // false: it could not be asked
                this.omniShipping[order.uuid] = await this.data.silentCall(...call);
            })();
            await this.omniParking[order.uuid];
        }
    },
    omniParkedCall(order, needs) {
        const partnerId = order.getPartner()?.id;
        const values = [
            [this.config.id],
            order.uuid,
            needs,
            order.pos_reference || "",
            typeof partnerId === "number" && partnerId, // one made without network has no id yet
            Boolean(order.getShippingDate()),
        ];
        return ["pos.config", "omni_park_ticket", values];
    },

    // -- what is shipped later ---------------------------------------------------------------

    /** In words from where each part of a ticket leaves that is shipped later: `[{text, warns}]`. */
    omniShippingWords(order) {
        const answer = order.getShippingDate() && this.omniShipping[order.uuid];
        if (answer === false) {
            return [{ text: _t("The till could not find out where it ships from."), warns: true }];
        }
        const words = (answer?.legs || []).map(({ goods, store, here, arrives }) => ({
            text: _t("%(goods)s: from %(store)s, arrives by %(day)s", {
                goods,
                store: here ? _t("this store") : store,
                day: formatDate(deserializeDate(arrives)),
            }),
            warns: !here,
        }));
        if (answer?.missing) {
            words.push({ text: _t("%s: no store can ship it", answer.missing), warns: true });
        }
        return words;
    },
    async omniMayPay(order) {
        return (await super.omniMayPay(...arguments)) && this.omniMayShip(order);
    },
    /** Before money is taken: what nowhere has is sold knowingly, or not at all. */
    async omniMayShip(order) {
        if (!order?.getShippingDate()) {
            return true;
        }
        await this.omniPark(order);
        const missing = this.omniShipping[order.uuid]?.missing;
        if (!missing || this.omniAccepted[order.uuid]?.missing === missing) {
            return true;
        }
        const goOn = await ask(this.dialog, {
            title: _t("No store can ship this"),
            body: _t(
                "%s: neither this store nor any other store that ships has it. Remove it from the ticket, sell what is available, or sell it anyway: it ships when it arrives.",
                missing
            ),
            confirmLabel: _t("Sell it anyway"),
            cancelLabel: _t("Back to the ticket"),
        });
        if (goOn) {
            (this.omniAccepted[order.uuid] ||= {}).missing = missing;
        } else {
            this.omniForgetPayments(order);
            this.omniShowTicket(order);
        }
        return goOn;
    },
});
