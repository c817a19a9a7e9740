from odoo import models


class OmniPickup(models.Model):
    """How a pickup stands, as the customer's page says it: what is to do now, what is missing, what money goes back."""

    _inherit = "omni.pickup"

    def _page_words(self):
        """Return ``(headline, next_step)`` of the customer's page: how it stands, and what is to do now."""
        came = any(self.line_ids.mapped("quantity_collected"))
        words = getattr(self, f"_page_words_{self.state}", None)
        return words(came) if words else (self.env._("We prepare your order"), self._words_before_ready())

    def _words_before_ready(self):
        if self.state == "preparing":
            return self.env._("Somebody is putting it together now. You are told when it is ready.")
        return self.env._("The shop has your order. You are told when it is ready: please do not come before.")

    def _page_words_ready(self, came):
        if any(self.line_ids.mapped("quantity_missing")):
            what = self.env._("Not all of it could be found. Come with your code: the shop tells you what can be done.")
        elif self.kind == "reservation":
            what = self.env._("Come and try it: show your code, and pay only for what you keep.")
        elif self.amount_due:
            what = self.env._("Come with your code, and pay in the shop.")
        else:
            what = self.env._("Come with your code: everything is paid.")
        if came:
            return self.env._("The rest waits for you"), what
        is_reserved = self.kind == "reservation"
        return self.env._("What you reserved is ready") if is_reserved else self.env._("Your order is ready"), what

    def _page_words_collected(self, _came):
        return self.env._("Thank you, enjoy your purchase"), self.env._("There is nothing more to do.")

    def _page_words_released(self, came):
        headline = self.env._("Your order went back to the shop")
        if came:
            headline = self.env._("What you did not collect went back to the shop")
        return headline, self._words_after_end()

    def _page_words_cancelled(self, _came):
        return self.env._("Your order is cancelled"), self._words_after_end()

    def _words_after_end(self):
        if self.refund_state:
            return self.env._("There is nothing to do for you.")
        if self._is_whole_order() and self.order_id._omni_amount_paid() > 0:
            return self.env._("The shop gives back what you paid. Call it if you have questions.")
        return self.env._("You have nothing to pay. If you still want it, order it again.")

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
