from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_list

from odoo.addons.omni_base.tools import inputs, outputs

from .omni_pickup import OPEN_STATES

DECISIONS = ("bring", "store", "replace", "refund")
MOST_PROPOSED = 12  # stores, and products


class OmniPickup(models.Model):
    """What is not there when a pickup is prepared, and what becomes of it."""

    _inherit = "omni.pickup"

    missing_decided = fields.Json(
        readonly=True, copy=False, help="What was missing and decided upon: [[product id, quantity, decision], ...]."
    )

    def action_missing(self, line_id, quantity, reason):
        """Take what is not there out of the pickup and of the order's delivery; what becomes of it is decided after.

        The stock is left as it is: who keeps what it promises hears the event ``pickup.missing``, and corrects it.

        :param float quantity: how much is missing, in the product's unit of measure
        :param str reason: ``not_found``, ``damaged`` or ``other``
        :raises UserError: the pickup is over, or somebody else changes it right now
        :raises ValidationError: the quantity or the reason is malformed
        """
        inputs.called_on_one(self)
        pickup = self._lock()
        pickup._check_not_over()
        line = pickup._line(line_id)
        reasons = dict(line._fields["missing_reason"]._description_selection(self.env))
        reason = inputs.choice(self.env, reason, reasons, self.env._("Choose why it is missing."))
        quantity = line._checked_quantity(quantity, line.quantity - line.quantity_collected)
        if not quantity:
            raise ValidationError(self.env._("Enter how many are missing."))
        places = line._take_out(quantity)
        line.quantity_missing += quantity
        line.missing_reason = reason
        pickup._log_and_notify(f"{line._in_words(quantity)}: {reasons[reason]}")
        pickup._emit(
            "pickup.missing",
            {
                "line_id": line.id,
                "order_id": pickup.order_id.id,
                "product_id": line.product_id.id,
                "warehouse_id": pickup.warehouse_id.id,
                "quantity": quantity,
                "reason": reason,
                "places": places,
            },
        )
        return True

    def action_decide(self, line_id, decision, store_id=None, product_id=None):
        """Decide what becomes of all that is missing of one line, and tell the customer.

        :param str decision: ``bring``: other stores transfer it to this one; ``store``: another store gives it
            (``store_id``), in a pickup of its own; ``replace``: another product at the same price (``product_id``);
            ``refund``: it is taken off the order, and paid back
        :raises UserError: nothing is missing, or what was chosen is not there any more
        """
        inputs.called_on_one(self)
        pickup = self._lock()
        line = pickup._line(line_id)
        quantity = line.quantity_missing
        if pickup.state not in (*OPEN_STATES, "collected") or not quantity:
            raise UserError(self.env._("Nothing of this line is missing any more."))
        if decision not in DECISIONS or not line.sale_line_id:
            raise ValidationError(self.env._("Choose a transfer, another store, a replacement or a refund."))
        options = line._missing_options()
        with pickup.order_id._omni_followed(tell=False) as order:
            line = line.with_env(order.env)
            decided = line._decide(decision, options, store_id, product_id)
        pickup._log_and_notify(pickup._decided_words(line, quantity, **decided))
        pickup._tell_missing(line, quantity, decision, **decided)
        return True

    # -- what is decided ---------------------------------------------------------------------------------------------

    def _tell_missing(self, line, quantity, decision, **decided):
        """Tell the customer that a part is missing, and what becomes of it.

        :param line: ``omni.pickup.line`` that it is missing of
        :param float quantity: in the product's unit of measure
        :param decision: one of :data:`DECISIONS`, or None: still to be decided when the rest is ready
        :param decided: see :meth:`_decided_words`
        """
        self._tell(
            "part_missing",
            f"{line.id}, step {max(self.step_ids.ids)}",
            lambda pickup: pickup._decided_words(line, quantity, **decided),
        )
        if decision:
            self.missing_decided = [*(self.missing_decided or []), [line.product_id.id, quantity, decision]]

    def _refunded(self, amount):
        """Pay back ``amount``; return how much is refunded, and how much is to be refunded by hand."""
        before = self.refund_due
        by_hand = self._pay_back(amount)
        return self.refund_due - before, by_hand

    def _decided_words(self, line, quantity, givers=None, store=None, product=None, refunded=None):
        """Return what is missing and what was decided, in the language of the context.

        :param givers: the stores that transfer it to this one
        :param store: where it is collected instead
        :param product: what replaces it
        :param refunded: see :meth:`_refunded`
        """
        what = line.with_env(self.env)._in_words(quantity)
        if givers:
            return self.env._(
                "%(what)s: transferred from %(stores)s, ready %(moment)s",
                what=what,
                stores=format_list(self.env, givers.mapped("name")),
                moment=self._local(self.promised_at),
            )
        if store:
            return self.env._("%(what)s: to collect at %(store)s", what=what, store=store.name)
        if product:
            name = product.with_env(self.env).with_context(display_default_code=False).display_name
            return self.env._("%(what)s: replaced by %(product)s", what=what, product=name)
        if refunded is None:
            return what
        words = [self.env._("%s: removed from the order", what)]
        by_itself, by_hand = refunded
        if by_itself:
            words.append(self.env._("is refunded: %s", self.currency_id.format(by_itself)))
        if by_hand:
            words.append(self.env._("to refund: %s", self.currency_id.format(by_hand)))
        return ", ".join(words)


class OmniPickupLine(models.Model):
    _inherit = "omni.pickup.line"

    def _decide(self, decision, options, store_id, product_id):
        """Do what was decided on all that is missing of this line; return it as ``_decided_words`` takes it."""
        quantity = self.quantity_missing
        if decision == "bring":
            return {"givers": self._bring_missing()}
        if decision == "store":
            store_id = inputs.record_id(self.env, store_id)
            if store_id not in [store["id"] for store in options["stores"]]:
                raise UserError(self.env._("This store no longer has it. Choose again."))
            store = self.env["stock.warehouse"].sudo().browse(store_id)
            self._forget_missing()
            self._order_again(quantity, store=store)  # in a pickup of its own
            return {"store": store}
        if decision == "replace":
            product_id = inputs.record_id(self.env, product_id)
            if product_id not in [product["id"] for product in options["products"]]:
                raise UserError(self.env._("This product is no longer available. Choose again."))
            product = self.env["product.product"].sudo().browse(product_id)
            self._forget_missing()
            store = self.warehouse_id - self.sale_line_id.order_id.warehouse_id  # a part in another store stays there
            self._order_again(quantity, product=product, store=store)
            return {"product": product}
        return {"refunded": self.pickup_id._refunded(self._forget_missing())}

    def _missing_options(self):
        """Return what can become of what is missing of this line, with one reading of the stock.

        :return: see :meth:`omni.pickup.desk.missing_options`
        """
        pickup, quantity = self.pickup_id, self.quantity_missing
        stores, products = self._other_stores(), self._replacements()
        channel = pickup.order_id.omni_channel_id
        available = self.env["omni.availability"].available(
            (self.product_id | products).ids, (stores | pickup.warehouse_id).ids, channel
        )
        there = {store: available[self.product_id.id, store.id] for store in stores}
        here = {product: available[product.id, pickup.warehouse_id.id] for product in products}

        def is_more(available):
            return self.product_id.uom_id.compare(max(quantity - available, 0.0), 0) > 0

        sale_line = self.sale_line_id
        missing = self.product_id.uom_id._compute_quantity(quantity, sale_line.product_uom_id, round=False)
        legs = self._legs_to_bring()
        store = pickup.warehouse_id
        return {
            "bring": {
                "stores": format_list(self.env, store.browse([leg["warehouse_id"] for leg in legs]).mapped("name")),
                "ready": store._omni_when(store._omni_brought_at(legs)),
            }
            if legs
            else False,
            "stores": [
                {"id": store.id, "name": store.name, "available": outputs.with_end(there[store])}
                for store in sorted(stores, key=lambda store: (-there[store], store.name))
                if not is_more(there[store])
            ][:MOST_PROPOSED],
            "products": [
                {
                    "id": product.id,
                    "name": product.display_name,
                    "image": f"/web/image/product.product/{product.id}/image_128",
                }
                for product in products
                if not is_more(here[product])
            ][:MOST_PROPOSED],
            "refund": pickup.currency_id.format(sale_line.price_reduce_taxinc * missing),
        }

    # -- brought here ------------------------------------------------------------------------------------------------

    def _legs_to_bring(self):
        """Return the legs by which other stores bring all that is missing of this line, as routing plans them; none:
        they do not.
        """
        pickup = self.pickup_id
        legs = self.env["omni.routing"].plan(
            [(self.product_id.id, self.quantity_missing)], None, pickup.order_id.omni_channel_id, pickup.warehouse_id
        )
        is_brought = all(leg["mode"] == "transfer" and leg["warehouse_id"] for leg in legs)
        return legs if is_brought else []

    def _bring_missing(self):
        """Let other stores transfer what is missing to this one; the customer comes when it is there.

        :return: ``stock.warehouse``: the stores that do
        :raises UserError: they have it no more
        """
        pickup, legs, availability = self.pickup_id, self._legs_to_bring(), self.env["omni.availability"]
        if not legs:
            raise UserError(self.env._("No other store can transfer it any more. Choose again."))
        order, store = pickup.order_id, pickup.warehouse_id
        ready_at = store._omni_brought_at(legs)
        demand = [(product, leg["warehouse_id"], quantity) for leg in legs for product, quantity in leg["lines"]]
        availability.hold(order, demand, order.omni_channel_id)
        if ready_at > pickup.promised_at:
            if pickup.slot_id and pickup.slot_id.start < ready_at:
                order.omni_slot_id -= pickup.slot_id
                pickup._leave_slot()
            pickup.write({"promised_at": ready_at} | order._omni_keeping(ready_at, store))
        quantity = self.quantity_missing
        self._forget_missing()
        line = self._order_again(quantity, store=store, procure=False)
        for _product, giver_id, brought in demand:
            line._omni_bring(store.browse(giver_id), store, brought, partner_id=store.partner_id.id)
        availability.commit(order)
        return store.browse([leg["warehouse_id"] for leg in legs])

    def _other_stores(self):
        """Return the stores where the customer could collect what is missing here."""
        pickup = self.pickup_id
        stores = pickup.warehouse_id._omni_collect_stores()._omni_serving("collect")
        stores = stores.filtered(lambda store: store.company_id == pickup.company_id)
        served = pickup.order_id.omni_pickup_ids.filtered(
            lambda pickup: pickup.state not in ("to_prepare", "preparing")
        )
        return stores - pickup.warehouse_id - served.warehouse_id

    def _replacements(self):
        """Return the other variants, and what the shop proposes instead, in the same unit of measure."""
        template = self.product_id.product_tmpl_id
        products = template.product_variant_ids | template.alternative_product_ids.product_variant_ids
        return (products - self.product_id).filtered(
            lambda product: (
                product.sale_ok
                and product.type == "consu"
                and product.uom_id == self.product_id.uom_id
                and (not product.company_id or product.company_id == self.company_id)
            )
        )
