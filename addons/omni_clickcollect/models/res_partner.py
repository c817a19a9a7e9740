from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    omni_no_show_count = fields.Integer(
        string="No-Shows",
        compute="_compute_omni_no_show_count",
        compute_sudo=True,
        help="Pickups that were ready and that this customer did not collect in time.",
    )

    def _compute_omni_no_show_count(self):
        """Counted from the pickups themselves, those of a company's contacts for all of it."""
        counts = self._omni_no_shows()
        for partner in self:
            partner.omni_no_show_count = counts.get(partner.commercial_partner_id, 0)

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Override of `mail`: the place where an order is collected, which it is delivered to, is nobody's contact."""
        people = self.filtered(lambda partner: not partner.is_pickup_location)
        return super(ResPartner, people)._message_auto_subscribe_notify(partner_ids, template)

    def _omni_no_shows(self, months=None):
        """Return ``{commercial partner: pickups that were not collected}`` within these months, or ever."""
        domain = Domain("partner_id", "child_of", self.commercial_partner_id.ids) & Domain("no_show_at", "!=", False)
        if months:
            domain &= Domain("no_show_at", ">", fields.Datetime.now() - relativedelta(months=months))
        # sudo: who may see a customer may know how often they did not come
        pickups = self.env["omni.pickup"].sudo()
        return dict(pickups._read_group(domain, ["partner_id.commercial_partner_id"], ["__count"]))
