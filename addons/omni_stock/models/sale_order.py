from odoo import api, models
from odoo.tools import format_list

from odoo.addons.omni_base.exceptions import OutOfStock
from odoo.addons.omni_base.models.sale_order import REPORT_ONLY
from odoo.addons.omni_base.tools import inputs


class SaleOrder(models.Model):
    """How an order is confirmed that asks for more than is available, and what ends when it is cancelled or deleted."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        # Who brings in an order as confirmed already (an import, another system) reports a sale, and asks for none.
        if any(vals.get("state") == "sale" for vals in vals_list):
            reported = self.with_context(omni_report_only=REPORT_ONLY)
            return super(SaleOrder, reported).create(vals_list).with_env(self.env)
        return super().create(vals_list)

    def action_confirm(self):
        try:
            return super().action_confirm()
        except OutOfStock as error:
            if len(self) == 1:
                # The form offers the ways out, see `confirm/out_of_stock_handler.js`; any other caller reads the error.
                error.context |= {"omni_order": self.id}
            raise

    def action_omni_ask(self):
        """Open what can be done about a quotation that asks for more than can be promised."""
        inputs.called_on_one(self).check_access("write")
        return self.env["omni.confirm"]._open(self)

    def _omni_baskets(self):
        return self.filtered(lambda order: order.state in ("draft", "sent"))

    def _omni_shortages(self):
        """Return ``{line: missing}`` for which confirming this quotation would be refused; nothing is held."""
        wanted = self._omni_baskets()._omni_wanted()
        if wanted and all(line._omni_is_routed() for line in wanted):
            return self._omni_allocate_legs(self._omni_legs_of(wanted), wanted)[1]
        return self.order_line._omni_blocking_shortages(self._omni_allocate(wanted)[1])

    def _omni_shortage_words(self, missing):
        """Return for the staff which products are missing, and how much of each."""
        words = [
            self.env._("%(missing)g of %(product)s", missing=quantity, product=line.product_id.display_name)
            for line, quantity in missing.items()
        ]
        return format_list(self.env, words)

    def _action_cancel(self):
        result = super()._action_cancel()
        self._omni_release()
        return result

    def unlink(self):
        self._omni_release()
        return super().unlink()
