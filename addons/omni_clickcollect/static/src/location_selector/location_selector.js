import { LocationSelectorDialog } from "@delivery/js/location_selector/location_selector_dialog/location_selector_dialog";
import { MapContainer } from "@delivery/js/location_selector/map_container/map_container";
import { useState } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";

/** The details of the chosen shop, without the map that stock Odoo fetches from outside. */
export class ShopDetails extends MapContainer {
    setup() {
        this.state = useState({ shouldLoadMap: false });
        this.isShop = true;
    }
}

/** Shops need no map: their list does the whole job, and no visitor waits for, or is seen by, somebody else's server.
 * Carriers with pickup points of their own keep it.
 */
patch(LocationSelectorDialog, {
    components: { ...LocationSelectorDialog.components, ShopDetails },
});
patch(LocationSelectorDialog.prototype, {
    get areShops() {
        return this.state.locations.some(
            (location) => location.additional_data?.in_store_stock_data
        );
    },
});
