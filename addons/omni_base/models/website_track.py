from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.website.models import ir_http


class WebsiteTrack(models.Model):
    _inherit = "website.track"

    # A customer with an account is one visitor on all websites; what they look at on one of them stays there.
    omni_website_id = fields.Many2one(
        "website",
        string="Seen on",
        readonly=True,
        ondelete="cascade",
        default=lambda self: (website := ir_http.get_request_website()) and website.id,
    )

    def _omni_company_domain(self, companies):
        """Return the domain of what was looked at on websites of these companies; on which one, is known since 1.1."""
        before = Domain("visitor_id.website_id", "=", False)
        before |= Domain("visitor_id.website_id.company_id", "in", companies.ids)
        return (
            Domain("omni_website_id.company_id", "in", companies.ids) | Domain("omni_website_id", "=", False) & before
        )
