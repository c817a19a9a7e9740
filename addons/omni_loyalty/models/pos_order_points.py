from odoo import models

from .loyalty_card_ledger import Movement


class PosOrder(models.Model):
    _inherit = "pos.order"

    def confirm_coupon_programs(self, coupon_data):
        # The till sends this after the order, and again when it did not hear back: the key lets it count once.
        origin = f"{self._name},{self.id}"
        movement = Movement(origin=origin, key=origin, net=True, reason="returned" if self.is_refund else None)
        if self._omni_only_settles():
            # What was ordered elsewhere earned when it was ordered; paying for it at a till earns nothing more.
            coupon_data = {card: values | {"points": min(values["points"], 0)} for card, values in coupon_data.items()}
        return super(PosOrder, self.with_context(omni_movement=movement)).confirm_coupon_programs(coupon_data)

    def _omni_only_settles(self):
        """Return whether all that is sold here belongs to orders that were placed elsewhere."""
        sold = self.lines.filtered(lambda line: not line.is_reward_line)
        return bool(sold) and all(line.sale_order_origin_id for line in sold)

    def _omni_points_spent(self, card):
        """Return the points that the rewards of this order take from ``card``.

        A card made by this very order is not on its lines yet: then the program tells.
        """
        return sum(
            line.points_cost
            for line in self.lines
            if line.is_reward_line and (line.coupon_id or card) == card and line.reward_id.program_id == card.program_id
        )
