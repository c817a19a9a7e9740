"""Points, by Odoo's own methods, where its loyalty programs are installed."""

REWARD_SHARE = 0.35  # of the customers who could take a reward do


class Loyalty:
    """Gives and takes points of the programs that every customer has a card of."""

    def __init__(self, env, random):
        self.env, self.random = env, random
        self.programs = (
            env["loyalty.program"].search([("program_type", "=", "loyalty")]) if "loyalty.program" in env else ()
        )

    def on_basket(self, order):
        """Let a web order of a customer earn what it earns, and spend at times what was saved."""
        if not self.programs:
            return
        order._update_programs_and_rewards()
        rewards = order._get_claimable_rewards()
        for card, found in rewards.items():
            if found and self.random.random() < REWARD_SHARE:
                order._apply_program_reward(found[:1], card)
                order._update_programs_and_rewards()

    def on_ticket(self, order):
        """Let a till's ticket of a customer earn what it earns, as the till itself would say."""
        if not order.partner_id:
            return
        for program in self.programs:
            points = self._points(program, order)
            if not points:
                continue
            card = self.env["loyalty.card"].search(
                [("program_id", "=", program.id), ("partner_id", "=", order.partner_id.id)], limit=1
            )
            order.confirm_coupon_programs(
                {card.id or -1: {"points": points, "program_id": program.id, "partner_id": order.partner_id.id}}
            )

    def _points(self, program, order):
        points = 0.0
        for rule in program.rule_ids:
            amount = {"order": 1, "unit": sum(order.lines.mapped("qty")), "money": order.amount_total}
            points += rule.reward_point_amount * amount[rule.reward_point_mode]
        return round(points, 2)
