from odoo import models

from odoo.addons.omni_base.tools.quantities import add_up


class SaleOrder(models.Model):
    """An order of which a store refuses a leg: it is served from elsewhere, and who must know is told."""

    _inherit = "sale.order"

    def _omni_move_on(self, wanted, refusal, promised_before, left_over):
        """Serve from elsewhere what a store refused, and tell who must know.

        :param wanted: ``{line: quantity}`` that is no longer served
        :param refusal: the ``omni.routing.refusal``
        :param promised_before: until when the customer was promised it, or False
        :param left_over: ``{product: quantity}`` that is no longer served and cannot be planned
        :return: the new legs
        """
        self.ensure_one()
        demand = add_up((line.product_id.id, quantity) for line, quantity in wanted.items())
        legs = []
        if demand:
            refused = self.env["omni.routing.refusal"]._stores_not_asked(self)
            legs = self._omni_route(list(demand.items()), "refused", refused=refused.ids)
            self._omni_deliver(legs, wanted)
            self._omni_contract().commit(self)
        missing = [row for leg in legs if not leg["warehouse_id"] for row in leg["lines"]]
        promised = max((leg["promised_at"] for leg in legs if leg["warehouse_id"]), default=False)
        store, _address = self.env["sale.order.line"].union(*wanted)._omni_goes_to()
        # Minutes are no news: what is told and counted is another day, as in _omni_come_later.
        day_of = (store or self.warehouse_id)._omni_day_of
        late = bool(promised and promised_before and day_of(promised) > day_of(promised_before))
        refusal.outcome = "lost" if missing or left_over else "late" if late else "kept"
        self._omni_tell_staff(refusal, legs, missing)
        if left_over:
            self._omni_ask_for_left_over(refusal, left_over)
        if promised:
            self._omni_come_later(promised, promised_before, store)
        self.env["omni.event"].emit(
            "leg.refused",
            self,
            values={
                "warehouse_id": refusal.warehouse_id.id,
                "reason": refusal.reason,
                "legs": legs,
                "promised_at": promised,
                "late": late,
                "missing": missing,
            },
        )
        return legs

    def _omni_tell_staff(self, refusal, legs, missing):
        stores = self.env["stock.warehouse"].browse(leg["warehouse_id"] for leg in legs if leg["warehouse_id"])
        reason = dict(refusal._fields["reason"]._description_selection(self.env))[refusal.reason]
        words = self.env._("%(store)s rejected it: %(reason)s.", store=refusal.warehouse_id.name, reason=reason)
        if stores:
            words += " " + self.env._("It now leaves from %s.", ", ".join(stores.mapped("name")))
        if missing:
            goods = self.env["omni.routing.decision"]._goods_words(missing)
            words += " " + self.env._("No other store has %s: please offer the customer something else.", goods)
            self.env["omni.task"]._ask(
                "unavailable",
                self,
                self.env._("No longer available: %s", goods),
                words,
                user=self.user_id or self.env.user,
                key=f"{refusal._name},{refusal.id}",
            )
        self.message_post(body=words)

    def _omni_ask_for_left_over(self, refusal, left_over):
        """Have a person see to what is not planned anew: routing plans whole lines, and whole kits.

        :param left_over: ``{product: quantity}``
        """
        rows = [(product.id, quantity) for product, quantity in left_over.items()]
        goods = self.env["omni.routing.decision"]._goods_words(rows)
        self.env["omni.task"]._ask(
            "left_over",
            self,
            self.env._("Left to deliver: %s", goods),
            self.env._(
                "%(store)s rejected them, and they are not planned anew: parts of a kit whose rest was delivered "
                "already or leaves separately, or goods that somebody added to the transfer. Create a delivery of "
                "%(goods)s from another store, or offer the customer something else.",
                store=refusal.warehouse_id.name,
                goods=goods,
            ),
            user=self.user_id or self.env.user,
            key=f"{refusal._name},{refusal.id}",
        )
