import { normalize } from "@web/core/l10n/utils";

const LEAST_DIGITS = 3;
const END = 9; // digits that numbers of one country share at most, whatever is written before them

/** @returns {string} the digits with which a phone number ends, or "": as `omni_base/tools/contacts.py` reads it */
function phoneEnd(text) {
    return /[@\p{L}]/u.test(text)
        ? ""
        : text.normalize("NFKC").replace(/\D/g, "").replace(/^0+/, "").slice(-END);
}

/**
 * Whether a seller may mean this customer: all words are in what is known of them, in any order, or the digits in their
 * phone, however they are written. Each sign stands for itself. A whole e-mail, phone or card number is looked up by the
 * server (`omni_load_customers`), which answers with the one customer who has it.
 */
export function isMeant(partner, text) {
    const words = normalize(text)
        .split(/[\s,;]+/)
        .filter(Boolean);
    const known = normalize(partner.searchString);
    if (words.length && words.every((word) => known.includes(word))) {
        return true;
    }
    const end = phoneEnd(text);
    return end.length >= LEAST_DIGITS && (partner.phone || "").replace(/\D/g, "").includes(end);
}
