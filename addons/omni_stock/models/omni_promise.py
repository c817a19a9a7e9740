from odoo import api, fields, models
from odoo.tools import SQL


class OmniPromise(models.Model):
    """The queue of one product in one store: whoever promises its stock takes his turn on this row.

    Odoo's transactions read a snapshot taken when they began (REPEATABLE READ). Who updates this row waits for whoever
    is before him; if somebody had his turn after the snapshot was taken, PostgreSQL refuses the update (serialization
    failure), Odoo runs the request again, and it reads what is left. So an update that succeeds proves that no promise
    was made since what it is based on was read.
    """

    _name = "omni.promise"
    _description = "Turns in Promising Stock"
    _log_access = False
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", required=True, readonly=True, ondelete="cascade", index=True)
    turns = fields.Integer("Promises made", required=True, readonly=True, default=0)

    _pair_uniq = models.UniqueIndex("(product_id, warehouse_id)")

    @api.model
    def _take_turn(self, pairs):
        """Make this transaction the only one that promises stock of ``pairs`` until it ends.

        :param pairs: ``(product_id, warehouse_id)``, any iterable; rows are locked in a fixed order, so that two
            transactions never wait for each other
        :raises psycopg2.errors.SerializationFailure: somebody promised since this transaction began; Odoo's own retry
            of the request or call takes care of it
        """
        pairs = sorted(set(pairs))
        if not pairs:
            return
        # Nearly always the rows are there; an upsert would burn a sequence number each time.
        rows = self.env.execute_query(
            SQL(
                """
                WITH locked AS (
                    SELECT p.id FROM omni_promise AS p JOIN %s USING (product_id, warehouse_id)
                     ORDER BY p.product_id, p.warehouse_id FOR NO KEY UPDATE OF p
                )
                UPDATE omni_promise AS p SET turns = p.turns + 1 FROM locked WHERE p.id = locked.id
                RETURNING p.product_id, p.warehouse_id
                """,
                self._asked(pairs),
            )
        )
        if missing := sorted(set(pairs) - set(rows)):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO omni_promise (product_id, warehouse_id, turns)
                    SELECT product_id, warehouse_id, 1 FROM %s ORDER BY 1, 2
                    ON CONFLICT (product_id, warehouse_id) DO UPDATE SET turns = omni_promise.turns + 1
                    """,
                    self._asked(missing),
                )
            )

    @api.model
    def _asked(self, pairs):
        return SQL(
            "unnest(%s::int[], %s::int[]) AS asked(product_id, warehouse_id)",
            [product for product, _warehouse in pairs],
            [warehouse for _product, warehouse in pairs],
        )
