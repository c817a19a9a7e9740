import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ask } from "@point_of_sale/app/utils/make_awaitable_dialog";

/** From where a ticket leaves that is shipped later, and what nowhere has. */
patch(PosStore.prototype, {
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
