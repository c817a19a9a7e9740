from odoo import api, models

from odoo.addons.payment import utils as payment_utils


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    @api.model
    def _get_compatible_providers(self, company_id, *args, sale_order_id=None, report=None, **kwargs):
        """Override of `payment`: what is sent home is paid before it leaves, so the whole order is."""
        providers = super()._get_compatible_providers(
            company_id, *args, sale_order_id=sale_order_id, report=report, **kwargs
        )
        on_site = providers.filtered(lambda provider: provider.custom_mode == "on_site")
        if on_site and self.env["sale.order"].browse(sale_order_id).exists()._omni_home_lines():
            providers -= on_site
            payment_utils.add_to_report(
                report, on_site, available=False, reason=self.env._("part of the order is delivered")
            )
        return providers
