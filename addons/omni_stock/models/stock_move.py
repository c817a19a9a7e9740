from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

WAITING = ("confirmed", "partially_available")
BATCH = 50  # moves reserved in one transaction


class StockMove(models.Model):
    _inherit = "stock.move"

    omni_demand = fields.Float(
        "Promised and not Reserved",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What this move is to take out of its warehouse and has not reserved yet. PostgreSQL keeps it.",
    )
    omni_reserve_later = fields.Boolean(
        "To be Reserved",
        readonly=True,
        copy=False,
        help="Somebody else was at the same shelf when this move was confirmed: it is promised, and reserved by a job.",
    )

    _omni_reserve_later_idx = models.Index("(id) WHERE omni_reserve_later")

    # The promise has decided who gets the goods. Which of them is reserved for whom need not be fought for while a
    # customer waits: when another transaction is at the same shelf, a job reserves right after.

    def _action_assign(self, force_qty=False):
        if self.env.context.get("omni_reserve_if_free") and not self._omni_lock_shelves():
            self.omni_reserve_later = True
            self.env.ref("omni_stock.stock_move_cron_reserve").sudo()._trigger()
            return None
        return super()._action_assign(force_qty)

    def _omni_lock_shelves(self):
        """Lock the quants that these moves may reserve; False if somebody else has them, or has just had them."""
        stock = self.filtered(lambda move: not move._should_bypass_reservation())
        if not stock:
            return True
        self.env["stock.quant"].flush_model()
        quants = (
            self.env["stock.quant"]
            .sudo()
            ._search(
                Domain("product_id", "in", stock.product_id.ids)
                & Domain("location_id", "child_of", stock.location_id.ids),
                order="id",
            )
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(SQL("%s FOR NO KEY UPDATE NOWAIT", quants.select()), log_exceptions=False)
        except (LockNotAvailable, SerializationFailure):
            return False
        return True

    def write(self, vals):
        if "state" in vals or "product_uom_qty" in vals:
            self.env["omni.promise.news"]._note("stock.move", self.ids)
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["omni.incident.watch"]._after(done)
        return done

    @api.model
    def _cron_omni_reserve(self):
        """Reserve what was confirmed while somebody else was at the same shelf, the first come first."""
        crons = self.env["ir.cron"]
        domain = Domain("omni_reserve_later", "=", True)
        crons._commit_progress(remaining=self.search_count(domain))
        while moves := self.search(domain, limit=BATCH, order="id"):
            moves.omni_reserve_later = False
            moves.filtered(lambda move: move.state in WAITING)._action_assign()
            if not crons._commit_progress(len(moves)):
                break
