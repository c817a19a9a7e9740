from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.omni_base.tests.common import MainCompany, pay_online
from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon


class TillCommon(MainCompany, TestPointOfSaleHttpCommon):
    """A shop with its till and a seller who has no right but that of a till, a second shop, and web customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.shop = cls.env["stock.warehouse"].create({"name": "Lyon Bellecour", "code": "LYB"})
        cls.other_shop = cls.env["stock.warehouse"].create({"name": "Lille Centre", "code": "LIC"})
        cls.till = cls.main_pos_config
        cls.till.write({"name": "Lyon till", "picking_type_id": cls.shop.pos_type_id.id, "warehouse_id": cls.shop.id})
        cls.seller = new_test_user(
            cls.env,
            "omni_seller",
            groups="base.group_user,point_of_sale.group_pos_user",
            name="Sam Seller",
            company_id=cls.env.company.id,
            company_ids=[Command.set(cls.env.company.ids)],
        )
        cls.stranger = new_test_user(cls.env, "omni_stranger", groups="base.group_user")
        cls.website = cls.env["website"].search([("company_id", "=", cls.env.company.id)], limit=1) or cls.env[
            "website"
        ].create({"name": "Web shop", "company_id": cls.env.company.id})
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Wanda Webb",
                "email": "wanda.webb@example.com",
                "phone": "+33 6 12 34 56 78",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.lamp = cls._make_product("Brass lamp", 40.0)
        cls.vase = cls._make_product("Blue vase", 25.0)
        for product in cls.lamp + cls.vase:
            cls._stock(product, cls.shop, 10)
        cls.till_as_seller = cls.till.with_user(cls.seller)

    @classmethod
    def _make_product(cls, name, price, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "list_price": price,
                "is_storable": True,
                "available_in_pos": True,
                "website_published": True,
                "taxes_id": False,
                **values,
            }
        )

    @classmethod
    def _stock(cls, product, warehouse, quantity):
        cls.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, quantity)

    @classmethod
    def _order(cls, lines=None, warehouse=None, paid=0.0, confirm=True, **values):
        """A web order of ``{product: quantity}``, confirmed, ``paid`` online: True for all of it, or an amount."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "website_id": cls.website.id,
                "warehouse_id": (warehouse or cls.shop).id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in (lines or {cls.lamp: 1}).items()
                ],
                **values,
            }
        )
        order.warehouse_id = warehouse or cls.shop
        if confirm:
            order.action_confirm()
        if paid:
            cls._pay_online(order, order.amount_total if paid is True else paid)
        return order

    @classmethod
    def _pay_online(cls, order, amount):
        method = cls.env.ref("payment.payment_method_unknown")
        provider = cls.env["payment.provider"].create(
            {"name": "Test", "code": "none", "company_id": order.company_id.id}
        )
        pay_online(order, amount, provider, method)

    def _names(self, query="", till=None):
        return [row["name"] for row in (till or self.till_as_seller).omni_web_orders(query)["orders"]]
