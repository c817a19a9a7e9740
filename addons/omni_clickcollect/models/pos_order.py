from odoo import fields, models
from odoo.exceptions import UserError

from .omni_pickup import OPEN_STATES


class PosOrder(models.Model):
    _inherit = "pos.order"

    omni_pickup_rest = fields.Selection(
        [("ask", "Not decided"), ("later", "Collected later"), ("back", "Back to the shop")],
        string="Rest of the Pickup",
        readonly=True,
        copy=False,
        help="What becomes of what the customer did not take of the pickup that this ticket settles.",
    )

    def _omni_put_back_rest(self, pickups):
        """Give what the customer left at the till back to the shop. The ticket is paid whatever comes of it.

        :param pickups: ``omni.pickup`` that this ticket settles, in sudo mode
        """
        if self.omni_pickup_rest != "back":
            return
        store = self.config_id._omni_store()
        for pickup in pickups.filtered(lambda pickup: pickup.warehouse_id == store and pickup.state in OPEN_STATES):
            try:
                with self.env.cr.savepoint():
                    pickup._put_back({line.id: line.quantity - line.quantity_collected for line in pickup.line_ids})
                    if pickup.state not in OPEN_STATES:
                        pickup._open_pickings().action_cancel()  # the goods leave by the ticket's own transfer
            except UserError as error:
                pickup._log_step(str(error))
