import { useEffect, useExternalListener } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";

/** The browser's own Back closes what is open, and does not leave the desk.
 *
 * @param {() => boolean} isOpen
 * @param {() => void} close
 */
export function useBack(isOpen, close) {
    let entered = false; // a step of the history is ours; it stays there when what was open is closed otherwise
    const onBack = () => {
        if (!entered) {
            return;
        }
        entered = false;
        router.skipLoad = true; // the desk stays what it is
        if (isOpen()) {
            close();
        } else {
            browser.history.back();
        }
    };
    useExternalListener(browser, "popstate", onBack, { capture: true }); // before the router hears it
    useEffect(
        (open) => {
            if (open && !entered) {
                browser.history.pushState(browser.history.state, "");
                entered = true;
            }
        },
        () => [isOpen()]
    );
}
