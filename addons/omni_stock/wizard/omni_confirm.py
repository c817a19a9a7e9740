from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.omni_base.tools import inputs

from ..models.sale_order import REPORT_ONLY

NAMED = 5  # stores named for a product, those with most first


class OmniConfirm(models.TransientModel):
    """What can be done about a quotation that asks for more than can be promised. Nothing is kept while it is open."""

    _name = "omni.confirm"
    _description = "Confirm a Quotation with Missing Stock"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    line_ids = fields.One2many("omni.confirm.line", "confirm_id", "What is missing", readonly=True)
    plan = fields.Text("From These Stores", readonly=True)
    can_route = fields.Boolean(readonly=True)
    can_reduce = fields.Boolean(readonly=True)
    reason = fields.Char(help="Kept with the order.")

    @api.model
    def _open(self, order):
        """Look what is missing of a quotation and what can be done about it, and return the action that shows it."""
        missing = order._omni_shortages()
        anywhere = order.with_context(omni_leave_from_best=True)
        routed = anywhere.order_line.filtered(lambda line: line._omni_quantity() and line._omni_is_routed())
        legs = anywhere._omni_legs_of(routed) if missing and {line.id for line in missing} <= set(routed.ids) else []
        wizard = self.create(
            {
                "order_id": order.id,
                "line_ids": [Command.create(values) for values in self._line_values(order, missing)],
                "plan": "\n".join(map(self._leg_words, legs)),
                "can_route": bool(legs) and all(leg["warehouse_id"] for leg in legs),
                "can_reduce": any(
                    line.product_uom_id.compare(line._omni_reduced(missing.get(line, 0)), 0) > 0
                    for line in order.order_line
                    if not line.display_type
                ),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not enough stock for %s", order.name),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _line_values(self, order, missing):
        products = self.env["product.product"].union(*(line.product_id for line in missing))
        stores = order.omni_channel_id._omni_warehouses()
        # sudo: what is available in the channel's stores, which the seller may ask for
        available = self.env["omni.availability"].sudo().available(products.ids, stores.ids, order.omni_channel_id)
        for line, quantity in missing.items():
            others = [(available[line.product_id.id, store.id], store.name) for store in stores - line.warehouse_id]
            yield {
                "product_id": line.product_id.id,
                "asked": line._omni_quantity(),
                "missing": quantity,
                "elsewhere": ", ".join(
                    f"{store} {left:g}" for left, store in sorted(others, key=lambda row: -row[0])[:NAMED] if left > 0
                ),
            }

    @api.model
    def _leg_words(self, leg):
        goods = self.env["omni.routing.decision"]._goods_words(leg["lines"])
        if not leg["warehouse_id"]:
            return self.env._("Not available anywhere: %s", goods)
        # sudo: the store's name
        store = self.env["stock.warehouse"].sudo().browse(leg["warehouse_id"])
        day = format_date(self.env, store._omni_day_of(leg["promised_at"]))
        return self.env._("%(store)s: %(goods)s, by %(day)s", store=store.name, goods=goods, day=day)

    # -- the ways out ------------------------------------------------------------------------------------------------

    def action_route(self):
        """Confirm it, leaving from where routing decides.

        :raises OutOfStock: the goods went meanwhile
        """
        inputs.called_on_one(self).order_id.with_context(omni_leave_from_best=True).action_confirm()
        return self._done()

    def action_reduce(self):
        """Reduce the quotation to what is there now, say so in its history, and confirm it."""
        order = inputs.called_on_one(self).order_id
        words = []
        for line, quantity in order._omni_shortages().items():
            before, line.product_uom_qty = line.product_uom_qty, line._omni_reduced(quantity)
            words.append(
                self.env._(
                    "%(product)s: %(after)g instead of %(before)g",
                    product=line.product_id.display_name,
                    after=line.product_uom_qty,
                    before=before,
                )
            )
        if not any(line.product_uom_qty for line in order.order_line):
            raise UserError(self.env._("None of it is left."))
        if words:
            order.message_post(body=self.env._("Reduced to what is in stock. %s.", "; ".join(words)))
        order.action_confirm()
        return self._done()

    def action_override(self):
        """Confirm it though it is short, for a reason that is kept.

        :raises AccessError: the caller is no omnichannel manager
        :raises UserError: without a reason
        """
        inputs.called_on_one(self)
        if not self.env.user.has_group("omni_base.group_manager"):
            raise AccessError(self.env._("Only omnichannel managers may confirm more than is available to sell."))
        order, reason = self.order_id, (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Enter why you confirm it anyway."))
        missing = order._omni_shortages()
        order.with_context(omni_report_only=REPORT_ONLY).action_confirm()
        order.message_post(body=self.env._("Confirmed although not everything is available to sell: %s", reason))
        # sudo: nobody may write overrides but this
        self.env["omni.override"].sudo().create(
            {
                "name": order.name,
                "order_id": order.id,
                "company_id": order.company_id.id,
                "user_id": self.env.uid,
                "reason": reason,
                "goods": [(line.product_id.id, quantity) for line, quantity in missing.items()],
            }
        )
        return self._done()

    def _done(self):
        return {"type": "ir.actions.act_window_close"}


class OmniConfirmLine(models.TransientModel):
    _name = "omni.confirm.line"
    _description = "Product with Missing Stock"

    confirm_id = fields.Many2one("omni.confirm", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    asked = fields.Float(digits="Product Unit", readonly=True)
    missing = fields.Float(digits="Product Unit", readonly=True)
    elsewhere = fields.Char("Other Stores Have", readonly=True)
