from odoo import api, models
from odoo.tools import SQL


class OmniFact(models.AbstractModel):
    _inherit = "omni.fact"

    @api.model
    def _sale_fulfilment(self):
        """Override: of an order to collect, some lines may be sent home."""
        return SQL("CASE WHEN l.omni_sent_home THEN 'ship' ELSE %s END::varchar", super()._sale_fulfilment())
