from odoo import models
from odoo.tools import SQL


class OmniFact(models.AbstractModel):
    _inherit = "omni.fact"

    def _is_money(self, line):
        """Override: gift cards and eWallets are money that was paid before: neither the card sold nor its use is a
        sale. Points are a discount.
        """
        return SQL(
            """
            (%(others)s
             OR %(reward)s IN (SELECT r.id FROM loyalty_reward AS r JOIN loyalty_program AS g ON g.id = r.program_id
                                WHERE g.program_type IN ('gift_card', 'ewallet'))
                AND %(reward)s IS NOT NULL
             OR %(product)s IN (SELECT x.product_product_id
                                  FROM loyalty_rule AS r
                                  JOIN loyalty_program AS g ON g.id = r.program_id
                                  JOIN loyalty_rule_product_product_rel AS x ON x.loyalty_rule_id = r.id
                                 WHERE g.program_type IN ('gift_card', 'ewallet')))
            """,
            others=super()._is_money(line),
            reward=SQL("%s.reward_id", line),
            product=SQL("%s.product_id", line),
        )
