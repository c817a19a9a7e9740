from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

from odoo.addons.omni_base.tests.common import pay_online


class ClickCollectCommon(TransactionCase):
    """Two shops that offer collection, a product in both, a customer, a seller and who works at the desks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        cls.company = cls.env.company
        cls.lyon = cls._make_shop("Lyon Bellecour", "LYB", "69002")
        cls.lille = cls._make_shop("Lille Centre", "LIC", "59000")
        cls.website = cls.env["website"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.env["delivery.carrier"].search([]).is_published = False
        product = cls.env["product.product"].create({"name": "Collect", "type": "service", "list_price": 0})
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Collect in store", "delivery_type": "in_store", "product_id": product.id}
        )
        cls.carrier.write({"warehouse_ids": [Command.set((cls.lyon + cls.lille).ids)], "is_published": True})
        cls.scarf = cls._make_product("Silk scarf", 50.0)
        cls.glove = cls._make_product("Leather glove", 30.0)
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Camille Martin",
                "email": "camille@example.com",
                "phone": "+33 6 12 34 56 78",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.desk_user = new_test_user(cls.env, "cc_desk", groups="omni_clickcollect.group_pickup_desk")
        cls.manager = new_test_user(cls.env, "cc_manager", groups="omni_base.group_manager")
        cls.seller = new_test_user(cls.env, "cc_seller", groups="sales_team.group_sale_salesman_all_leads")

    def setUp(self):
        super().setUp()
        # Counted on connections of their own: of the tests before.
        self.env["omni.rate.limit"]._execute(SQL("DELETE FROM omni_rate_limit RETURNING key"))

    @classmethod
    def _make_shop(cls, name, code, zip_code):
        address = {"name": name, "street": "1 Main street", "city": name.split()[0], "zip": zip_code}
        partner = cls.env["res.partner"].create(address | {"country_id": cls.env.ref("base.fr").id})
        return cls.env["stock.warehouse"].create({"name": name, "code": code, "partner_id": partner.id})

    @classmethod
    def _make_product(cls, name, price):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "list_price": price,
                "taxes_id": False,
                "is_storable": True,
                "allow_out_of_stock_order": False,
                "website_published": True,
                "barcode": name.upper().replace(" ", ""),
            }
        )
        for shop in cls.lyon + cls.lille:
            cls._set_stock(product, shop, 10)
        return product

    @classmethod
    def _set_stock(cls, product, shop, quantity):
        cls.env["stock.quant"]._update_available_quantity(product, shop.lot_stock_id, quantity)

    def _order(self, *lines, shop=None, confirm=True, partner=None):
        """Return a web order to collect: ``lines`` are (product, quantity), by default one scarf."""
        shop = shop or self.lyon
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "website_id": self.website.id,
                "carrier_id": self.carrier.id,
                "pickup_location_data": {
                    "id": shop.id,
                    "name": shop.name,
                    "street": "1 Main street",
                    "city": "Lyon",
                    "zip_code": "69002",
                    "country_code": "FR",
                },
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in lines or [(self.scarf, 1)]
                ],
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def _pickup(self, *lines, paid=True, state="to_prepare", **kwargs):
        """Return the pickup of a new order, brought to ``state`` by who works at the desk."""
        order = self._order(*lines, **kwargs)
        if paid:
            self._pay(order)
        pickup = order.omni_pickup_ids.with_user(self.desk_user)
        if state in ("preparing", "ready"):
            pickup.action_prepare()
        if state == "ready":
            pickup.action_ready()
        return pickup

    def _pay(self, order, amount=None):
        provider = self.env.ref("website_sale_collect.payment_provider_on_site")
        method = self.env.ref("website_sale_collect.payment_method_pay_on_site")
        return pay_online(order, order.amount_total if amount is None else amount, provider, method)

    def _told(self, pickup):
        """Return what the customer was told about a pickup, in order."""
        return [code.removeprefix("pickup.") for code in pickup.sudo().told_ids.mapped("code")]

    def _states(self, pickup):
        return pickup.sudo().step_ids.mapped("state")

    def _listen(self):
        """Return a list that receives the code of every pickup event from now on."""
        heard = []
        event_class = self.env.registry["omni.event"]

        def hear(events, event):
            heard.append(event.code)
            return original(events, event)

        original = event_class._on
        self.patch(event_class, "_on", hear)
        return heard

    def _bring_nothing(self):
        """No store brings anything to another one, whoever fills the routing contract."""
        original = type(self.env["omni.routing"]).plan

        def plan(contract, demand, destination=None, channel=None, collect_at=None):
            if not collect_at:
                return original(contract, demand, destination, channel, collect_at)
            return [{"warehouse_id": collect_at.id, "mode": "collect", "lines": demand}]

        self.patch(self.env.registry["omni.routing"], "plan", plan)
