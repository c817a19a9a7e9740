import { markRaw } from "@odoo/owl";
import { Mutex } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { effect } from "@web/core/utils/reactive";
import { batched, debounce } from "@web/core/utils/timing";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { madeOf, PRECISION } from "./made_of";

const TYPING = 400; // ms, in which a quantity of several digits is typed
const AT_ONCE = 5000; // products of one question

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

    // -- what a ticket keeps -----------------------------------------------------------------

    /** A ticket that is left aside keeps its goods; so does one on its way to payment, see `payment_park.js`. */
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
});
