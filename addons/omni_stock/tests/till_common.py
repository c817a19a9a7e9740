from uuid import uuid4

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.omni_base.tests.common import MainCompany
from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

from .common import end_of_transaction


class TillCommon(MainCompany, TestPointOfSaleHttpCommon):
    """A shop with its till and five lamps, a warehouse with forty, and sellers with a till's rights and with more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for group in ("sales_team.group_sale_manager", "stock.group_stock_manager", "omni_base.group_manager"):
            cls.env.user.group_ids += cls.env.ref(group)
        cls.shop, cls.central = cls.env["stock.warehouse"].create(
            [{"name": "Lyon Bellecour", "code": "LYB"}, {"name": "Central", "code": "OMC"}]
        )
        cls.till = cls.main_pos_config
        cls.till.write({"name": "Lyon till", "picking_type_id": cls.shop.pos_type_id.id, "warehouse_id": cls.shop.id})
        cls.seller = cls._user("till_seller", "base.group_user,point_of_sale.group_pos_user")
        cls.clerk = cls._user("till_clerk", "point_of_sale.group_pos_user,omni_base.group_user")
        cls.stranger = cls._user("till_stranger", "base.group_user")
        cls.anna = cls.env["res.partner"].create({"name": "Anna Martin", "email": "anna@example.com"})
        cls.lamp, cls.vase, cls.advice = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "list_price": 40,
                    "type": "service" if name == "Advice" else "consu",
                    "is_storable": name != "Advice",
                    "allow_out_of_stock_order": False,
                    "available_in_pos": True,
                    "taxes_id": False,
                }
                for name in ("Brass lamp", "Blue vase", "Advice")
            ]
        )
        cls.receive(cls.lamp, 5)
        cls.receive(cls.vase, 2)
        cls.receive(cls.lamp, 40, cls.central)
        cls.env.flush_all()
        cls.env.cr.execute("SELECT omni_promise.settle()")
        cls.availability = cls.env["omni.availability"]

    @classmethod
    def _user(cls, login, groups):
        company = cls.env.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def receive(cls, product, quantity, store=None):
        cls.env["stock.quant"]._update_available_quantity(product, (store or cls.shop).lot_stock_id, quantity)

    def left(self, product=None):
        product = product or self.lamp
        return self.availability.available(product.ids, self.shop.ids)[product.id, self.shop.id]

    def basket(self, quantity, product=None, partner=None):
        product = product or self.lamp
        basket = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.anna).id,
                "warehouse_id": self.shop.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": quantity})],
            }
        )
        basket.warehouse_id = self.shop
        return basket

    def keep(self, quantity, product=None, partner=None):
        basket = self.basket(quantity, product, partner)
        self.availability.hold(basket, [((product or self.lamp).id, self.shop.id, quantity)])
        return basket

    def open_till(self):
        self.till.with_user(self.seller).open_ui()
        session = self.till.current_session_id
        session.set_opening_control(0, None)
        return session

    def ticket(self, lines, paid=False, uuid=None, **values):
        """What a till sends of a ticket of ``[(product, quantity)]``."""
        total = sum(product.list_price * quantity for product, quantity in lines)
        payment = {"amount": total, "payment_method_id": self.bank_payment_method.id, "uuid": str(uuid4())}
        return {
            "uuid": uuid or str(uuid4()),
            "access_token": "",
            "state": "paid" if paid else "draft",
            "session_id": self.till.current_session_id.id,
            "company_id": self.till.company_id.id,
            "pricelist_id": self.till.pricelist_id.id,
            "user_id": self.seller.id,
            "partner_id": False,
            "amount_total": total,
            "amount_paid": total if paid else 0,
            "amount_tax": 0,
            "amount_return": 0,
            "to_invoice": False,
            "payment_ids": [Command.create(payment)] if paid else [],
            "lines": [
                Command.create(
                    {
                        "product_id": product.id,
                        "qty": quantity,
                        "price_unit": product.list_price,
                        "price_subtotal": product.list_price * quantity,
                        "price_subtotal_incl": product.list_price * quantity,
                        "tax_ids": [],
                        "uuid": str(uuid4()),
                    }
                )
                for product, quantity in lines
            ],
            **values,
        }

    def sync(self, ticket, user=None):
        orders = self.env["pos.order"].with_user(user or self.seller)
        order = self.env["pos.order"].browse(orders.sync_from_ui([ticket])["pos.order"][0]["id"])
        end_of_transaction(self.env)
        return order
