from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.omni_base.tools.transactions import after_commit, decided_at_once

from .omni_pickup import OPEN_STATES

# A booking counts until its time is up; that of a pickup, as long as the pickup is open.
OF_A_PICKUP = SQL(
    """EXISTS (SELECT FROM omni_pickup AS p WHERE p.slot_id = b.slot_id AND p.state IN %s
                  AND b.owner IN ('sale.order,' || p.order_id, 'omni.pickup,' || p.id))""",
    OPEN_STATES,
)


class OmniPickupBooking(models.Model):
    """Who has a place in a slot; written by PostgreSQL alone.

    Decided at once, on a connection of its own in READ COMMITTED: who comes second waits milliseconds and sees what is
    true, and a transaction that ends otherwise leaves a place that comes back when its time is up.
    """

    _name = "omni.pickup.booking"
    _description = "Pickup Slot Booking"
    _log_access = False
    _rec_name = "owner"

    slot_id = fields.Many2one("omni.pickup.slot", required=True, readonly=True, index=True, ondelete="cascade")
    owner = fields.Char(required=True, readonly=True, help="A document, as “model,id”.")
    expires_at = fields.Datetime(required=True, readonly=True)

    _owner_uniq = models.UniqueIndex("(owner, slot_id)")

    @api.model
    def _take(self, slot, owner, seconds):
        """Return whether ``owner`` has a place in ``slot`` now: see :meth:`omni.pickup.slot._book`.

        :raises LockNotAvailable: it could not be decided in time
        """
        with self._at_once() as cr:
            if self._is_seen(cr, slot.id):
                return self._take_on(cr, slot.id, owner, seconds)
        # Made by this very transaction: nobody else knows of it.
        return self._take_on(self.env.cr, slot.id, owner, seconds)

    @api.model
    def _free(self, owners):
        """Give back the places of these owners that no open pickup needs: when this transaction is saved, so that who
        cancels waits for nobody.
        """
        self.env["omni.pickup"].flush_model(["slot_id", "state", "order_id"])
        with self._at_once() as cr:
            for owner in owners:
                slot_ids = self._slots_of(self.env.cr, owner)
                if cr is not self.env.cr and all(self._is_seen(cr, slot_id) for slot_id in slot_ids):
                    after_commit(self.env.cr, self._give_back_alone, owner)
                else:
                    self._give_back(self.env.cr, owner)

    @api.model
    @contextmanager
    def _at_once(self):
        with decided_at_once(self.env.cr) as cr:
            if cr is not self.env.cr:
                cr.execute("SET LOCAL lock_timeout = '2s'")
            yield cr

    @api.model
    def _take_on(self, cr, slot_id, owner, seconds):
        if cr is not self.env.cr:  # two clicks of one customer take turns
            cr.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"omni.pickup.slot {owner}"])
        cr.execute(
            "SELECT FROM omni_pickup_slot WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
            [(slot_id, *self._slots_of(cr, owner))],
            log_exceptions=False,  # that somebody else is at it is told in words
        )
        now = fields.Datetime.now()
        self._drop(cr, slot_id, SQL("b.owner <> %s AND b.expires_at <= %s", owner, now))
        mine, until = self._slots_of(cr, owner), now + timedelta(seconds=seconds)
        if slot_id in mine:
            cr.execute(
                "UPDATE omni_pickup_booking SET expires_at = GREATEST(expires_at, %s)"
                " WHERE owner = %s AND slot_id = %s",
                [until, owner, slot_id],
            )
            return True
        cr.execute(
            "UPDATE omni_pickup_slot SET booked = booked + 1 WHERE id = %s AND booked < capacity AND start > %s",
            [slot_id, now],
        )
        if not cr.rowcount:
            return False
        for former in mine:
            self._drop(cr, former, SQL("b.owner = %s", owner))
        cr.execute(
            "INSERT INTO omni_pickup_booking (slot_id, owner, expires_at) VALUES (%s, %s, %s)", [slot_id, owner, until]
        )
        return True

    @api.model
    def _slots_of(self, cr, owner):
        cr.execute("SELECT slot_id FROM omni_pickup_booking WHERE owner = %s ORDER BY 1", [owner])
        return [slot_id for (slot_id,) in cr.fetchall()]

    @api.model
    def _is_seen(self, cr, slot_id):
        cr.execute("SELECT FROM omni_pickup_slot WHERE id = %s", [slot_id])
        return bool(cr.rowcount)

    @api.model
    def _give_back_alone(self, owner):
        with self._at_once() as cr:
            self._give_back(cr, owner)

    @api.model
    def _give_back(self, cr, owner):
        for slot_id in self._slots_of(cr, owner):
            query = "SELECT FROM omni_pickup_slot WHERE id = %s FOR NO KEY UPDATE"
            cr.execute(query, [slot_id], log_exceptions=False)
            self._drop(cr, slot_id, SQL("b.owner = %s", owner))
        self.env["omni.pickup.slot"].invalidate_model(["booked", "left"], flush=False)

    @api.model
    def _drop(self, cr, slot_id, condition):
        """Give back the bookings ``b`` of a locked slot that meet a condition and have no pickup."""
        query = SQL(
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
        cr.execute(query)
