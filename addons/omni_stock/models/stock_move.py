import logging
from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

WAITING = ("confirmed", "partially_available")
BATCH = 50  # moves reserved in one transaction
PATIENCE = 1  # seconds that the job waits for a shelf


class StockMove(models.Model):
    _inherit = "stock.move"

    omni_demand = fields.Float(
        "Sold and not Reserved",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What this move is to take out of its warehouse and has not reserved yet. PostgreSQL keeps it.",
    )
    omni_reserve_later = fields.Boolean(
        "To be Reserved",
        readonly=True,
        copy=False,
        help="The shelf was in use when this move was confirmed: its goods count as sold, and a job reserves them.",
    )

    _omni_reserve_later_idx = models.Index("(id) WHERE omni_reserve_later")

    # The promise has decided who gets the goods. Which of them is reserved for whom need not be fought for while a
    # customer waits: when another transaction is at the same shelf, a job reserves right after.

    def _action_assign(self, force_qty=False):
        if self.env.context.get("omni_reserve_if_free") and not self._omni_lock_shelves():
            self.sudo().omni_reserve_later = True  # sudo: for the job, and written by nobody else
            self.env.ref("omni_stock.stock_move_cron_reserve").sudo()._trigger()
            return None
        return super()._action_assign(force_qty)

    def _omni_lock_shelves(self, patience=0):
        """Lock the quants that these moves may reserve; False if somebody else has them, or has just had them.

        :param patience: seconds to wait for them, only where nothing else is locked yet
        """
        stock = self.filtered(lambda move: not move._should_bypass_reservation())
        if not stock:
            return True
        self.env["stock.quant"].flush_model()
        shelves = Domain("product_id", "in", stock.product_id.ids)
        shelves &= Domain("location_id", "child_of", stock.location_id.ids)
        quants = self.env["stock.quant"].sudo()._search(shelves, order="id")
        how = SQL("FOR NO KEY UPDATE") if patience else SQL("FOR NO KEY UPDATE NOWAIT")
        try:
            with self.env.cr.savepoint(flush=False):
                if patience:
                    self.env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, true)", f"{patience}s"))
                self.env.cr.execute(SQL("%s %s", quants.select(), how), log_exceptions=False)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            return False
        return True

    def write(self, vals):
        if "state" in vals or "product_uom_qty" in vals:
            self.env["omni.promise.push"]._queue("stock.move", self.ids)
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["omni.incident.watch"]._after(done)
        return done

    @api.model
    def _cron_omni_reserve(self):
        """Reserve what was confirmed while somebody else was at the same shelf, the first come first.

        Shelf by shelf, each in transactions of its own: one that is locked, or a move that cannot be reserved, is in
        nobody's way, and its turn comes again.
        """
        crons = self.env["ir.cron"]
        waiting = self.search(Domain("omni_reserve_later", "=", True), order="id")
        crons._commit_progress(remaining=len(waiting))
        shelves = waiting.grouped(lambda move: (move.product_id.id, move.location_id.id)).values()
        batches = [batch for moves in shelves for batch in split_every(BATCH, moves.ids)]
        for patience in (0, PATIENCE):
            locked = []
            while batches:
                moves = self.browse(batches.pop(0)).exists()
                try:
                    if not moves._omni_lock_shelves(patience):
                        raise LockNotAvailable
                    moves.omni_reserve_later = False
                    moves.filtered(lambda move: move.state in WAITING)._action_assign()
                    if not crons._commit_progress(len(moves)):
                        return
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    self.env.cr.rollback()
                    locked.append(moves.ids)
                except Exception:
                    self.env.cr.rollback()
                    if len(moves) == 1:
                        _logger.exception("Stock move %s cannot be reserved", moves.id)
                    batches[:0] = [[move] for move in moves.ids if len(moves) > 1]
            batches = locked
        if batches:
            again = fields.Datetime.now() + timedelta(minutes=1)
            self.env.ref("omni_stock.stock_move_cron_reserve").sudo()._trigger(again)
        crons._commit_progress(remaining=0)  # what is left is for another time, not for this run again
