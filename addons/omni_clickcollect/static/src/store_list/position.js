import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

const PATIENCE = 10000; // milliseconds
const REFUSED = 1; // GeolocationPositionError.PERMISSION_DENIED

/** Ask the browser where the shopper is, once they want that.
 *
 * @returns {Promise<Object>} { latitude, longitude }, or { message } for the shopper
 */
export function askPosition() {
    return new Promise((resolve) => {
        const fail = (error) =>
            resolve({
                message:
                    error?.code === REFUSED
                        ? _t("Your location was not shared. Enter a town or postcode instead.")
                        : _t("Your location is unknown. Enter a town or postcode instead."),
            });
        const { geolocation } = browser.navigator;
        if (!geolocation) {
            fail();
            return;
        }
        geolocation.getCurrentPosition(
            ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
            fail,
            { timeout: PATIENCE, maximumAge: 600000 }
        );
    });
}
