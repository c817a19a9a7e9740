import { CustomerAddress } from "@portal/interactions/address";
import { patch } from "@web/core/utils/patch";

/** Who has something delivered begins with the country of the web shop; chosen when Odoo's script listens already. */
patch(CustomerAddress.prototype, {
    async start() {
        await super.start(...arguments);
        const { country_id: country, dataset } = this.addressForm;
        if (dataset.omniCountry && country && !country.value) {
            country.value = dataset.omniCountry;
            await this._onChangeCountry();
        }
    },
});
