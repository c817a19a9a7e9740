from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.transactions import by_itself

from .omni_pickup import OPEN_STATES

LONGEST_REASON = 500  # signs
BATCH = 200  # pickups that one run of the job looks at, of each sort


class OmniPickup(models.Model):
    """Nobody came: reminders, more time, release and putting back."""

    _inherit = "omni.pickup"

    extensions = fields.Integer(readonly=True, help="How many times it was extended.")
    no_show_at = fields.Datetime(string="No-Show", readonly=True)
    can_extend = fields.Boolean(compute="_compute_can_extend")

    _no_show_idx = models.Index("(partner_id, no_show_at) WHERE no_show_at IS NOT NULL")
    _deadline_idx = models.Index("(deadline) WHERE state IN ('to_prepare', 'preparing', 'ready')")

    # -- more time ---------------------------------------------------------------------------------------------------

    @api.depends("state", "deadline", "extensions", "warehouse_id.omni_extend_times")
    def _compute_can_extend(self):
        for pickup in self:
            pickup.can_extend = not pickup._why_not_extended()

    def _why_not_extended(self):
        """Return why this pickup cannot be kept longer, in the customer's words, or nothing when it can."""
        if self.state not in OPEN_STATES or self.deadline <= fields.Datetime.now():
            return self.env._("This order is no longer kept.")
        if self.extensions >= self.sudo().warehouse_id.omni_extend_times:
            return self.env._("It cannot be extended any more: it is kept until %s.", self._local(self.deadline))
        return ""

    def action_extend(self):
        """Keep this pickup longer, as often and as long as its store allows.

        :raises UserError: not kept any more, too often, or somebody else changes it right now
        """
        inputs.called_on_one(self)
        pickup = self._lock()
        pickup.invalidate_recordset(["deadline", "extensions"])
        if why := pickup._why_not_extended():
            raise UserError(why)
        deadline = pickup._extended_until()
        pickup.write({"deadline": deadline, "extensions": pickup.extensions + 1})
        pickup._log_and_notify(self.env._("Kept until %s.", pickup._local(deadline)))
        pickup._tell("extended", fields.Datetime.to_string(deadline))
        return True

    def _extended_until(self):
        """Return until when it would be kept if it was kept longer (naive UTC)."""
        store = self.warehouse_id
        return store._omni_kept_until(self.deadline, store.omni_extend_hours)

    def _keep_from_now(self):
        """A pickup that was ready late is not kept for a shorter time: the customer could not come before."""
        for pickup in self.filtered("order_id"):
            start = max(fields.Datetime.now(), pickup.promised_at)
            keeping = pickup.order_id._omni_keeping(start, pickup.warehouse_id)
            pickup.deadline = max(pickup.deadline, keeping["deadline"])

    # -- the job -----------------------------------------------------------------------------------------------------

    @api.model
    def _cron_deadline(self):
        """Remind of what is due, and release it; each pickup by itself, so that one that fails stops no other."""
        now = fields.Datetime.now()
        due = Domain("state", "=", "ready") | Domain("kind", "=", "reservation") & Domain("state", "in", OPEN_STATES)
        due &= Domain("deadline", "<=", now)
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(due))
        for pickup in self.search(due, order="deadline", limit=BATCH):
            if not by_itself(pickup, lambda pickup: pickup._release_late(now)):
                return
        reminders = self._to_remind(now)
        self.env["ir.cron"]._commit_progress(remaining=len(reminders))
        for pickup, kind in reminders:
            if not by_itself(pickup, lambda pickup, kind=kind: pickup._remind(kind)):
                return

    def _release_late(self, now):
        self._lock().invalidate_recordset(["deadline"])
        if self.state in OPEN_STATES and self.deadline <= now:
            self.action_release(self.env._("Not collected in time."))

    @api.model
    def _to_remind(self, now):
        """Return ``[(pickup, "reminder" or "last_day")]``: the last day alone when both are due."""
        stores = self.env["stock.warehouse"].search([])
        hours = max([0.0, *stores.mapped("omni_reminder_hours"), *stores.mapped("omni_last_day_hours")])
        waiting = Domain("state", "=", "ready") & Domain("deadline", ">", now)
        found = self.search(waiting & Domain("deadline", "<=", now + timedelta(hours=hours)))
        told = {(row.res_id, row.code, row.key) for row in found.told_ids}
        due = []
        for pickup in found:
            occasion = fields.Datetime.to_string(pickup.deadline)
            got_ready = pickup.step_ids.filtered(lambda step: step.state == "ready" and not step.note)
            ready_at = max(got_ready.mapped("at"), default=now)
            for kind in ("last_day", "reminder"):
                moment = pickup.deadline - timedelta(hours=pickup.warehouse_id[f"omni_{kind}_hours"])
                # Who has just heard that it is ready, and until when, needs no reminder.
                if ready_at < moment <= now:
                    if (pickup.id, f"pickup.{kind}", occasion) not in told:
                        due.append((pickup, kind))
                    break
        return due

    def _remind(self, kind):
        self._lock()
        self.invalidate_recordset(["deadline"])
        if self.state == "ready":
            self._tell(kind, fields.Datetime.to_string(self.deadline))

    # -- release -----------------------------------------------------------------------------------------------------

    def action_release(self, reason):
        """Give the goods back to the shop: an order with nothing paid is cancelled, a paid one keeps its payment for
        the refund and loses its transfer. Idempotent.

        :param str reason: shown in the history
        :raises UserError: no reason, already collected, or somebody else changes it right now
        """
        reason = inputs.text(self.env, reason, LONGEST_REASON)
        if not reason:
            raise UserError(self.env._("Enter why the goods are restocked."))
        self._lock()._move("released", note=reason)
        return True

    def _note_no_show(self):
        """Note whose customers let pass the time for which it lay ready, and took nothing of it."""
        now = fields.Datetime.now()
        late = self.filtered(lambda pickup: pickup.state == "ready" and pickup.deadline <= now)
        late.filtered(lambda pickup: not any(pickup.line_ids.mapped("quantity_collected"))).no_show_at = now

    def _free_goods(self):
        """Keep no goods: an order with nothing paid and nothing given is cancelled, any other loses its transfer."""
        for pickup in self:
            order = pickup.order_id
            untouched = not order._omni_amount_paid() and not any(pickup.line_ids.mapped("quantity_collected"))
            if untouched and order.omni_pickup_ids == pickup:
                order._action_cancel()
            else:
                pickup._open_pickings().action_cancel()
