import { normalize } from "@web/core/l10n/utils";
import { patch } from "@web/core/utils/patch";
import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { isMeant } from "./customer_search";

patch(PartnerList.prototype, {
    setup() {
        super.setup(...arguments);
        this.state.omniFound = { query: "", ids: [] }; // what the server found
    },
    omniKeepInput(ref) {
        this.omniInput = ref;
    },
    /** A scanner presses Enter before the field, which waits for more, has said what it holds. */
    onEnter() {
        this.state.query = this.omniInput?.el?.value ?? this.state.query;
        return super.onEnter(...arguments);
    },
    /** What is looked for here: nothing where Odoo's own search is asked for, by its wildcard. */
    get omniQuery() {
        const query = this.state.query?.trim() || "";
        return query.includes("%") ? "" : query;
    },
    /** A whole e-mail, phone or card number is one customer's, however it is written; else whoever may be meant. */
    async getNewPartners() {
        const query = this.omniQuery;
        if (!query) {
            return super.getNewPartners(...arguments);
        }
        const known = this.state.omniFound.query === query ? this.state.omniFound.ids : [];
        this.state.loading = true;
        try {
            const result = await this.pos.omniOnline(() =>
                this.pos.data.callRelated(
                    "res.partner",
                    "omni_load_customers",
                    [this.pos.config.id, query, known.length],
                    {},
                    false
                )
            );
            const partners = result?.["res.partner"] || [];
            for (const partner of partners.filter(({ id }) => !this.loadedPartnerIds.has(id))) {
                this.loadedPartnerIds.add(partner.id);
                this.state.loadedPartners.push(partner);
            }
            this.state.omniFound = { query, ids: [...known, ...partners.map(({ id }) => id)] };
            return partners;
        } finally {
            this.state.loading = false;
        }
    },
    /** Those whose details hold what was typed as it stands come first. */
    getPartners(partners) {
        const query = this.omniQuery;
        if (!query) {
            return super.getPartners(...arguments);
        }
        const exact = partners.filter((partner) => partner.exactMatch(normalize(query)));
        if (exact.length) {
            return exact;
        }
        const ids = this.state.omniFound.query === query ? this.state.omniFound.ids : [];
        const asTyped = new Set(super.getPartners(...arguments));
        return partners
            .filter(
                (partner) =>
                    ids.includes(partner.id) || (ids.length !== 1 && isMeant(partner, query))
            )
            .toSorted((one, other) => asTyped.has(other) - asTyped.has(one));
    },
});
