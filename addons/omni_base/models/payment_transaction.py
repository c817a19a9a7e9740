from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        super()._post_process()
        for order in self.filtered(lambda tx: tx.state == "done").sale_order_ids:
            self.env["omni.event"].emit("order.paid", order)
