from odoo import models
from odoo.tools import SQL


class OmniFact(models.AbstractModel):
    """Sales as facts: a row for what was sold, on the day it was bought, and a row for what goes back, on the day it
    goes back, the same columns from every source.

    Columns of each source, in the order and of the types of ``docs/contracts.md``: ``source_model``, ``line_id``,
    ``order_id``, ``order_ref``, ``date``, ``company_id``, ``channel_id``, ``fulfilment_channel_id``, ``fulfilment``,
    ``warehouse_id``, ``partner_id``, ``product_id``, ``quantity``, ``amount_untaxed``, ``amount_total``, ``cost``,
    ``credit_channel_id``, ``credit_warehouse_id``, ``seller_id``, ``discount``, ``campaign_id``, ``reason``. A line has
    one row for each ``warehouse_id`` that serves it.

    Pieces are what is sold: not what it costs to send it, not discounts and rewards, not the set beside its parts.
    Deposits and tips are no sales and have no row.
    """

    _name = "omni.fact"
    _description = "Facts Contract"

    def _sources(self):
        """Return ``{name: SQL}``, one SELECT a source. An override adds its own to those of ``super()``."""
        return {
            "sale": self._sale_source(),
            "sale_back": self._sale_back_source(),
            "pos": self._pos_source(),
            "pos_back": self._pos_back_source(),
        }

    def _query(self):
        """Return all sources as one SELECT."""
        return SQL(" UNION ALL ").join(SQL("(%s)", source) for source in self._sources().values())

    def _is_money(self, line):
        """Return as SQL whether a line, of a sale order or a ticket, is a means of payment, sold or used, and no sale.

        :param SQL line: its alias
        """
        return SQL("FALSE")

    def _given_off(self, total, quantity):
        """Return as SQL what is given off a line ``l``, with taxes: by its own discount, or by a line below zero. What
        is given off whole has no total that could tell it.

        :param SQL total, quantity: of the line
        """
        return SQL(
            """
            CASE WHEN l.price_unit < 0 THEN -%(total)s
                 WHEN l.discount >= 100 THEN COALESCE(l.price_unit * %(quantity)s, 0)
                 ELSE COALESCE(%(total)s * l.discount / (100 - l.discount), 0) END
            """,
            total=total,
            quantity=quantity,
        )

    def _is_piece(self):
        """Return as SQL whether a line ``l`` of a product template ``t`` counts as pieces."""
        # the discount of Odoo's till is goods below zero
        return SQL(
            "CASE t.type WHEN 'combo' THEN FALSE WHEN 'service' THEN l.price_unit > 0"
            " ELSE COALESCE(l.price_unit, 0) >= 0 END"
        )
