from contextlib import suppress
from datetime import timedelta

from psycopg2.errors import SerializationFailure
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.omni_base.exceptions import Busy
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.transactions import after_commit, after_rollback

TAKE = "SELECT * FROM omni_promise.hold_take(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
TAKE_PREPARED = "EXECUTE omni_hold_take(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
# Calls of one owner take turns: in one message, so that the second statement sees what was true when its turn came.
TAKE_FAST = (
    "SELECT pg_advisory_xact_lock(hashtext(%s), %s); EXECUTE omni_hold_take_fast(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
# By PostgreSQL, on rows that Odoo may know already.
WRITTEN_LATER = ["expires_at", "ended", "ended_at", "ended_by_id", "status"]


class Reference(fields.Many2one):
    """A link without a foreign key: to check one locks the product, store and company that every buyer shares."""

    def update_db_foreign_key(self, model, column):
        pass


class OmniHold(models.Model):
    """Stock kept for a while for somebody who has not bought yet, and the history of it.

    Rows are only added, by :meth:`omni.availability.hold`, and closed once, with the way they ended. A row counts until
    its time is up or it is closed, whichever comes first: no job needs to run.

    Holds are made on a connection of their own (see ``omni.promise``), so the transaction that asked for one does not
    see it: what it holds is remembered with its cursor (:meth:`_made_here`) until it ends.
    """

    _name = "omni.hold"
    _description = "Stock Hold"
    _order = "id desc"
    _rec_name = "owner_name"
    _log_access = False

    res_model = fields.Char("Document Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", required=True, readonly=True)
    channel_id = Reference("omni.channel", "Sales Channel", readonly=True)
    user_id = Reference("res.users", "Held by", readonly=True)
    product_id = Reference("product.product", required=True, readonly=True)
    warehouse_id = Reference("stock.warehouse", "Store", required=True, readonly=True)
    company_id = Reference("res.company", required=True, readonly=True)
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    created = fields.Datetime("Held since", required=True, readonly=True)
    expires_at = fields.Datetime("Held Until", required=True, readonly=True)
    ended_at = fields.Datetime("Ended on", readonly=True)
    ended = fields.Selection(
        [("released", "Released"), ("expired", "Expired"), ("committed", "Sold"), ("replaced", "Replaced")],
        "How It Ended",
        readonly=True,
    )
    ended_by_id = Reference("res.users", "Ended by", readonly=True)
    status = fields.Selection(
        [("held", "On hold"), ("over", "Expired"), ("sold", "Sold"), ("back", "Released")],
        compute="_compute_status",
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A hold is for more than zero.")
    _open_pair_idx = models.Index("(product_id, warehouse_id, expires_at) WHERE ended IS NULL")
    _open_owner_idx = models.Index("(res_model, res_id) WHERE ended IS NULL")

    @api.depends("ended", "expires_at")
    def _compute_status(self):
        now = fields.Datetime.now()
        closed = {"released": "back", "replaced": "back", "expired": "over", "committed": "sold"}
        for hold in self:
            if hold.ended:
                hold.status = closed[hold.ended]
            else:
                hold.status = "held" if hold.expires_at > now else "over"

    # -- for the people ----------------------------------------------------------------------------------------------

    def action_release(self):
        """Give these holds back at once: what is still in force can be sold again."""
        inputs.called_on(self).check_access("read")
        if not self.env.user.has_groups("omni_base.group_user,stock.group_stock_user"):
            raise AccessError(self.env._("Only stock and omnichannel users may release holds."))
        self.warehouse_id._omni_check_mine()
        self._end("released", SQL("h.id = ANY(%s)", self.ids))

    # -- what is held ------------------------------------------------------------------------------------------------

    @api.model
    def _in_force(self):
        """Return the condition of a hold that counts now, on ``omni_hold AS h``."""
        return SQL("omni_promise.hold_counts(h.expires_at, h.lease, omni_promise.clock()) AND %s", self._open())

    @api.model
    def _open(self):
        """Return the condition of a hold that nobody has ended, on ``omni_hold AS h``."""
        return SQL("h.ended IS NULL AND NOT EXISTS (SELECT FROM omni_promise_change AS e WHERE e.hold_id = h.id)")

    # -- holding and ending ------------------------------------------------------------------------------------------

    @api.model
    def _made_here(self):
        """Return what was held on another connection for this transaction: ``{(model, id): [row, ...]}``.

        A row: ``{"hold_id", "product_id", "warehouse_id", "quantity", "expires_at", "former"}``; ``former``: it
        replaced what the owner held before.
        """
        return self.env.cr.postrollback.data.get("omni.hold", {})

    @api.model
    def _forget(self):
        """Forget what Odoo knows of holds: PostgreSQL wrote them. Holds are made too often to go through all caches."""
        if any(self._fields[name] in self.env.transaction.field_data for name in WRITTEN_LATER):
            self.invalidate_model(WRITTEN_LATER, flush=False)

    @api.model
    def _take(self, model, res_id, asked, channel, seconds):
        """Hold ``asked`` for the document ``model,res_id``, in place of what it held, or change nothing.

        :param asked: ``{(product_id, warehouse_id): quantity}`` in a fixed order
        :return: ``{(product_id, warehouse_id): missing}``, empty when all is held
        """
        products, warehouses = [pair[0] for pair in asked], [pair[1] for pair in asked]
        moved, ended = self._own_changes(products)
        companies = None if self.env.su else self.env.companies.ids
        who = (model, res_id, channel.id or None, self.env.uid, seconds, companies)
        fast = None
        if len(asked) == 1 and not moved and not ended:
            fast = TAKE_FAST, (model, res_id, *who, *products, *warehouses, *asked.values())

        def call(own):
            return SQL(
                TAKE if own else TAKE_PREPARED,
                *who,
                products,
                warehouses,
                list(asked.values()),
                [] if own else [moved.get(pair, 0) for pair in asked],
                [] if own else ended,
                own,
            )

        rows, own = self.env["omni.promise"]._decide(call, products, fast)
        short = {(row["product_id"], row["warehouse_id"]): float(row["missing"]) for row in rows if row["missing"]}
        if not short:
            self.env["omni.promise.push"]._queue("pairs", asked)
            if not own:
                self._remember(model, res_id, rows)
        self._forget()
        return short

    @api.model
    def _own_changes(self, product_ids):
        """Return what this transaction, which has not ended, did to these products itself and nobody else can see.

        :return: ``({(product_id, warehouse_id): more that is available}, [id of a hold that it ended])``
        """
        if self.env.cr.connection.get_transaction_status() == TRANSACTION_STATUS_IDLE:
            return {}, []  # it has not begun
        query = SQL(
            """
            SELECT product_id, warehouse_id, SUM(free), array_remove(array_agg(hold_id), NULL)
              FROM omni_promise_change
             WHERE product_id = ANY(%s) AND txid = pg_current_xact_id_if_assigned()
             GROUP BY 1, 2
            """,
            product_ids,
        )
        rows = self.env.execute_query(query)
        moved = {(product, warehouse): free or 0 for product, warehouse, free, _holds in rows}
        return moved, [hold for *_pair, holds in rows for hold in holds]

    @api.model
    def _remember(self, model, res_id, rows):
        """Note what this transaction holds elsewhere; if it fails, what it held for the first time is given back."""
        callbacks = self.env.cr.postrollback
        if "omni.hold" not in callbacks.data:
            made = callbacks.data["omni.hold"] = {}
            after_rollback(self.env.cr, _give_back, self.env.registry, made, self.env.uid)
        callbacks.data["omni.hold"][model, res_id] = rows

    @api.model
    def _extend(self, model, res_id, seconds, at_least=False, lease=None):
        """Keep what an owner holds now for ``seconds`` from now; ``at_least``: what is kept longer stays so.

        :param lease: number of a transaction that sells the goods: they are kept as long as it lasts
        :return: the holds that were still there to keep, ``[{"hold_id", "product_id", "warehouse_id"}]``
        :raises Busy: some are to be kept shorter than they are, and it could not be decided in time
        """

        def call(own):
            return SQL(
                "SELECT * FROM omni_promise.hold_extend(%s, %s, %s, %s, %s::xid8, %s)",
                model,
                res_id,
                seconds,
                at_least,
                lease,
                own,
            )

        products = [product for product, _warehouse in self._held(model, res_id)]
        try:
            rows, _own = self.env["omni.promise"]._decide(call, products)
        except SerializationFailure:
            rows = []  # ended by somebody else, whom this transaction does not see
        for made in self._made_here().get((model, res_id), ()):
            until = fields.Datetime.now() + timedelta(seconds=seconds)
            made["expires_at"] = max(until, made["expires_at"]) if at_least else until
        self._forget()
        return rows

    @api.model
    def _sell(self, model, res_id, seconds):
        """End what an owner holds as sold, with this transaction: their moves, which it saves, take the goods over.

        :param seconds: for how long it is kept at least; it is kept as long as the transaction lasts
        """
        [[lease]] = self.env.execute_query(SQL("SELECT pg_current_xact_id()::text"))
        kept = ()
        with suppress(Busy):  # it ends with this transaction all the same
            kept = self._extend(model, res_id, seconds, at_least=True, lease=lease)
        self._end_of_owner("committed", model, res_id, kept)
        after_commit(self.env.cr, self._end_late, model, res_id)

    @api.model
    def _end_late(self, model, res_id):
        """End what another request of this owner has held while what they bought was being saved."""
        with self.env["omni.promise"]._connection() as cr:
            if not cr:
                return
            query = SQL(
                "INSERT INTO omni_promise_change (product_id, warehouse_id, hold_id, how, user_id)"
                " SELECT h.product_id, h.warehouse_id, h.id, 'committed', %s FROM omni_hold AS h WHERE %s AND %s"
                " RETURNING product_id, warehouse_id",
                self.env.uid,
                self._of_owner(model, res_id),
                self._open(),
            )
            cr.execute(query)
            pairs = cr.fetchall()
        if pairs:
            self.env["omni.promise"]._fold(pairs)

    @api.model
    def _end_of_owner(self, how, model, res_id, kept=()):
        """End what an owner holds, with this transaction.

        :param kept: holds that are known better than by reading, see :meth:`_extend`
        """
        known = {row["hold_id"]: row for row in (*self._made_here().pop((model, res_id), ()), *kept)}
        self._end(how, SQL("(%s OR h.id = ANY(%s))", self._of_owner(model, res_id), list(known)), known)

    @api.model
    def _end(self, how, which, known=()):
        """End the open holds that the condition ``which`` on ``omni_hold AS h`` names: it counts when this commits.

        :param known: ``{hold_id: {"product_id", "warehouse_id"}}`` of some that were made elsewhere meanwhile, and
            cannot be seen from here
        """
        rows = self.env.execute_query(
            SQL("SELECT h.product_id, h.warehouse_id, h.id FROM omni_hold AS h WHERE %s AND %s", self._open(), which)
        )
        seen = {hold for _product, _warehouse, hold in rows}
        rows += [
            (known[hold]["product_id"], known[hold]["warehouse_id"], hold) for hold in sorted(known) if hold not in seen
        ]
        if not rows:
            return
        query = SQL(
            "INSERT INTO omni_promise_change (product_id, warehouse_id, hold_id, how, user_id)"
            " SELECT *, %s, %s FROM unnest(%s::int[], %s::int[], %s::int[])",
            how,
            self.env.uid,
            *map(list, zip(*rows, strict=True)),
        )
        self.env.cr.execute(query)
        self.env["omni.promise"]._settle({(product, warehouse) for product, warehouse, _hold in rows})
        self._forget()


def _give_back(registry, made, uid):
    """After a rollback: end what the failed transaction held for documents that held nothing before."""
    ids = [row["hold_id"] for rows in made.values() for row in rows if not row["former"]]
    if ids:
        with registry.cursor() as cr:
            api.Environment(cr, uid, {})["omni.hold"]._end("released", SQL("h.id = ANY(%s)", ids))
