from contextlib import contextmanager
from datetime import datetime, time, timedelta

import pytz
from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.sql_db import Cursor
from odoo.tools import SQL

from odoo.addons.omni_base.exceptions import Busy
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.transactions import after_commit, own_connection

from .omni_pickup import OPEN_STATES

NEXT_DAYS = 14  # how far the next free slot is looked for
MADE_DAYS = 62  # how far ahead there may be slots: see SLOT_HORIZON of the store
KEPT = timedelta(days=30)  # how long a slot that nobody used is kept
# A booking counts until its time is up; that of a pickup, as long as the pickup is open.
OF_A_PICKUP = SQL(
    """EXISTS (SELECT FROM omni_pickup AS p WHERE p.slot_id = b.slot_id AND p.state IN %s
                  AND b.owner IN ('sale.order,' || p.order_id, 'omni.pickup,' || p.id))""",
    OPEN_STATES,
)


class SlotTaken(UserError):
    """A slot is full or over. ``following``: when the next free one of the store starts (naive UTC), or None."""

    def __init__(self, message, following):
        super().__init__(message)
        self.following = following


class SlotBusy(SlotTaken, Busy):
    """Others are at this slot for too long to wait for them: whoever has a place in it keeps it."""


class OmniPickupSlot(models.Model):
    """A span of time in which a store hands over to so many customers.

    ``booked`` is counted by PostgreSQL, in one conditional statement on a connection of its own: see :meth:`_book`.
    """

    _name = "omni.pickup.slot"
    _description = "Pickup Slot"
    _order = "start, id"

    warehouse_id = fields.Many2one(
        "stock.warehouse", string="Store", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True)
    rule_id = fields.Many2one("omni.pickup.slot.rule", readonly=True, index=True, ondelete="set null")
    start = fields.Datetime(required=True, readonly=True)
    end = fields.Datetime(required=True, readonly=True)
    capacity = fields.Integer(required=True, readonly=True)
    booked = fields.Integer(readonly=True, default=0)
    left = fields.Integer(string="Places Left", compute="_compute_left")

    _start_uniq = models.Constraint("UNIQUE (warehouse_id, start)", "The store has a slot at this time already.")
    _booked = models.Constraint(
        'CHECK (booked >= 0 AND booked <= capacity AND "end" > start)', "A slot keeps what is booked in it."
    )

    @api.depends("start", "end", "warehouse_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for slot in self:
            slot.display_name = slot.sudo().warehouse_id._omni_span(slot.start, slot.end) if slot.start else ""

    @api.depends("capacity", "booked")
    def _compute_left(self):
        self.env["omni.pickup"].flush_model(["slot_id", "state", "order_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT b.slot_id, COUNT(*) FROM omni_pickup_booking AS b"
                " WHERE b.slot_id = ANY(%s) AND b.expires_at <= %s AND NOT %s GROUP BY 1",
                self.ids,
                fields.Datetime.now(),
                OF_A_PICKUP,
            )
        )
        over = dict(rows)
        for slot in self:
            slot.left = slot.capacity - slot.booked + over.get(slot.id, 0)

    # -- which there are ---------------------------------------------------------------------------------------------

    @api.model
    def _of_store(self, store, begin, end):
        """Return the slots of ``store`` that start from ``begin`` until before ``end`` (naive UTC) while it is open.
        Rows are made when they are asked for the first time.
        """
        planned = self._planned(store.sudo(), begin, end)  # sudo: its rules and hours
        if not planned:
            return self
        domain = [("warehouse_id", "=", store.id), ("start", "in", list(planned))]
        slots = self.search(domain)
        missing = planned.keys() - set(slots.mapped("start"))
        if missing:
            rows = [
                SQL(
                    "(%s, %s, %s, %s, %s, %s, 0, %s, %s, now() at time zone 'UTC', now() at time zone 'UTC')",
                    store.id,
                    store.sudo().company_id.id,
                    planned[start].id,
                    start,
                    start + timedelta(minutes=planned[start].minutes),
                    planned[start].capacity,
                    self.env.uid,
                    self.env.uid,
                )
                for start in sorted(missing)
            ]
            self.env.cr.execute(
                SQL(
                    'INSERT INTO omni_pickup_slot (warehouse_id, company_id, rule_id, start, "end", capacity, booked,'
                    " create_uid, write_uid, create_date, write_date) VALUES %s ON CONFLICT DO NOTHING",
                    SQL(", ").join(rows),
                )
            )
            slots = self.search(domain)
        return slots

    @api.model
    def _planned(self, store, begin, end):
        """Return ``{start: rule}`` of the slots that the rules of ``store`` give, where it is open all the time."""
        days = store.omni_slot_rule_ids.grouped("dayofweek")
        if not days or begin >= end:
            return {}
        zone = pytz.timezone(store._omni_tz())
        first, last = (pytz.utc.localize(edge).astimezone(zone).date() for edge in (begin, end))
        planned = {}
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            midnight = datetime.combine(day, time.min)
            for rule in days.get(str(day.weekday()), ()):
                until = round(rule.hour_to * 60)
                for minute in range(round(rule.hour_from * 60), until - rule.minutes + 1, rule.minutes):
                    start = store._omni_utc(midnight + timedelta(minutes=minute))
                    if begin <= start < end:
                        planned.setdefault(start, rule)
        spans = store._omni_openings(begin)
        span = next(spans, None)
        is_open = {}
        for start in sorted(planned):
            stop = start + timedelta(minutes=planned[start].minutes)
            while span and span[1] <= start:
                span = next(spans, None)
            if span and span[0] <= start and stop <= span[1]:
                is_open[start] = planned[start]
        return is_open

    def _by_day(self, chosen):
        """Return these slots of one store as they are chosen from, in the reader's words and the store's time.

        :param chosen: ``omni.pickup.slot`` that the reader has: for him it is not full
        :return: ``[{"id": int, "label": day, "slots": [{"id", "label": hours, "full": bool}]}]``
        """
        days = {}
        for slot in self:
            day, hours = slot.warehouse_id._omni_day_and_hours(slot.start, slot.end)
            row = {"id": slot.id, "label": hours, "full": slot.left <= 0 and slot != chosen}
            days.setdefault(day, []).append(row)
        return [{"id": number, "label": day, "slots": days[day]} for number, day in enumerate(days)]

    def _next_free(self):
        """Return ``(start, stop)`` of the first other slot of this store in which there is room, or None.
        It writes nothing: dozens who hear that a slot is full do not wait for each other.
        """
        store = self.sudo().warehouse_id
        ready = self.env.context.get("omni_ready")
        begin = max(fields.Datetime.now(), inputs.moment(self.env, ready) if ready else self.start, self.start)
        planned = self._planned(store, begin, begin + timedelta(days=NEXT_DAYS))
        known = self.search([("warehouse_id", "=", store.id), ("start", "in", list(planned))])
        full = set((known.filtered(lambda slot: slot.left <= 0) | self).mapped("start"))
        start = next((start for start in sorted(planned) if start not in full), None)
        return start and (start, start + timedelta(minutes=planned[start].minutes))

    # -- booking -----------------------------------------------------------------------------------------------------

    def _book(self, owner, seconds):
        """Keep a place in this slot for ``owner``, instead of the one that he had. Idempotent: prolongs what he has.
        It counts for so many ``seconds``, and then as long as there is an open pickup of his in this slot. A place that
        his pickup has is given back by :meth:`_free`, when the pickup has moved.

        Decided at once, on a connection of its own in READ COMMITTED: who comes second waits milliseconds and sees what
        is true, and a transaction that ends otherwise leaves a place that comes back when its time is up.

        :param str owner: ``"sale.order,id"`` or ``"omni.pickup,id"`` of a pickup without an order
        :raises SlotTaken: it is full or over
        :raises SlotBusy: it could not be decided in time
        """
        self.ensure_one()
        self.flush_model()
        try:
            with self._connection() as cr:
                taken = self._take(cr, owner, seconds) if cr else None
        except LockNotAvailable as error:
            words = self.env._("Others are choosing this time right now. Please try again in a moment.")
            raise SlotBusy(words, None) from error
        if taken is None:  # made by this very transaction: nobody else knows of it
            taken = self._take(self.env.cr, owner, seconds)
        self.invalidate_model(["booked", "left"], flush=False)
        if not taken:
            raise self._taken_error()

    def _taken_error(self):
        following = self._next_free()
        if not following:
            return SlotTaken(self.env._("This time is taken. Come as soon as your order is ready."), None)
        label = self.sudo().warehouse_id._omni_span(*following)  # sudo: its time zone
        return SlotTaken(self.env._("This time is taken. The next free one: %s", label), following[0])

    @api.model
    @contextmanager
    def _connection(self):
        """Give a cursor in READ COMMITTED, committed at the end; None in a browser test, which has one connection."""
        if not isinstance(self.env.cr, Cursor):
            yield None
            return
        with own_connection(self.env.cr.dbname) as cr:
            cr.execute("SET LOCAL lock_timeout = '2s'")
            yield cr

    def _take(self, cr, owner, seconds):
        """Return whether ``owner`` has a place now; None: this cursor does not see the slot."""
        if not self._is_seen(cr, self.id):
            return None
        if cr is not self.env.cr:  # two clicks of one customer take turns
            cr.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"omni.pickup.slot {owner}"])
        cr.execute(
            "SELECT FROM omni_pickup_slot WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
            [(self.id, *self._slots_of(cr, owner))],
            log_exceptions=False,  # that somebody else is at it is told in words
        )
        self._drop(cr, self.id, SQL("b.owner <> %s AND b.expires_at <= %s", owner, fields.Datetime.now()))
        mine = self._slots_of(cr, owner)
        until = fields.Datetime.now() + timedelta(seconds=seconds)
        if self.id in mine:
            cr.execute(
                "UPDATE omni_pickup_booking SET expires_at = GREATEST(expires_at, %s)"
                " WHERE owner = %s AND slot_id = %s",
                [until, owner, self.id],
            )
            return True
        cr.execute(
            "UPDATE omni_pickup_slot SET booked = booked + 1 WHERE id = %s AND booked < capacity AND start > %s",
            [self.id, fields.Datetime.now()],
        )
        if not cr.rowcount:
            return False
        for former in mine:
            self._drop(cr, former, SQL("b.owner = %s", owner))
        cr.execute(
            "INSERT INTO omni_pickup_booking (slot_id, owner, expires_at) VALUES (%s, %s, %s)", [self.id, owner, until]
        )
        return True

    @api.model
    def _slots_of(self, cr, owner):
        cr.execute("SELECT slot_id FROM omni_pickup_booking WHERE owner = %s ORDER BY 1", [owner])
        return [slot_id for (slot_id,) in cr.fetchall()]

    @api.model
    def _drop(self, cr, slot_id, condition):
        """Give back the bookings ``b`` of a locked slot that meet a condition and have no pickup."""
        cr.execute(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM omni_pickup_booking AS b WHERE b.slot_id = %s AND %s AND NOT %s RETURNING b.id
                )
                UPDATE omni_pickup_slot SET booked = booked - (SELECT COUNT(*) FROM gone)
                 WHERE id = %s AND EXISTS (SELECT FROM gone)
                """,
                slot_id,
                condition,
                OF_A_PICKUP,
                slot_id,
            )
        )

    @api.model
    def _free(self, owners):
        """Give back the places of these owners that no open pickup needs: when this transaction is saved, so that who
        cancels waits for nobody.
        """
        self.env["omni.pickup"].flush_model(["slot_id", "state", "order_id"])
        with self._connection() as cr:
            for owner in owners:
                slot_ids = self._slots_of(self.env.cr, owner)
                if not cr or not all(self._is_seen(cr, slot_id) for slot_id in slot_ids):
                    self._give_back(self.env.cr, owner)
                else:
                    after_commit(self.env.cr, self._give_back_alone, owner)

    @api.model
    def _is_seen(self, cr, slot_id):
        cr.execute("SELECT FROM omni_pickup_slot WHERE id = %s", [slot_id])
        return bool(cr.rowcount)

    @api.model
    def _give_back_alone(self, owner):
        with self._connection() as cr:
            if cr:
                self._give_back(cr, owner)

    @api.model
    def _give_back(self, cr, owner):
        for slot_id in self._slots_of(cr, owner):
            query = "SELECT FROM omni_pickup_slot WHERE id = %s FOR NO KEY UPDATE"
            cr.execute(query, [slot_id], log_exceptions=False)
            self._drop(cr, slot_id, SQL("b.owner = %s", owner))
        self.invalidate_model(["booked", "left"], flush=False)

    # -- changes of the rules ----------------------------------------------------------------------------------------

    @api.model
    def _withdraw(self, rules):
        """Offer the coming slots of these rules no more: those without a booking go, the others have no more room."""
        mine = SQL("rule_id = ANY(%s) AND start > %s", rules.ids, fields.Datetime.now())
        self.env.cr.execute(SQL("DELETE FROM omni_pickup_slot WHERE %s AND booked = 0", mine))
        self.env.cr.execute(SQL("UPDATE omni_pickup_slot SET capacity = booked WHERE %s", mine))
        self.invalidate_model()

    @api.model
    def _adopt(self, stores):
        """Give the coming slots that the rules of these stores still offer the capacity of their rule."""
        now = fields.Datetime.now()
        rows = [
            SQL("(%s, %s::timestamp, %s, %s, %s)", store.id, start, rule.minutes, rule.capacity, rule.id)
            for store in stores.sudo()
            for start, rule in self._planned(store, now, now + timedelta(days=MADE_DAYS)).items()
        ]
        if rows:
            self.flush_model()
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE omni_pickup_slot AS s SET capacity = GREATEST(s.booked, v.capacity), rule_id = v.rule_id
                      FROM (VALUES %s) AS v(store_id, start, minutes, capacity, rule_id)
                     WHERE s.warehouse_id = v.store_id AND s.start = v.start
                       AND s."end" = v.start + make_interval(mins => v.minutes)
                    """,
                    SQL(", ").join(rows),
                )
            )
        self.invalidate_model()

    @api.model
    def _cron_make(self):
        """Make the slots of the next days, so that shoppers only read them."""
        today = fields.Date.today()
        for store in self.env["omni.pickup.slot.rule"].search([]).warehouse_id:
            store.omni_slots(today, today + timedelta(days=NEXT_DAYS + 1))

    @api.autovacuum
    def _gc_slots(self):
        """Forget slots that are over for long and in which nobody collected."""
        self.env.cr.execute(
            SQL(
                'DELETE FROM omni_pickup_slot AS s WHERE s."end" < %s'
                " AND NOT EXISTS (SELECT FROM omni_pickup AS p WHERE p.slot_id = s.id)",
                fields.Datetime.now() - KEPT,
            )
        )
        self.invalidate_model()


class OmniPickupBooking(models.Model):
    """Who has a place in a slot; written by PostgreSQL alone, see :meth:`omni.pickup.slot._book`."""

    _name = "omni.pickup.booking"
    _description = "Pickup Slot Booking"
    _log_access = False
    _rec_name = "owner"

    slot_id = fields.Many2one("omni.pickup.slot", required=True, readonly=True, index=True, ondelete="cascade")
    owner = fields.Char(required=True, readonly=True, help="A document, as “model,id”.")
    expires_at = fields.Datetime(required=True, readonly=True)

    _owner_uniq = models.UniqueIndex("(owner, slot_id)")
