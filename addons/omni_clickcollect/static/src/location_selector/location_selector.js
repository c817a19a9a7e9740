import { onMounted, onWillDestroy } from "@odoo/owl";
import { Location } from "@delivery/js/location_selector/location/location";
import { LocationSelectorDialog } from "@delivery/js/location_selector/location_selector_dialog/location_selector_dialog";
import { MapContainer } from "@delivery/js/location_selector/map_container/map_container";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { askPosition } from "../store_list/position";
import { stockIcon, stockLabel } from "../store_list/stock";

export const SAVED = "omni_clickcollect_shop_saved";
const PATIENCE = 8000; // milliseconds that a map may take

/** The details of the chosen shop. Its map comes from somebody else's server: it is loaded when the shopper asks for it,
 * nothing waits for it, and without it the list does the whole job.
 */
export class ShopDetails extends MapContainer {
    setup() {
        super.setup();
        this.loadMap = this.__owl__.willStart.pop(); // Odoo shows nothing before this has ended
        Object.assign(this.state, { map: "none" }); // none, loading, failed
        this.isShop = true;
        onWillDestroy(() => browser.clearTimeout(this.timer));
        onMounted(() => this.env.isSmall && this.showMap()); // a phone shows it under "Map view"
    }

    get chooseLocationButtonLabel() {
        return _t("Choose this store");
    }

    get isLocated() {
        return this.selectedLocation?.additional_data?.omni_shop?.located ?? true;
    }

    async showMap() {
        this.state.map = "loading";
        this.timer = browser.setTimeout(() => (this.state.map = "failed"), PATIENCE);
        await this.loadMap();
        browser.clearTimeout(this.timer);
        if (!this.state.shouldLoadMap) {
            this.state.map = "failed";
        }
    }
}

/** Who looks for a shop types a town or a postcode, or shares their position, and sees when each is open and has it ready.
 * Carriers with pickup points of their own keep what stock Odoo does.
 */
patch(LocationSelectorDialog, {
    components: { ...LocationSelectorDialog.components, ShopDetails },
});
patch(LocationSelectorDialog.prototype, {
    setup() {
        super.setup();
        Object.assign(this.state, { areShops: Boolean(this.props.isProductPage), message: "" });
    },

    get mobileComponent() {
        const component = super.mobileComponent;
        return this.state.areShops && component === MapContainer ? ShopDetails : component;
    },

    get title() {
        return this.state.areShops ? _t("Choose a store") : super.title;
    },

    get validationButtonLabel() {
        return this.state.areShops ? _t("Choose this store") : super.validationButtonLabel;
    },

    get postalCodePlaceholder() {
        return this.state.areShops ? _t("Town or postcode") : super.postalCodePlaceholder;
    },

    async _getLocations() {
        const answer = await super._getLocations(...arguments);
        const isShop = (location) => location.additional_data?.omni_shop;
        this.state.areShops ||= Boolean(answer.pickup_locations?.some(isShop));
        return answer;
    },

    async validateSelection() {
        await super.validateSelection();
        if (this.selectedLocation) {
            this.env.bus.trigger(SAVED, { id: this.selectedLocation.id });
        }
    },

    async usePosition() {
        this.state.message = "";
        const { message, ...position } = await askPosition();
        if (message) {
            this.state.message = message;
            return;
        }
        const params = this.props.isProductPage ? { product_id: this.props.productId } : {};
        const answer = await rpc(this.getLocationUrl, { ...params, ...position });
        if (answer.pickup_locations) {
            this.state.locations = answer.pickup_locations;
        }
    },
});

/** What a store has, in the words of a product's page. */
patch(Location.prototype, {
    get stock() {
        const stock = this.props.additionalData?.in_store_stock_data;
        if (!stock) {
            return null;
        }
        const level = !stock.in_stock ? "out" : stock.show_quantity ? "few" : "in";
        const words = stock.omni_offer || stockLabel(level, stock.quantity);
        return {
            words,
            icon: stockIcon(stock.omni_offer ? "brought" : level),
            isOffer: Boolean(stock.omni_offer),
        };
    },
});
