import { patch } from "@web/core/utils/patch";
import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";

patch(PartnerList.prototype, {
    setup() {
        super.setup(...arguments);
        this.state.omniIdentified = { query: "", partner: false };
    },
    /** A whole e-mail, phone or card number is one customer's, however it is written: show just that one. */
    async searchPartner() {
        const query = this.state.query;
        const result = await this.pos.data
            .callRelated(
                "res.partner",
                "omni_load_identified",
                [this.pos.config.id, query],
                {},
                false
            )
            .catch(() => ({})); // without network core's own search says so
        const partner = result["res.partner"]?.[0];
        if (!partner) {
            return super.searchPartner(...arguments);
        }
        if (!this.loadedPartnerIds.has(partner.id)) {
            this.loadedPartnerIds.add(partner.id);
            this.state.loadedPartners.push(partner);
        }
        this.state.omniIdentified = { query, partner };
        return [partner];
    },
    getPartners(partners) {
        const { query, partner } = this.state.omniIdentified;
        if (partner && query === this.state.query) {
            return partners.filter((candidate) => candidate.id === partner.id);
        }
        return super.getPartners(...arguments);
    },
});
