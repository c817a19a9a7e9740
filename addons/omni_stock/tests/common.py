from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


def end_of_transaction(env):
    """Let broken promises be judged as when the transaction ends, without ending it."""
    env.cr.flush()
    noted = env.cr.postcommit.data.pop("omni.taking", None)
    if noted and noted["taken"]:
        env["omni.incident.watch"].sudo()._judge(**noted)


class StockHoldCommon(BaseCommon):
    """One web shop that sells from a central warehouse and a shop, one strict product, real roles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        cls.central, cls.shop = cls.env["stock.warehouse"].create(
            [
                {"name": "Central", "code": "OMC", "company_id": company.id},
                {"name": "Bastille", "code": "OMB", "company_id": company.id},
            ]
        )
        cls.channel = cls.env["omni.channel"].create(
            {"name": "Web", "kind": "web", "warehouse_ids": [Command.set((cls.central + cls.shop).ids)]}
        )
        cls.website = cls.env["website"].create(
            {"name": "Hold shop", "company_id": company.id, "omni_channel_id": cls.channel.id}
        )
        cls.product, cls.other = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "is_storable": True,
                    "allow_out_of_stock_order": False,
                    "list_price": 10,
                    "taxes_id": False,
                    "website_published": True,
                }
                for name in ("Lamp", "Shade")
            ]
        )
        cls.seller = new_test_user(cls.env, "hold_seller", groups="sales_team.group_sale_salesman_all_leads")
        cls.stock_user = new_test_user(cls.env, "hold_stock", groups="stock.group_stock_user")
        cls.omni_user = new_test_user(cls.env, "hold_omni", groups="omni_base.group_user")
        cls.employee = new_test_user(cls.env, "hold_employee", groups="base.group_user")
        cls.shopper = cls.env["res.partner"].create({"name": "Anna", "email": "anna@example.com"})
        cls.availability = cls.env["omni.availability"]

    @classmethod
    def receive(cls, product, warehouse, quantity):
        cls.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, quantity)

    @classmethod
    def basket(cls, quantity=1, product=None, website=True, warehouse=None, partner=None):
        product = product or cls.product
        values = {
            "partner_id": (partner or cls.shopper).id,
            "website_id": cls.website.id if website else False,
            "order_line": [Command.create({"product_id": product.id, "product_uom_qty": quantity})],
        }
        if warehouse:
            values["warehouse_id"] = warehouse.id
        return cls.env["sale.order"].create(values)

    def left(self, warehouse=None, product=None, **context):
        warehouse, product = warehouse or self.shop, product or self.product
        promise = self.availability.with_context(**context).available(product.ids, warehouse.ids)
        return promise[product.id, warehouse.id]

    def run_out(self, owner):
        """Let the time of what ``owner`` holds be up."""
        self.env.cr.execute(
            "UPDATE omni_hold SET expires_at = created - interval '1 second' WHERE res_model = %s AND res_id = %s",
            [owner._name, owner.id],
        )
        self.env["omni.hold"].invalidate_model()

    def ends(self, owner):
        """Return how the holds of ``owner`` ended, oldest first; False for one that is open."""
        holds = self.env["omni.hold"].search([("res_model", "=", owner._name), ("res_id", "=", owner.id)], order="id")
        return holds.mapped("ended")


class IncidentCommon(StockHoldCommon):
    """Five in the shop, forty in the central warehouse, and people who take from under promises."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "hold_manager", groups="omni_base.group_manager,stock.group_stock_user", email="m@example.com"
        )
        cls.receive(cls.product, cls.shop, 5)
        cls.receive(cls.product, cls.central, 40)
        cls.settle()

    @classmethod
    def settle(cls):
        """Let what happened until now be of former transactions."""
        cls.env.flush_all()
        cls.env.cr.execute("SELECT omni_promise.settle()")

    def count(self, quantity, product=None, store=None):
        """A stock user counts what is really there."""
        self.settle()
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id", "=", (store or self.shop).lot_stock_id.id),
            ]
        )
        quant = quant.with_user(self.stock_user).with_context(inventory_mode=True)
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()
        end_of_transaction(self.env)

    def keep(self, quantity, seconds=900, partner=None):
        basket = self.basket(quantity, partner=partner)
        self.availability.hold(basket, [(self.product.id, self.shop.id, quantity)], self.channel, seconds)
        return basket

    def sell(self, quantity):
        order = self.basket(quantity, website=False, warehouse=self.shop)
        order.action_confirm()
        return order

    def incidents(self, user=None):
        end_of_transaction(self.env)
        incidents = self.env["omni.incident"].with_user(user or self.omni_user)
        return incidents.search([("product_id", "=", self.product.id)], order="id")

    def told(self):
        return [(incident.owner_name, incident.quantity) for incident in self.incidents()]
