import { _t } from "@web/core/l10n/translation";

/** The one vocabulary of stock, in a store and by post: "in", "few" (how many), "brought" (by when), "out". */
export function stockLabel(level, detail) {
    return {
        in: () => _t("In stock"),
        few: () => _t("%s left", detail),
        brought: () => _t("Brought here by %s", detail),
        out: () => _t("Sold out"),
    }[level]();
}

/** The sign before it: the words say the same, in a colour that can be read. */
export function stockIcon(level) {
    return {
        in: "fa-circle text-success",
        few: "fa-circle text-warning",
        brought: "fa-exchange text-info",
        out: "fa-circle text-danger",
    }[level];
}
