import { markRaw } from "@odoo/owl";
import { ConnectionLostError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";
import { Mutex } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { effect } from "@web/core/utils/reactive";
import { batched, debounce } from "@web/core/utils/timing";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { PromisedDialog } from "@omni_stock/till/promised_dialog";

const TYPING = 400; // ms, in which a quantity of several digits is typed

patch(PosStore.prototype, {
    async setup() {
        // {product id: what this shop can promise}; without network it stays what it was
        this.omniPromise = {};
        this.omniHeard = markRaw({ clock: 0, at: {} });
        this.omniAccepted = markRaw({}); // {ticket's uuid: {product id: quantity that was asked about}}
        await super.setup(...arguments);
    },
    async afterProcessServerData() {
        const result = await super.afterProcessServerData(...arguments);
        this.data.connectWebSocket("OMNI_PROMISE", (figures) => this.omniHear(figures));
        const products = this.models["product.product"];
        const fresh = [];
        const askFresh = debounce(() => this.omniAskPromise(fresh.splice(0)), TYPING);
        products.addEventListener("create", ({ ids }) => {
            fresh.push(...ids);
            askFresh();
        });
        const askAll = () => this.omniAskPromise(products.map((product) => product.id));
        window.addEventListener("pos-network-online", askAll);
        askAll();
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

    // -- what this shop can promise ----------------------------------------------------------

    /** Ask for all of these products at once, and keep what was heard meanwhile: it is newer. */
    async omniAskPromise(productIds) {
        const counted = productIds.filter(
            (id) => this.models["product.product"].get(id)?.omni_is_counted
        );
        if (!counted.length) {
            return;
        }
        const asked = this.omniHeard.clock;
        const figures = await this.data.silentCall("pos.config", "omni_promise", [
            [this.config.id],
            counted,
        ]);
        for (const [id, quantity] of Object.entries(figures || {})) {
            if (!(this.omniHeard.at[id] > asked)) {
                this.omniPromise[id] = quantity;
            }
        }
    },
    omniHear(figures) {
        this.omniHeard.clock += 1;
        for (const [id, quantity] of Object.entries(figures)) {
            this.omniHeard.at[id] = this.omniHeard.clock;
            this.omniPromise[id] = quantity;
        }
    },
    /** @returns {number|undefined} of all its variants; undefined: not counted, or not known */
    omniPromiseOf(productTemplate) {
        const figures = (productTemplate.product_variant_ids || [])
            .map((product) => this.omniPromise[product.id])
            .filter((quantity) => quantity !== undefined);
        return figures.length ? figures.reduce((sum, quantity) => sum + quantity, 0) : undefined;
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
    omniTicketNeeds(order = this.getOrder()) {
        const needs = {};
        for (const line of this.omniLines(order)) {
            needs[line.product_id.id] = (needs[line.product_id.id] || 0) + line.qty;
        }
        return needs;
    },
    async omniCheckTicket() {
        const order = this.getOrder();
        const accepted = order && (this.omniAccepted[order.uuid] ||= {});
        for (const [id, quantity] of Object.entries(this.omniTicketNeeds(order))) {
            const product = this.models["product.product"].get(Number(id));
            const isMore = (than) => product.uom_id.isPositive(quantity - than);
            if (isMore(this.omniPromise[id] ?? Infinity) && isMore(accepted[id] || 0)) {
                if (await this.omniMaySell(order, product, quantity)) {
                    accepted[id] = quantity;
                }
            }
        }
    },
    /** Tell the seller whose goods he takes. @returns {boolean} false: he took them off the ticket */
    async omniMaySell(order, product, quantity) {
        let answer;
        try {
            answer = await this.data.call("pos.config", "omni_promised_to", [
                [this.config.id],
                product.id,
                quantity,
                order.isSynced ? order.id : false,
            ]);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.notification.add(
                _t(
                    "The till is offline: it cannot ask whether %s is promised to somebody else. You can sell it.",
                    product.display_name
                ),
                { type: "warning" }
            );
            return true;
        }
        if (!answer.promises.length) {
            return true;
        }
        const goOn = await ask(
            this.dialog,
            { name: product.display_name, quantity, ...answer },
            {},
            PromisedDialog
        );
        this.numberBuffer.reset();
        if (!goOn) {
            this.omniTakeBack(order, product, quantity - answer.left);
        }
        return goOn;
    },
    omniTakeBack(order, product, quantity) {
        const lines = this.omniLines(order).filter((line) => line.product_id.id === product.id);
        for (const line of lines.reverse()) {
            const taken = Math.min(line.qty, quantity);
            if (!product.uom_id.isPositive(taken)) {
                return;
            }
            quantity -= taken;
            if (taken < line.qty && !line.combo_parent_id) {
                line.setQuantity(line.qty - taken);
            } else {
                order.removeOrderline(line.combo_parent_id || line);
            }
        }
    },
});
