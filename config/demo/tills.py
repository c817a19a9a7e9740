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

    def ring_up(self, purchase):
        """Ring up a purchase as the till itself sends it; return its ``pos.order``."""
        method = self.method()
        order = {
            "access_token": self.uuid(),
            "uuid": self.uuid(),
            "date_order": str(purchase.moment),
            "session_id": self.session.id,
            "company_id": self.config.company_id.id,
            "user_id": self.seller.id,
            "partner_id": purchase.customer.partner.id if purchase.customer else False,
            "amount_total": purchase.total,
            "amount_tax": round(purchase.total - purchase.untaxed, 2),
            "amount_paid": purchase.total,
            "amount_return": 0,
            "lines": [(0, 0, self._line(item)) for item in purchase.items],
            "payment_ids": [
                (0, 0, {"amount": purchase.total, "payment_method_id": method.id, "name": str(purchase.moment)})
            ],
        }
        synced = self.env["pos.order"].with_user(self.seller).sync_from_ui([order])
        return self.env["pos.order"].browse(synced["pos.order"][0]["id"])

    def take_back(self, order):
        """Take the goods of a ticket back and return the money; return the ``pos.order`` that says so."""
        refund = order._refund()
        refund.add_payment(
            {
                "pos_order_id": refund.id,
                "amount": refund.amount_total,
                "payment_method_id": order.payment_ids.payment_method_id[:1].id,
            }
        )
        refund._process_saved_order(False)
        return refund

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
