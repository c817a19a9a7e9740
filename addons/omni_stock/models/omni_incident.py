from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import existing, mark_open_to_reader, open_form


class OmniIncident(models.Model):
    """A promise that cannot be kept: a till, a count or a delivery took the goods from under it.

    It is about the weakest promise of that product in that store, and comes with what can be done instead. It is found
    by ``omni.incident.watch``; people solve it.
    """

    _name = "omni.incident"
    _description = "Oversold Order"
    _inherit = ["mail.thread", "omni.kept"]
    _order = "value desc, opened, id"
    _rec_name = "owner_name"

    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True, index=True)
    quantity = fields.Float("Missing", digits="Product Unit", required=True, readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    currency_id = fields.Many2one(related="company_id.currency_id")
    value = fields.Monetary(readonly=True, help="What is missing, at the sales price.")

    kind = fields.Selection([("hold", "On hold"), ("order", "Confirmed order")], required=True, readonly=True)
    res_model = fields.Char("Document Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", required=True, readonly=True)
    owner_name = fields.Char("Order or Basket", readonly=True, help="The basket or order whose goods are missing.")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index=True)
    channel_id = fields.Many2one("omni.channel", "Sales Channel", readonly=True)
    cause_model = fields.Char("Cause Type", readonly=True)
    cause_id = fields.Many2oneReference("Cause Document", model_field="cause_model", readonly=True)
    cause_name = fields.Char("Taken by", compute="_compute_cause_name", compute_sudo=True)
    opens_owner = fields.Boolean(compute="_compute_opens", help="The reader may open the basket or order.")
    opens_cause = fields.Boolean(compute="_compute_opens", help="The reader may open what took the goods.")

    state = fields.Selection(
        [("open", "To resolve"), ("solved", "Resolved"), ("dismissed", "Dismissed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
        group_expand=True,
    )
    opened = fields.Datetime("Since", required=True, readonly=True, default=fields.Datetime.now)
    age = fields.Char(compute="_compute_age", help="For how long the customer has been waiting.")
    alternatives = fields.Json("What can be done instead", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", tracking=True, domain=[("share", "=", False)])
    note = fields.Text()
    outcome = fields.Selection(
        [
            ("transfer", "Taken from another store"),
            ("told", "Customer informed"),
            ("over", "Back in stock, or no longer needed"),
        ],
        "Resolution",
        readonly=True,
        tracking=True,
    )
    reason = fields.Char("Why It Was Dismissed", tracking=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True, index="btree_not_null")
    solved_by_id = fields.Many2one("res.users", "Closed by", readonly=True)
    solved_at = fields.Datetime("Closed on", readonly=True)

    _one_open = models.UniqueIndex(
        "(product_id, warehouse_id, res_model, res_id) WHERE state = 'open'",
        "This oversold order is already open.",
    )

    @api.depends("opened", "solved_at")
    def _compute_age(self):
        now = fields.Datetime.now()
        for incident in self:
            hours = int(((incident.solved_at or now) - incident.opened).total_seconds() // 3600)
            if hours < 1:
                incident.age = self.env._("less than an hour")
            elif hours < 48:
                incident.age = self.env._("%s h", hours)
            else:
                incident.age = self.env._("%s days", hours // 24)

    @api.depends("cause_model", "cause_id")
    def _compute_cause_name(self):
        for incident in self:
            cause = incident._cause()
            if not cause:
                incident.cause_name = self.env._("Not known")
            elif cause._name == "stock.move" and cause.is_inventory:
                incident.cause_name = self.env._("A stock count")
            else:
                incident.cause_name = cause.display_name

    @api.depends("res_model", "res_id", "cause_model", "cause_id")
    @api.depends_context("uid")
    def _compute_opens(self):
        def cause_of(incident):
            cause = incident.sudo()._cause()  # sudo: which document it is; whether the reader may open it comes next
            return (cause._name, cause.id) if cause else (None, False)

        mark_open_to_reader(
            self, opens_owner=lambda incident: (incident.res_model, incident.res_id), opens_cause=cause_of
        )

    def _cause(self):
        """Return the document that took the goods: the till's ticket if there is one; empty if it is not known."""
        self.ensure_one()
        cause = existing(self.env, self.cause_model, self.cause_id)
        if cause and cause._name == "stock.picking":
            return cause.pos_order_id or cause
        return cause

    # -- for the people ----------------------------------------------------------------------------------------------

    def action_told(self):
        """The customer knows, and decided: nothing more is to be done here."""
        self._check_open()
        self._close("solved", outcome="told")

    def action_ask_dismiss(self):
        """Ask why, then :meth:`action_dismiss`."""
        inputs.called_on_one(self)
        views = [(self.env.ref("omni_stock.omni_incident_view_form_dismiss").id, "form")]
        return open_form(self._name, self.id, name=self.env._("Dismiss"), views=views, target="new")

    def action_dismiss(self):
        """Nothing is to be done, for the reason that is given.

        :raises UserError: without a reason
        """
        self._check_open()
        if not all((incident.reason or "").strip() for incident in self):
            raise UserError(self.env._("Enter why nothing needs to be done."))
        self._close("dismissed")

    def action_take_care(self):
        """Make the caller responsible."""
        self._check_staff()
        self.user_id = self.env.user

    def action_look_again(self):
        """Look anew what can be done instead."""
        self._check_open()
        self.env["omni.incident.offer"]._renew(self.sudo())  # sudo: stores and receipts that the caller need not see

    def action_open_owner(self):
        """Open the basket or order that misses its goods."""
        inputs.called_on_one(self)
        return open_form(self.res_model, self.res_id)

    def action_open_cause(self):
        """Open the ticket, transfer or move that took the goods."""
        inputs.called_on_one(self)
        cause = self.sudo()._cause()  # sudo: which document it is; opening it needs its own rights
        if not cause:
            raise UserError(self.env._("What took the goods is not known."))
        return open_form(cause._name, cause.id)

    def _tell(self):
        """Tell managers, on their screens, and whoever listens to events."""
        for company, incidents in self.grouped("company_id").items():
            message = self.env._(
                "%(count)s to resolve. First: %(quantity)g %(product)s at %(store)s for %(owner)s.",
                count=len(incidents),
                quantity=incidents[0].quantity,
                product=incidents[0].product_id.display_name,
                store=incidents[0].warehouse_id.name,
                owner=incidents[0].owner_name,
            )
            for manager in company._omni_managers():
                manager._bus_send(
                    "simple_notification",
                    {"title": self.env._("Oversold order"), "message": message, "type": "warning"},
                )
        for incident in self:
            incident._ask_to_decide()
            self.env["omni.event"].emit(
                "promise.broken",
                incident,
                channel=incident.channel_id,
                values={
                    "product_id": incident.product_id.id,
                    "warehouse_id": incident.warehouse_id.id,
                    "quantity": incident.quantity,
                },
            )

    def _ask_to_decide(self):
        """Make it a task, or say anew what is missing."""
        words = {"quantity": self.quantity, "product": self.product_id.display_name, "store": self.warehouse_id.name}
        self.env["omni.task"]._ask(
            "oversold",
            self,
            self.env._("%(quantity)g %(product)s missing at %(store)s", **words),
            self.env._("For %s.", self.owner_name),
            user=self.user_id,
            deadline=min(filter(None, self._deliveries().mapped("date_deadline")), default=False),
        )

    def write(self, vals):
        if not self.env.su:
            self._check_staff()
        result = super().write(vals)
        if "user_id" in vals:
            self.env["omni.task"]._of(self).user_id = vals["user_id"]
        return result

    # -- closing -----------------------------------------------------------------------------------------------------

    def _check_staff(self):
        inputs.called_on(self).check_access("write")
        if not (self.env.su or self.env.user.has_groups("omni_base.group_user,stock.group_stock_user")):
            raise AccessError(self.env._("Only stock and omnichannel users resolve oversold orders."))
        if others := self.filtered(lambda incident: incident.user_id != self.env.user):
            others.warehouse_id._omni_check_mine()

    def _check_open(self):
        self._check_staff()
        if self.filtered(lambda incident: incident.state != "open"):
            raise UserError(self.env._("Somebody has already closed this."))

    def _close(self, state, **values):
        now = fields.Datetime.now()
        # sudo: what was decided is written by the steps alone
        self.sudo().write({"state": state, "solved_at": now, "solved_by_id": self.env.uid, **values})
        for incident in self:
            task = self.env["omni.task"]._of(incident)
            task.reason = incident.reason
            task._close("dismissed" if state == "dismissed" else "done")

    @api.model
    def _of(self, pairs):
        """Return all incidents of ``pairs``, ``(product_id, warehouse_id)``, open and closed."""
        return self.search(
            Domain("product_id", "in", [product for product, _warehouse in pairs])
            & Domain("warehouse_id", "in", [warehouse for _product, warehouse in pairs])
        ).filtered(lambda incident: (incident.product_id.id, incident.warehouse_id.id) in pairs)
