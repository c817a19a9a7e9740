from odoo import models

from .omni_pickup import OPEN_STATES


class OmniPickupPage(models.AbstractModel):
    """What the customer's page of a pickup says."""

    _inherit = "omni.pickup.page"

    def _words(self, pickup):
        """Return ``(headline, next_step)``: how it stands, and what is to do now."""
        came = any(pickup.line_ids.mapped("quantity_collected"))
        words = getattr(self, f"_words_{pickup.state}", self._words_before_ready)
        return words(pickup, came)

    def _steps(self, pickup):
        """Return the steps of a pickup that goes well, in the customer's words: ``{state: words}``."""
        return {
            "to_prepare": self.env._("Reserved") if pickup.kind == "reservation" else self.env._("Received"),
            "preparing": self.env._("In preparation"),
            "ready": self.env._("Ready to collect"),
            "collected": self.env._("Order collected"),
        }

    def _state_words(self, pickup):
        """Return in a word or two how it stands."""
        ends = {"released": self.env._("No longer kept"), "cancelled": self.env._("Cancelled")}
        return (self._steps(pickup) | ends)[pickup.state]

    def _words_before_ready(self, pickup, _came):
        wait = self.env._("We'll tell you when it's ready. Please wait for that message.")
        if pickup.kind == "reservation":
            until = pickup._local(pickup.deadline)
            what = self.env._("Try it in the store: you pay only for what you keep.")
            return self.env._("Reserved for you until %s", until), f"{what} {wait}"
        if pickup.state == "preparing":
            return self.env._("We are preparing your order"), wait
        return self.env._("We have your order"), wait

    def _words_ready(self, pickup, came):
        if any(pickup.line_ids.mapped("quantity_missing")):
            what = self.env._(
                "Some items could not be found. Come with your code: the store will tell you what can be done."
            )
        elif pickup.kind == "reservation":
            what = self.env._("Come and try it: show your code, and pay only for what you keep.")
        elif pickup.amount_due:
            what = self.env._("Come with your code, and pay in the store.")
        else:
            what = self.env._("Come with your code: everything is paid.")
        if came:
            return self.env._("The rest waits for you"), what
        is_reserved = pickup.kind == "reservation"
        return self.env._("What you reserved is ready") if is_reserved else self.env._("Your order is ready"), what

    def _words_collected(self, pickup, _came):
        home = self._home(pickup)
        if pickup.order_id.omni_pickup_ids.filtered(lambda other: other.state in OPEN_STATES):
            what = self.env._("Part of your order is still to be collected in another store.")
        elif home["lines"] and home["sent"]:
            what = self.env._("The rest of your order was sent to you.")
        elif home["lines"]:
            what = self.env._("The rest of your order is delivered to your address.")
        else:
            what = self.env._("There is nothing more to do.")
        return self.env._("Thank you, enjoy your purchase"), what

    def _words_to_share(self, pickup):
        """Return what whoever collects for the customer needs to know."""
        place = pickup.warehouse_id.partner_id
        return self.env._(
            "Code %(code)s: collect order %(order)s at %(store)s, %(address)s.",
            code=pickup.delegate_code,
            order=pickup.display_name,
            store=pickup.warehouse_id._omni_name(),
            address=", ".join(filter(None, [place.street, place.city])),
        )

    def _notice(self, pickup, changed):
        """Return what was just ``changed`` by the customer, in words, or ""."""
        return {
            "shop": self.env._("You now collect in %s.", pickup.warehouse_id._omni_name()),
            "time": self.env._("Your pickup time is changed. %s", pickup._promise_words()),
        }.get(changed, "")

    def _words_released(self, pickup, came):
        headline = self.env._("Your order is cancelled")
        if came:
            headline = self.env._("What you did not collect is cancelled")
        return headline, self._words_after_end(pickup)

    def _words_cancelled(self, pickup, _came):
        return self.env._("Your order is cancelled"), self._words_after_end(pickup)

    def _words_after_end(self, pickup):
        if pickup.refund_state:
            return self.env._("You do not have to do anything.")
        if pickup._is_whole_order() and pickup.order_id._omni_amount_paid() > 0:
            return self.env._("The store refunds what you paid. Call the store if you have questions.")
        return self.env._("You have nothing to pay. If you still want it, order it again.")

    def _missing(self, pickup):
        """Return a sentence for each part that is, or was, missing."""
        products = pickup.env["product.product"].with_context(display_default_code=False)
        lines = pickup.line_ids.filtered("quantity_missing")
        rows = [(line.product_id.id, line.quantity_missing, None) for line in lines]
        rows += pickup.missing_decided or []
        sentences = []
        for product_id, quantity, decision in rows:
            what = f"{products.browse(product_id).exists().display_name} × {quantity:.6g}"
            words = {
                "bring": self.env._("%s: missing here, another store sends it to this one.", what),
                "store": self.env._("%s: missing here, you collect it in another store.", what),
                "replace": self.env._("%s: missing, replaced at the same price.", what),
                "refund": self.env._("%s: missing, removed from your order.", what),
            }
            asked = self.env._("%s: missing. The store will ask you what you would like instead.", what)
            sentences.append(words.get(decision, asked))
        return sentences

    def _refund(self, pickup):
        """Return what becomes of the money of what was not collected, or ""."""
        amount = pickup.refund_state and pickup.currency_id.format(pickup.refund_amount)
        return {
            "due": self.env._("You will be refunded %s.", amount),
            "asked": self.env._("You will be refunded %s.", amount),
            "done": self.env._(
                "%s was refunded to your original means of payment. Your bank may take a few days to show it.", amount
            ),
            "manual": self.env._("The store refunds you %s, and contacts you if needed.", amount),
        }.get(pickup.refund_state, "")
