"""Web and phone orders as Odoo makes them: placed, confirmed, paid, shipped."""

import json

FREE_FROM = 60  # euros


class Orders:
    """Makes orders by Odoo's own methods, at the moment that the clock shows."""

    def __init__(self, env):
        self.env = env
        self.website = env["website"].search([], order="id", limit=1)
        carriers = env["delivery.carrier"].search([("is_published", "=", True)], order="sequence, id")
        self.home, *others = carriers.filtered(lambda carrier: carrier.delivery_type == "fixed")
        self.express = others[0] if others else self.home
        self.in_store = carriers.filtered(lambda carrier: carrier.delivery_type not in ("fixed", "base_on_rule"))[:1]
        self.transfer = env["payment.provider"].search(
            [("code", "=", "custom"), ("custom_mode", "=", "wire_transfer")], limit=1
        )
        self.on_site = env["payment.provider"].search(
            [("code", "=", "custom"), ("custom_mode", "=", "on_site")], limit=1
        )
        self.salesman = env.ref("omni_base.demo_user_manager", raise_if_not_found=False) or env.ref("base.user_admin")

    def in_stock(self, purchase):
        """Return what of a purchase its shop can still sell, or None: nothing. What is shipped, the warehouse has."""
        if not purchase.shop:
            return purchase
        products = [item.article.id for item in purchase.items]
        channel = self.website.omni_channel_id
        left = self.env["omni.availability"].available(products, purchase.shop.ids, channel)
        items = [item for item in purchase.items if left[item.article.id, purchase.shop.id] >= item.quantity]
        return purchase._replace(items=items) if items else None

    def draft(self, purchase, carrier):
        """Return the basket of a purchase; ``carrier`` empty: nothing to ship yet."""
        partner = purchase.customer.partner
        values = {
            "partner_id": partner.id,
            "date_order": purchase.moment,
            "order_line": [
                (
                    0,
                    0,
                    {
                        "product_id": item.article.id,
                        "product_uom_qty": item.quantity,
                        **({"discount": item.discount} if item.discount else {}),
                    },
                )
                for item in purchase.items
            ],
        }
        if purchase.channel == "web":
            values |= {"website_id": self.website.id, "user_id": self.website.salesperson_id.id}
        else:
            values["user_id"] = self.salesman.id
        order = self.env["sale.order"].create(values)
        if carrier:
            self._ship_by(order, carrier, purchase)
        return order

    def fee(self, purchase, carrier):
        """Return what a carrier costs, in euros with VAT."""
        if carrier == self.home and purchase.total >= FREE_FROM:
            return 0.0
        return carrier.fixed_price if carrier.delivery_type == "fixed" else 0.0

    def pay(self, order, provider=None, state="done", booked=True):
        """Pay an order, or begin to (``state``: pending). Unless ``booked``, no more is written than that it is paid."""
        provider = provider or self.transfer
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id,
                "reference": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [(6, 0, order.ids)],
            }
        )
        if state == "pending":
            transaction._set_pending()
        elif not booked:
            transaction._set_done()
            transaction.is_post_processed = True
            self.env["omni.event"].emit("order.paid", order)
        else:
            transaction.payment_id = self._bank_payment(transaction)
            transaction._set_done()
            transaction._post_process()
        return transaction

    def _bank_payment(self, transaction):
        """Book money that came in on the bank account: whoever is paid by transfer does that."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": transaction.partner_id.id,
                "amount": transaction.amount,
                "journal_id": transaction.provider_id.journal_id.id,
                "memo": transaction.reference,
                "payment_transaction_id": transaction.id,
            }
        )
        payment.action_post()
        return payment

    def take_back(self, picking):
        """Receive all of a parcel back."""
        context = {"active_model": picking._name, "active_id": picking.id, "active_ids": picking.ids}
        wizard = self.env["stock.return.picking"].with_context(**context).create({})
        action = wizard.action_create_returns_all()
        self.ship(self.env["stock.picking"].browse(action["res_id"]))

    def ship(self, pickings):
        """Send parcels off, or hand goods over."""
        pickings = pickings.with_user(self.salesman)
        for move in pickings.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        pickings._action_done()

    def _ship_by(self, order, carrier, purchase):
        order.set_delivery_line(carrier, self.fee(purchase, carrier))
        if carrier == self.in_store and purchase.shop:
            order._set_pickup_location(json.dumps(purchase.shop._prepare_pickup_location_data()))
