from odoo import fields, models

from .omni_pickup import KEPT_FIELDS

KEPT_FIELDS |= {"missing_decided"}


class OmniPickup(models.Model):
    """What did not go as planned, as the customer's page says it: a part that is missing, money that goes back."""

    _inherit = "omni.pickup"

    missing_decided = fields.Json(
        readonly=True, copy=False, help="What was missing and decided upon: [[product id, quantity, decision], ...]."
    )

    def _tell_missing(self, line, quantity, decision, words):
        super()._tell_missing(line, quantity, decision, words)
        if decision:
            self.missing_decided = [*(self.missing_decided or []), [line.product_id.id, quantity, decision]]

    def _page_stamp(self):
        return f"{super()._page_stamp()}-{sum(self.line_ids.mapped('quantity_missing'))}-{self.refund_state}"

    def _page_missing(self):
        """Return a sentence for each part that is, or was, missing."""
        products = self.env["product.product"].with_context(display_default_code=False)
        rows = [(line.product_id.id, line.quantity_missing, None) for line in self.line_ids if line.quantity_missing]
        rows += self.missing_decided or []
        sentences = []
        for product_id, quantity, decision in rows:
            what = f"{products.browse(product_id).exists().display_name} × {quantity:.6g}"
            words = {
                "store": self.env._("%s: missing here, you collect it in another shop.", what),
                "replace": self.env._("%s: missing, replaced at the same price.", what),
                "refund": self.env._("%s: missing, taken off your order.", what),
            }
            asked = self.env._("%s: missing. The shop asks you what you would like instead.", what)
            sentences.append(words.get(decision, asked))
        return sentences

    def _page_refund(self):
        """Return what becomes of the money of what was not collected, or ""."""
        amount = self.refund_state and self._refund_label()
        return {
            "due": self.env._("You get %s back.", amount),
            "asked": self.env._("You get %s back.", amount),
            "done": self.env._("%s was paid back, the way you paid. Your bank may take some days to show it.", amount),
            "manual": self.env._("The shop gives you %s back, and gets in touch with you if it needs to.", amount),
        }.get(self.refund_state, "")
