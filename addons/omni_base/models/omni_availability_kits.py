from math import ceil

from odoo import models

from .omni_availability import PRECISION


class OmniAvailability(models.AbstractModel):
    """Kits: there are as many as their scarcest part allows."""

    _inherit = "omni.availability"

    def _kits(self, product_ids):
        """Return those of these products that are kits."""
        products = self.env["product.product"]
        return self._products(product_ids)._omni_kits() if products._omni_knows_kits() else products

    def _products(self, product_ids):
        # sudo: what a kit is made of is no secret to who may ask for it
        return self.env["product.product"].sudo().browse(product_ids)

    def _withheld(self, kits, channel):
        """Return those of these kits that are not available at all. Default: none."""
        return kits.browse()

    def _hold_kits(self, model, res_id, asked, channel, ttl):
        """As :meth:`_hold`, of kits, which are kept as their parts, too."""
        kits = self._kits({product for product, _warehouse in asked})
        if not kits:
            return self._hold(model, res_id, asked, channel, ttl)
        if withheld := self._withheld(kits, channel).ids:
            return {pair: quantity for pair, quantity in asked.items() if pair[0] in withheld}
        return self._short_of_kits(asked, self._hold(model, res_id, kits._omni_in_parts(asked), channel, ttl))

    def _short_of_kits(self, asked, short):
        """Return what is missing of ``asked`` when ``short`` is missing of its parts, both ``{(product_id,
        warehouse_id): quantity}``: whole kits; of two that want the same part the one with the greater id."""
        missing, short = {}, dict(short)
        for (product, warehouse), quantity in reversed(asked.items()):
            parts = self._products(product)._omni_made_of()
            lacking = max(short.get((part, warehouse), 0.0) / each for part, each in parts)
            if lacking > PRECISION:
                whole = ceil(lacking - PRECISION) if parts[0][0] != product else lacking
                missing[product, warehouse] = min(quantity, whole)
                for part, each in parts:
                    short[part, warehouse] = short.get((part, warehouse), 0.0) - missing[product, warehouse] * each
        return dict(reversed(missing.items()))
