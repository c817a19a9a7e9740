from odoo import fields, models
from odoo.fields import Domain

from ..routing.places import Place

PLACE_FIELDS = ["partner_latitude", "partner_longitude", "country_id", "state_id", "zip"]


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _omni_profile_sections(self):
        return {**super()._omni_profile_sections(), "holds": self._omni_profile_holds()}

    def _omni_profile_holds(self):
        """What is kept for this customer, where and until when (UTC)."""
        holds = self.env["omni.hold"].search(
            self._omni_profile_domain("partner_id")
            & Domain("company_id", "in", self.env["res.company"]._omni_mine().ids)
            & Domain("ended", "=", False)
            & Domain("expires_at", ">", fields.Datetime.now()),
            order="expires_at",
        )
        return {
            "holds": [
                self._omni_profile_product(hold.product_id)
                | {
                    "quantity": hold.quantity,
                    "store": hold.warehouse_id.name,
                    "until": fields.Datetime.to_string(hold.expires_at),
                    "owner": hold.owner_name,
                }
                for hold in holds
            ]
        }

    def _omni_place(self):
        """Return where this address is, a :class:`~.routing.places.Place`; an empty one for no partner."""
        return Place(
            latitude=self.partner_latitude,
            longitude=self.partner_longitude,
            country=self.country_id.id or 0,
            state=self.state_id.id or 0,
            zip=(self.zip or "").replace(" ", ""),
        )
