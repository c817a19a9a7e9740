"""What a seller does at a till: opens it, rings up, takes goods back, counts the cash and closes."""

from uuid import UUID

FLOAT = 150  # euros of change in the drawer
CARD_SHARE = 0.78


class Till:
    """One till; ``config`` a ``pos.config`` whose seller is the one who lives in the shop's city."""

    def __init__(self, env, random, config):
        self.env, self.random, self.config = env, random, config
        self.shop = config.picking_type_id.warehouse_id
        sellers = env["res.users"].search(
            [("group_ids", "in", env.ref("point_of_sale.group_pos_user").ids), ("city", "=", self.shop.partner_id.city)]
        )
        self.seller = sellers[:1] or env.ref("base.user_admin")
        cash = config.payment_method_ids.filtered("is_cash_count")
        self.cash = cash[:1]
        self.card = (config.payment_method_ids.filtered(lambda method: method.type == "bank") or cash)[:1]
        self.tax = env.company.account_sale_tax_id
        # Of the tickets written so far: name by id, way to pay by id, line by (id, article)
        self.names, self.paid_by, self.line_ids = {}, {}, {}

    @property
    def session(self):
        return self.config.current_session_id

    def open(self):
        """Open the till in the name of its seller."""
        self.config.with_user(self.seller).open_ui()
        self.session.with_user(self.seller).set_opening_control(FLOAT, "")

    def close(self):
        """Count the cash, exactly what it should be, and close."""
        session = self.session
        session.post_closing_cash_details(session.cash_register_balance_end)
        session.action_pos_session_closing_control()

    def on_shelf(self, purchase):
        """Return what of a purchase a customer finds on the shop's shelves now, or None: nothing."""
        products = self.env["product.product"].browse(item.article.id for item in purchase.items)
        here = products.with_context(warehouse_id=self.shop.id)
        left = dict(zip(products.ids, here.mapped("qty_available"), strict=True))
        items = [item for item in purchase.items if left[item.article.id] >= item.quantity]
        return purchase._replace(items=items) if items else None

    def ring_up(self, purchase):
        """Ring up a purchase as the till itself sends it; return its ``pos.order``."""
        return self._send(
            self.method(),
            purchase.moment,
            purchase.total,
            purchase.untaxed,
            [self._line(item) for item in purchase.items],
            partner_id=purchase.customer.partner.id if purchase.customer else False,
        )

    def take_back(self, order, moment):
        """Take the goods of a ticket back and return the money, as the till sends it: quantities below 0, the lines'
        prices above. Return the ``pos.order`` that says so.
        """
        lines = [
            {
                "uuid": self.uuid(),
                "product_id": line.product_id.id,
                "full_product_name": line.full_product_name,
                "qty": -line.qty,
                "price_unit": line.price_unit,
                "discount": line.discount,
                "price_subtotal": line.price_subtotal,
                "price_subtotal_incl": line.price_subtotal_incl,
                "tax_ids": [(6, 0, line.tax_ids.ids)],
                "refunded_orderline_id": line.id,
            }
            for line in order.lines
        ]
        return self._send(
            order.payment_ids.payment_method_id[:1],
            moment,
            -order.amount_total,
            order.amount_tax - order.amount_total,
            lines,
            partner_id=order.partner_id.id,
            is_refund=True,
        )

    def _send(self, method, moment, total, untaxed, lines, **values):
        order = {
            "access_token": self.uuid(),
            "uuid": self.uuid(),
            "date_order": str(moment),
            "session_id": self.session.id,
            "company_id": self.config.company_id.id,
            "user_id": self.seller.id,
            "amount_total": total,
            "amount_tax": round(total - untaxed, 2),
            "amount_paid": total,
            "amount_return": 0,
            "lines": [(0, 0, line) for line in lines],
            "payment_ids": [(0, 0, {"amount": total, "payment_method_id": method.id, "name": str(moment)})],
            **values,
        }
        synced = self.env["pos.order"].with_user(self.seller).sync_from_ui([order])["pos.order"]
        return self.env["pos.order"].browse(next(row["id"] for row in synced if row["uuid"] == order["uuid"]))

    def method(self):
        """Return a way to pay: mostly by card."""
        return self.card if self.random.random() < CARD_SHARE else self.cash

    def uuid(self):
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def _line(self, item):
        return {
            "uuid": self.uuid(),
            "product_id": item.article.id,
            "full_product_name": item.article.name,
            "qty": item.quantity,
            "price_unit": item.article.price,
            "discount": item.discount,
            "price_subtotal": item.untaxed,
            "price_subtotal_incl": item.total,
            "tax_ids": [(6, 0, self.tax.ids)],
        }
