import re

from odoo import api, models

from odoo.addons.omni_base.models.res_partner import LONGEST_KEY
from odoo.addons.omni_base.tools import inputs


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def omni_load_identified(self, config_id, value):
        """Return the one customer with exactly this e-mail, phone or card number, as the till loads customers.

        :param int config_id: the till
        :param str value: as typed or scanned
        :return: as core's ``get_new_partner``, with one customer or none: never a guess
        :raises AccessError: the caller is no seller of this till
        """
        config = inputs.record(self.env["pos.config"], config_id)
        config._omni_check_mine()
        value = inputs.text(self.env, value, LONGEST_KEY)
        phone = value if re.fullmatch(r"[+\d\s().-]{6,}", value) else None
        partner = self.omni_identify(email=value if "@" in value else None, phone=phone, card=value or None)
        return self.get_new_partner(config.id, [("id", "in", partner.ids)], 0)
