from datetime import datetime

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

MONDAY = datetime(2026, 3, 2, 9, 0)


class RoutingCommon(BaseCommon):
    """Three stores that ship, in Paris, Lyon and Nice, two products and a customer in Paris. Everything costs what the
    settings say that come with the add-on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        france = cls.env.ref("base.fr")
        towns = {
            "Paris": (48.8566, 2.3522, "75001"),
            "Lyon": (45.7640, 4.8357, "69001"),
            "Nice": (43.7102, 7.2620, "06000"),
        }
        addresses = cls.env["res.partner"].create(
            [
                {
                    "name": f"Store {town}",
                    "country_id": france.id,
                    "zip": postcode,
                    "partner_latitude": latitude,
                    "partner_longitude": longitude,
                }
                for town, (latitude, longitude, postcode) in towns.items()
            ]
        )
        cls.paris, cls.lyon, cls.nice = cls.stores = cls.env["stock.warehouse"].create(
            [
                {"name": town, "code": f"R{town[0]}", "partner_id": address.id}
                for town, address in zip(towns, addresses, strict=True)
            ]
        )
        cls.channel = cls.env["omni.channel"].create(
            {"name": "Routed", "kind": "web", "warehouse_ids": [Command.set(cls.stores.ids)]}
        )
        cls.lamp, cls.shade = cls.env["product.product"].create(
            [{"name": name, "is_storable": True, "list_price": 40, "taxes_id": False} for name in ("Lamp", "Shade")]
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Zoé",
                "country_id": france.id,
                "zip": "75011",
                "partner_latitude": 48.86,
                "partner_longitude": 2.38,
                "email": "zoe@example.com",
            }
        )
        cls.seller = new_test_user(cls.env, "routing_seller", groups="sales_team.group_sale_salesman_all_leads")
        cls.stock_user = new_test_user(cls.env, "routing_stock", groups="stock.group_stock_user")
        cls.manager = new_test_user(cls.env, "routing_manager", groups="omni_base.group_manager")
        cls.employee = new_test_user(cls.env, "routing_employee", groups="base.group_user")

    @classmethod
    def receive(cls, product, warehouse, quantity):
        cls.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, quantity)

    def plan(self, *demand, user=None, destination=None, **options):
        """The legs that serve ``(product, quantity)`` pairs, shipped to the customer unless ``collect_at`` is given."""
        context = {key: options.pop(key) for key in list(options) if key.startswith("omni_")}
        routing = self.env["omni.routing"].with_user(user or self.seller).with_context(**context)
        if "collect_at" not in options:
            options["destination"] = destination or self.customer
        return routing.plan([(product.id, quantity) for product, quantity in demand], channel=self.channel, **options)

    def from_where(self, legs):
        """``{store name: {product name: quantity}}``, what nobody has under False."""
        names = {product.id: product.name for product in self.lamp + self.shade}
        return {
            self.env["stock.warehouse"].browse(leg["warehouse_id"]).name: {
                names[product]: quantity for product, quantity in leg["lines"]
            }
            for leg in legs
        }

    def order(self, *demand, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "omni_channel_id": self.channel.id,
                "warehouse_id": self.paris.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in demand
                ],
                **values,
            }
        )
