from odoo import models

from .loyalty_card_ledger import Movement


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        # One by one: core adds up the points of orders confirmed together, the ledger tells them apart.
        results = [super(SaleOrder, order._omni_moving(net=True)).action_confirm() for order in self]
        return results[0] if len(results) == 1 else True

    def _action_cancel(self):
        results = [super(SaleOrder, order._omni_moving(reason="cancelled"))._action_cancel() for order in self]
        return all(results)

    def _add_points_for_coupon(self, coupon_points):
        moving = self._omni_moving().env.context
        return super()._add_points_for_coupon(
            {card.with_context(**moving): points for card, points in coupon_points.items()}
        )

    def _update_programs_and_rewards(self):
        # When the order changes hands, core would leave its points on a card of nobody.
        points = self.sudo().coupon_point_ids.filtered("coupon_id.omni_account")
        points.filtered(lambda entry: entry.coupon_id.partner_id != entry.order_id.partner_id).unlink()
        return super()._update_programs_and_rewards()

    def _omni_moving(self, **movement):
        """Return the order in a context in which points move because of it."""
        return self.with_context(omni_movement=Movement(origin=f"{self._name},{self.id}", **movement))

    def _omni_points_spent(self, card):
        """Return the points that the rewards of this order take from ``card``."""
        return sum(line.points_cost for line in self.order_line if line.coupon_id == card)
