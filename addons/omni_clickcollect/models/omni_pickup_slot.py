from contextlib import suppress
from datetime import datetime, time, timedelta

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.omni_base.exceptions import Busy
from odoo.addons.omni_base.tools.rows import insert_new

from .omni_pickup_booking import OF_A_PICKUP

NEXT_DAYS = 14  # how far the next free slot is looked for
MADE_DAYS = 62  # how far ahead there may be slots: see SLOT_HORIZON of the store
KEPT = timedelta(days=30)  # how long a slot that nobody used is kept


class SlotTaken(UserError):
    """A slot is full or over. ``following``: when the next free one of the store starts (naive UTC), or None."""

    def __init__(self, message, following):
        super().__init__(message)
        self.following = following


class SlotBusy(SlotTaken, Busy):
    """Others are at this slot for too long to wait for them: whoever has a place in it keeps it."""


class OmniPickupSlot(models.Model):
    """A span of time in which a store hands over to so many customers.

    ``booked`` is counted by PostgreSQL, in one conditional statement: see ``omni.pickup.booking``.
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
        query = SQL(
            "SELECT b.slot_id, COUNT(*) FROM omni_pickup_booking AS b"
            " WHERE b.slot_id = ANY(%s) AND b.expires_at <= %s AND NOT %s GROUP BY 1",
            self.ids,
            fields.Datetime.now(),
            OF_A_PICKUP,
        )
        over = dict(self.env.execute_query(query))
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
            common = {"warehouse_id": store.id, "company_id": store.sudo().company_id.id, "booked": 0}
            rows = [
                common
                | {
                    "rule_id": planned[start].id,
                    "start": start,
                    "end": start + timedelta(minutes=planned[start].minutes),
                    "capacity": planned[start].capacity,
                }
                for start in sorted(missing)
            ]
            insert_new(self, rows)
            slots = self.search(domain)
        return slots

    @api.model
    def _planned(self, store, begin, end):
        """Return ``{start: rule}`` of the slots that the rules of ``store`` give, where it is open all the time."""
        days = store.omni_slot_rule_ids.grouped("dayofweek")
        if not days or begin >= end:
            return {}
        first, last = store._omni_day_of(begin), store._omni_day_of(end)
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

        :param chosen: ``omni.pickup.slot`` that the reader has: for them it is not full
        :return: ``[{"id": int, "label": day, "slots": [{"id", "label": hours, "full": bool}]}]``
        """
        days = {}
        for slot in self:
            day, hours = slot.warehouse_id._omni_day_and_hours(slot.start, slot.end)
            row = {"id": slot.id, "label": hours, "full": slot.left <= 0 and slot != chosen}
            days.setdefault(day, []).append(row)
        return [{"id": number, "label": day, "slots": days[day]} for number, day in enumerate(days)]

    def _next_free(self, ready=None):
        """Return ``(start, stop)`` of the first other slot of this store, from ``ready`` on, in which there is room, or
        None. It writes nothing: dozens who hear that a slot is full do not wait for each other.
        """
        store = self.sudo().warehouse_id
        begin = max(fields.Datetime.now(), ready or self.start, self.start)
        planned = self._planned(store, begin, begin + timedelta(days=NEXT_DAYS))
        known = self.search([("warehouse_id", "=", store.id), ("start", "in", list(planned))])
        full = set((known.filtered(lambda slot: slot.left <= 0) | self).mapped("start"))
        start = next((start for start in sorted(planned) if start not in full), None)
        return start and (start, start + timedelta(minutes=planned[start].minutes))

    # -- booking -----------------------------------------------------------------------------------------------------

    def _book(self, owner, seconds, ready=None):
        """Keep a place in this slot for ``owner``, instead of the one that it had. Idempotent: prolongs what it has.
        It counts for so many ``seconds``, and then as long as its pickup in this slot is open. The place of a pickup is
        given back when the pickup has moved.

        :param str owner: ``"sale.order,id"`` or ``"omni.pickup,id"`` of a pickup without an order
        :param ready: moment (naive UTC) before which no other slot is proposed
        :raises SlotTaken: it is full or over
        :raises SlotBusy: it could not be decided in time
        """
        self.ensure_one()
        self.flush_model()
        try:
            taken = self.env["omni.pickup.booking"]._take(self, owner, seconds)
        except LockNotAvailable as error:
            words = self.env._("Others are choosing this time right now. Please try again in a moment.")
            raise SlotBusy(words, None) from error
        self.invalidate_model(["booked", "left"], flush=False)
        if not taken:
            raise self._taken_error(ready)

    def _book_first(self, owner, seconds):
        """Book the first of these slots that has room, see :meth:`_book`, and return it; empty: none has."""
        for slot in self.filtered(lambda slot: slot.left > 0):
            with suppress(SlotTaken):
                slot._book(owner, seconds)
                return slot
        return self.browse()

    def _taken_error(self, ready=None):
        following = self._next_free(ready)
        if not following:
            return SlotTaken(self.env._("This time is taken. Come as soon as your order is ready."), None)
        label = self.sudo().warehouse_id._omni_span(*following)  # sudo: its time zone
        return SlotTaken(self.env._("This time is taken. The next free one: %s", label), following[0])

    def _is_booked_by(self, owner):
        return self.id in self.env["omni.pickup.booking"]._slots_of(self.env.cr, owner)

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
            query = SQL(
                """
                UPDATE omni_pickup_slot AS s SET capacity = GREATEST(s.booked, v.capacity), rule_id = v.rule_id
                  FROM (VALUES %s) AS v(store_id, start, minutes, capacity, rule_id)
                 WHERE s.warehouse_id = v.store_id AND s.start = v.start
                   AND s."end" = v.start + make_interval(mins => v.minutes)
                """,
                SQL(", ").join(rows),
            )
            self.env.cr.execute(query)
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
            'DELETE FROM omni_pickup_slot AS s WHERE s."end" < %s'
            " AND NOT EXISTS (SELECT FROM omni_pickup AS p WHERE p.slot_id = s.id)",
            [fields.Datetime.now() - KEPT],
        )
        self.invalidate_model()
