import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/** @returns {string} `value` in the till's currency, or followed by the code of another one */
export function formatAmount(env, pos, value, currency) {
    if (!currency || currency === pos.currency.name) {
        return env.utils.formatCurrency(value);
    }
    return `${env.utils.formatCurrency(value, false)} ${currency}`;
}

/** @returns {string} a moment given in UTC by the server, as the seller reads it: without the year in this year */
export function formatMoment(text) {
    const moment = deserializeDateTime(text);
    return moment.hasSame(DateTime.local(), "year")
        ? moment.toLocaleString({
              day: "numeric",
              month: "short",
              hour: "numeric",
              minute: "numeric",
          })
        : formatDateTime(moment, { showSeconds: false });
}
