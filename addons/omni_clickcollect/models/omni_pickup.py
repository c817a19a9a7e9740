import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from odoo.addons.omni_base.tools import inputs

from .stock_warehouse_words import DAY_AND_HOUR

SOON = timedelta(minutes=30)
OPEN_STATES = ("to_prepare", "preparing", "ready")
FINAL_STATES = ("collected", "released", "cancelled")
TRANSITIONS = {  # state -> states that it may become
    "to_prepare": ("preparing", "ready", *FINAL_STATES),
    "preparing": ("ready", *FINAL_STATES),
    "ready": FINAL_STATES,
    "collected": ("to_prepare",),
    "released": ("to_prepare",),
    "cancelled": ("to_prepare",),
}


class OmniPickup(models.Model):
    """Goods that a customer comes to collect in one store, from their preparation to their hand-over."""

    _name = "omni.pickup"
    _description = "Pickup"
    _inherit = ["mail.thread", "omni.kept", "omni.code"]
    _order = "promised_at, id"

    order_id = fields.Many2one("sale.order", index=True, readonly=True, ondelete="cascade")
    order_name = fields.Char("Order Reference", related="order_id.name")  # who reads it need not read orders
    warehouse_id = fields.Many2one("stock.warehouse", string="Store", required=True, readonly=True, index=True)
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, index=True)
    kind = fields.Selection(
        [("order", "Order"), ("reservation", "Reservation")], required=True, readonly=True, default="order"
    )
    state = fields.Selection(
        [
            ("to_prepare", "To prepare"),
            ("preparing", "Being prepared"),
            ("ready", "Ready"),
            ("collected", "Collected"),
            ("released", "Released"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="to_prepare",
        index=True,
    )
    promised_at = fields.Datetime(
        string="Promised For", required=True, help="When the customer was told it would be ready."
    )
    deadline = fields.Datetime(string="Kept Until", required=True)
    closed_at = fields.Datetime(string="Ended", compute="_compute_closed_at", store=True, index="btree_not_null")
    access_token = fields.Char(
        readonly=True, required=True, copy=False, groups=NO_ACCESS, default=lambda self: secrets.token_hex(16)
    )
    line_ids = fields.One2many("omni.pickup.line", "pickup_id", string="Lines", readonly=True)
    step_ids = fields.One2many("omni.pickup.step", "pickup_id", string="History", readonly=True)
    amount_due = fields.Monetary(string="To Pay", compute="_compute_amount_due", compute_sudo=True)
    currency_id = fields.Many2one(related="order_id.currency_id")

    _order_warehouse_uniq = models.Constraint(
        "UNIQUE (order_id, warehouse_id)", "This order has its pickup in this store already."
    )
    _desk_idx = models.Index("(warehouse_id, promised_at) WHERE state IN ('to_prepare', 'preparing', 'ready')")

    @api.depends("order_id.name")
    def _compute_display_name(self):
        for pickup in self:
            pickup.display_name = pickup.sudo().order_id.name or self.env._("Pickup %s", pickup.id or "")

    @api.depends("state")
    def _compute_closed_at(self):
        now = fields.Datetime.now()
        for pickup in self:
            pickup.closed_at = False if pickup.state in OPEN_STATES else now

    @api.depends("order_id")
    def _compute_amount_due(self):
        due = self._amounts_due()
        for pickup in self:
            pickup.amount_due = due[pickup]

    @api.model_create_multi
    def create(self, vals_list):
        pickups = super().create(vals_list)
        pickups._log_and_notify()
        return pickups

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and {"promised_at", "deadline"} & vals.keys():
            self._log_and_notify(self.env._("The times were changed by hand."))
        return result

    # -- states ------------------------------------------------------------------------------------------------------

    def _lock(self):
        """Return these pickups, locked and read again, in sudo mode; who may not read them is refused first."""
        inputs.called_on(self).check_access("read")
        pickups = self.sudo()  # the desk has no rights on orders, transfers and mails of its own
        if pickups.try_lock_for_update(allow_referencing=True) != pickups:
            raise UserError(self.env._("Somebody else is working on this pickup right now. Try again in a moment."))
        pickups.invalidate_recordset(["state"])
        return pickups

    def _move(self, state, note=None, warehouse=None):
        """Bring these pickups to ``state``, and do all that follows from it, in this order.

        :return: those that were not there yet
        :raises UserError: no way leads there, or something has not come yet
        """
        moving = self.filtered(lambda pickup: pickup.state != state)
        moving._check_transition(state)
        if state == "ready":
            moving._check_arrived()
        elif state == "released":
            moving._note_no_show()
        moving.write({"state": state})
        moving._log_and_notify(note, warehouse)
        if state == "to_prepare":
            moving.write({"preparer_id": False, "bin": False, "extensions": 0})
            moving._forget_refund()
        elif state == "preparing":
            moving.preparer_id = self.env.user
        elif state == "ready":
            for line in moving.line_ids.filtered("quantity_missing"):  # the customers decide with the shop
                line.pickup_id._tell_missing(line, line.quantity_missing, None)
            for line in moving.line_ids:
                line.quantity_prepared = line.quantity
            moving._keep_from_now()
            moving._tell_step("ready")
            moving._emit("pickup.ready")
        else:
            moving.line_ids._note_put_back()
            moving._leave_slot()
            # Whoever wished to cancel these has what they wished, or came for the goods.
            self.env["omni.task"]._of(moving).filtered(lambda task: task.kind == "cancel")._close("done")
        if state == "released":
            moving._note_refund()
            moving._free_goods()
            moving._tell("released")
            moving._emit("pickup.released")
        elif state == "collected":
            moving._emit("pickup.collected")
        return moving

    def _check_transition(self, state):
        for pickup in self:
            if state not in TRANSITIONS[pickup.state]:
                words = {
                    "order": pickup.display_name,
                    "state": pickup._state_label(state),
                    "current": pickup._state_label(),
                }
                raise UserError(self.env._("%(order)s cannot become “%(state)s”: it is “%(current)s”.", **words))

    def _check_not_over(self):
        if self.state not in OPEN_STATES:
            where = self.order_id and self.order_id._omni_whereabouts()
            raise UserError(where or self._state_label())

    def _log_step(self, note=None, warehouse=None, **values):
        self.env["omni.pickup.step"].sudo().create(
            [
                {
                    "pickup_id": pickup.id,
                    "state": pickup.state,
                    "user_id": self.env.uid,
                    "warehouse_id": (warehouse or pickup.warehouse_id).id,
                    "note": note,
                    **values,
                }
                for pickup in self
            ]
        )

    def _log_and_notify(self, note=None, warehouse=None, **values):
        """Note a step, see :meth:`_log_step`, and tell the open desks."""
        self._log_step(note, warehouse, **values)
        self._notify_desk()

    def _state_label(self, state=None):
        return dict(self._fields["state"]._description_selection(self.env))[state or self.state]

    def _emit(self, code, values=None):
        for pickup in self:
            self.env["omni.event"].emit(code, pickup, channel=pickup.order_id.omni_channel_id, values=values)

    def _notify_desk(self):
        """Tell the open desks and tills of these stores that their queue changed; the news names no customer."""
        stores = self.warehouse_id
        for store in stores:
            self.env["bus.bus"]._sendone((store, "omni_pickup"), "omni_pickup/changed", {"warehouse_id": store.id})
        # sudo: who changes a pickup need not see tills; only that there is news goes out, on each till's own channel
        domain = [("state", "!=", "closed"), ("config_id.picking_type_id.warehouse_id", "in", stores.ids)]
        for till in self.env["pos.session"].sudo().search(domain).config_id:
            till._notify("OMNI_PICKUPS", {})

    def _tell_managers(self, words):
        """Post on this pickup, and notify the managers of its company as each of them wants to be.

        :param words: function of this pickup that gives subject and text, in the language of its context
        """
        robot = self.env.ref("base.partner_root")
        # sudo: the managers are told of it whoever made it happen
        for lang, managers in self.sudo().company_id._omni_managers().grouped("lang").items():
            pickup = self.sudo().with_context(lang=lang or self.env.lang)
            subject, body = words(pickup)
            pickup.message_post(
                subject=subject,
                body=body,
                author_id=robot.id,
                email_from=pickup.company_id.email_formatted or robot.email_formatted,
                partner_ids=managers.partner_id.ids,
                message_type="notification",
                subtype_xmlid="mail.mt_comment",
            )

    # -- when, how much and where, in words --------------------------------------------------------------------------

    def _due(self):
        """Return from when on this pickup is late, and from when on that is soon (naive UTC): what is ready after its
        last moment, what is not after the one that it was promised for.
        """
        if self.state == "ready":
            return self.deadline, self.deadline
        return self.promised_at, self.promised_at - SOON

    def _page_url(self):
        """Return the address of the customer's page, which needs no login; for who may know it, in sudo mode."""
        return self._web_url() + self._page_path()

    def _web_url(self):
        return (self.order_id.website_id or self.company_id).get_base_url()

    def _page_path(self):
        return f"/pickup/{self.id}/{self.access_token}"

    def _extend_url(self):
        return f"{self._page_url()}/extend"

    def _amount_due_label(self):
        return self._amount_label(self.amount_due)

    def _amount_label(self, amount):
        """Return ``amount`` written out in the order's currency, "" for none."""
        currency = self.order_id.currency_id
        return currency.format(amount) if amount and currency else ""

    def _local(self, moment):
        """Return ``moment`` in words, in the store's time zone."""
        return self.warehouse_id._omni_clock(moment, DAY_AND_HOUR)
