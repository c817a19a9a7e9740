import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { Checkout } from "@website_sale/interactions/checkout";

export const PICKUP_CHANGED = "omni_clickcollect_pickup_changed";

/** When the basket can be collected in the chosen shop: as soon as it is ready, or in a slot. */
export class PickupTimes extends Component {
    static template = "omni_clickcollect.PickupTimes";
    static props = {};

    setup() {
        this.state = useState({ times: {}, day: 0, busy: false });
        const update = () => this.ask("/shop/pickup_times");
        onWillStart(update);
        this.env.bus.addEventListener(PICKUP_CHANGED, update);
        onWillDestroy(() => this.env.bus.removeEventListener(PICKUP_CHANGED, update));
    }

    get days() {
        return this.state.times.days || [];
    }

    get slots() {
        return this.days.find((day) => day.id === this.state.day)?.slots || [];
    }

    hasChosen(day) {
        return day.slots.some((slot) => slot.id === this.state.times.chosen);
    }

    async choose(slotId) {
        if (!this.state.busy && slotId !== this.state.times.chosen) {
            await this.ask("/shop/pickup_slot", { slot_id: slotId });
        }
    }

    async ask(route, params = {}) {
        this.state.busy = true;
        try {
            this.state.times = await rpc(route, params, { silent: true });
            const days = this.days;
            const current = days.find((day) => this.hasChosen(day)) || days[this.state.day];
            this.state.day = (current || days[0])?.id || 0;
        } catch {
            this.state.times = {}; // without an answer, it is as soon as ready
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("public_components").add("omni_clickcollect.PickupTimes", PickupTimes);

patch(Checkout.prototype, {
    async _setPickupLocation() {
        await super._setPickupLocation(...arguments);
        this.env.bus.trigger(PICKUP_CHANGED);
    },

    async selectDeliveryMethod() {
        await super.selectDeliveryMethod(...arguments);
        this.env.bus.trigger(PICKUP_CHANGED);
    },
});
