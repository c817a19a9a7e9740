from odoo import fields, models


class OmniTask(models.Model):
    """An oversold order, goods that no store has any more, and what a rejected transfer leaves over."""

    _inherit = "omni.task"

    kind = fields.Selection(
        selection_add=[
            ("oversold", "Oversold order"),
            ("unavailable", "No longer available"),
            ("left_over", "Left to deliver"),
        ],
        ondelete={"oversold": "cascade", "unavailable": "cascade", "left_over": "cascade"},
    )

    def action_take_care(self):
        result = super().action_take_care()
        for task in self.sudo().filtered(lambda task: task.kind == "oversold"):
            task._record().user_id = self.env.user
        return result

    def _offers_oversold(self):
        incident = self.sudo()._record()  # sudo: read by whoever may see the task
        offers = [("_oversold_told", self.env._("Customer informed"), None)]
        if not self.env.user.has_group("stock.group_stock_user"):
            return offers
        stores = (incident.alternatives or {}).get("stores", [])
        return [
            *(
                ("_oversold_take_from", self.env._("Take from %s", store["name"]), store["id"])
                for store in stores
                if store["quantity"] >= incident.quantity
            ),
            *offers,
        ]

    def _oversold_take_from(self, warehouse_id):
        return self._record().sudo(False).action_take_from(warehouse_id)

    def _oversold_told(self):
        return self._record().sudo(False).action_told()

    def _closed_oversold(self):
        incident = self._record()
        if incident.state == "open":  # decided here, and not there
            incident.reason = self.reason
            incident._close("dismissed" if self.state == "dismissed" else "solved")
