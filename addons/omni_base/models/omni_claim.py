from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

HELD = timedelta(minutes=5)  # a till at which the ticket is open asks anew every minute
KEPT = timedelta(days=7)  # a ticket that was left open for longer is a new one


class OmniClaim(models.Model):
    """Which ticket of which till takes the payment of an order placed elsewhere: one row an order, and the database
    decides who has it.

    A claim is a promise between tills for a while. A till without network may have taken the money all the same: what
    is paid is counted once by ``pos.order``.
    """

    _name = "omni.claim"
    _description = "Order on a Ticket"
    _log_access = False

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    ticket = fields.Char(required=True, readonly=True, help="The ticket's uuid; empty: given back.")
    config_id = fields.Many2one("pos.config", "Till", readonly=True, ondelete="cascade")
    holder = fields.Char(readonly=True)
    paid = fields.Float(readonly=True, help="Of the order, when this ticket took it over.")
    until = fields.Datetime(required=True, readonly=True)

    _order_uniq = models.UniqueIndex("(order_id)")

    @api.model
    def _take(self, ticket, config, holder, paid, how):
        """Claim orders for a ticket, or go on claiming them, in one statement: of two at the same moment, one has it.

        :param dict paid: ``{order: what is paid of it}``
        :param str how: ``open``: what nobody claims now; ``over``: also what somebody does; ``keep``: what this ticket
            had last
        :return: ``{id of an order that is its own now: what was paid of it when it took it over}``
        """
        query = SQL(  # in a fixed order: two tills that want several never wait for each other
            """
            INSERT INTO omni_claim AS c (order_id, ticket, config_id, holder, paid, until)
            SELECT o.id, %(ticket)s, %(config)s, %(holder)s, o.paid, %(until)s
              FROM unnest(%(orders)s::int[], %(paid)s::float8[]) AS o(id, paid) ORDER BY o.id
            ON CONFLICT (order_id) DO UPDATE
               SET ticket = EXCLUDED.ticket, config_id = EXCLUDED.config_id, holder = EXCLUDED.holder,
                   until = EXCLUDED.until, paid = CASE WHEN %(keep)s THEN c.paid ELSE EXCLUDED.paid END
             WHERE c.ticket = EXCLUDED.ticket OR NOT %(keep)s AND (%(over)s OR c.until <= %(now)s)
            RETURNING c.order_id, c.paid
            """,
            ticket=ticket,
            config=config.id,
            holder=holder,
            until=fields.Datetime.now() + HELD,
            now=fields.Datetime.now(),
            orders=[order.id for order in paid],
            paid=list(paid.values()),
            keep=how == "keep",
            over=how == "over",
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _holders(self, orders):
        """Return ``{order: (holder, till, until when)}`` of orders that some ticket claims now."""
        query = "SELECT order_id, holder, config_id, until FROM omni_claim WHERE order_id = ANY(%s) AND until > %s"
        rows = self.env.execute_query(SQL(query, orders.ids, fields.Datetime.now()))
        tills = self.env["pos.config"]
        return {orders.browse(order): (holder, tills.browse(till), until) for order, holder, till, until in rows}

    @api.model
    def _give_back(self, ticket, orders):
        """End what a ticket claims besides ``orders``."""
        self.env.cr.execute(
            "UPDATE omni_claim SET ticket = '', until = %s WHERE ticket = %s AND order_id <> ALL(%s)",
            [fields.Datetime.now(), ticket, orders.ids],
        )

    @api.model
    def _paid_before(self, ticket, orders):
        """Return ``{id of an order: what was paid of it when this ticket took it over}``, where none did since."""
        query = "SELECT order_id, paid FROM omni_claim WHERE ticket = %s AND order_id = ANY(%s)"
        return dict(self.env.execute_query(SQL(query, ticket, orders.ids)))

    @api.model
    def _end(self, orders):
        """End all claims of ``orders``, which a ticket has paid. Of two that do so at once, the second one fails and is
        repeated by Odoo: then it sees what the first one paid.
        """
        self.env.cr.execute(
            """
            INSERT INTO omni_claim AS c (order_id, ticket, until)
            SELECT o.id, '', %(now)s FROM unnest(%(orders)s::int[]) AS o(id) ORDER BY 1
            ON CONFLICT (order_id) DO UPDATE SET ticket = '', until = EXCLUDED.until
            """,
            {"orders": orders.ids, "now": fields.Datetime.now()},
        )

    @api.autovacuum
    def _gc_claims(self):
        self.env.cr.execute(SQL("DELETE FROM omni_claim WHERE until < %s", fields.Datetime.now() - KEPT))
