from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from odoo.addons.omni_base.models.res_partner_identity import LEAST_DIGITS, LONGEST_KEY
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.contacts import name_words, phone_digits, phone_end

# Where a till looks for each word, as core's own search does.
SEARCH_FIELDS = ("complete_name", "email", "barcode", "street", "zip", "city", "state_id", "country_id", "vat")


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def omni_load_customers(self, config_id, query, offset=0):
        """Return the customers whom a seller may mean, as the till loads customers.

        A whole e-mail, phone or card number, however it is written, gives the one customer who has it. Anything else
        gives those in whom all of its words are found, in any order, or its digits in their phone.

        :param int config_id: the till
        :param str query: as typed or scanned; each sign stands for itself
        :param int offset: how many of them the till has got already
        :return: as core's ``get_new_partner``
        :raises AccessError: the caller is no seller of this till
        """
        config = inputs.record(self.env["pos.config"], config_id)
        config._omni_check_mine()
        query, offset = inputs.text(self.env, query, LONGEST_KEY), inputs.whole(self.env, offset, 0)
        partners = self.with_context(allowed_company_ids=config.company_id.ids)
        phone = query if len(phone_digits(query)) > LEAST_DIGITS else None
        known = partners.omni_identify(email=query if "@" in query else None, phone=phone, card=query or None)
        domain = Domain("id", "=", known.id) if known else partners._omni_till_search_domain(query)
        domain &= Domain("company_id", "in", [False, config.company_id.id])
        return partners.get_new_partner(config.id, list(domain), offset)

    @api.model
    def _omni_till_search_domain(self, query):
        words = [escape_psql(word) for word in name_words(query)]
        if not words:
            return Domain.FALSE
        domain = Domain.AND(Domain.OR(Domain(name, "ilike", word) for name in SEARCH_FIELDS) for word in words)
        if len(digits := phone_digits(query).lstrip("+")) >= LEAST_DIGITS:
            domain |= Domain("phone_mobile_search", "ilike", digits)
        if len(digits := phone_end(query)) >= LEAST_DIGITS:
            domain |= Domain("phone_sanitized", "like", digits)
        return domain
