from odoo import models


class PrivacyLookupWizard(models.TransientModel):
    _inherit = "privacy.lookup.wizard"

    def _get_query_models_blacklist(self):
        """Override: proof of consent is kept when a customer is erased; it names nobody then."""
        return [*super()._get_query_models_blacklist(), "omni.consent"]
