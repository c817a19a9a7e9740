from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.omni_base.exceptions import OutOfStock

from .common import IncidentCommon


@tagged("post_install", "-at_install")
class TestOmniSafetyStock(IncidentCommon):
    """Five in the shop, forty in the central warehouse; rules keep some of them back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls.env["omni.channel"].create({"name": "Telephone", "kind": "phone"})

    def keep_back(self, quantity=0, **values):
        return (
            self.env["omni.safety.stock"]
            .with_user(self.manager)
            .create({"quantity": quantity, "kind": "all", **values})
        )

    def on(self, channel, warehouse=None):
        warehouse = warehouse or self.shop
        return self.availability.available(self.product.ids, warehouse.ids, channel)[self.product.id, warehouse.id]

    # -- from everybody ----------------------------------------------------------------------------------------------

    def test_for_all_products_in_every_store(self):
        self.keep_back(2)
        self.assertEqual((self.left(), self.left(self.central)), (3, 38))

    def test_a_rule_that_says_nothing_is_none(self):
        with self.assertRaises(ValidationError):
            self.keep_back(0)
        self.keep_back(2)
        self.keep_back(0, warehouse_id=self.shop.id)
        self.assertEqual((self.left(), self.left(self.central)), (5, 38), "nothing here is an exception")

    def test_in_one_store(self):
        self.keep_back(2, warehouse_id=self.shop.id)
        self.assertEqual((self.left(), self.left(self.central)), (3, 40))

    def test_folding_changes_nothing(self):
        rule = self.keep_back(2)
        for quantity in (3, 1, 0):
            rule.quantity = quantity
            self.assertEqual(self.left(), 5 - quantity)
            self.settle()
            self.assertEqual(self.left(), 5 - quantity)

    def test_the_closest_rule_counts(self):
        below = self.env["product.category"].create({"name": "Lighting"})
        lamps = self.env["product.category"].create({"name": "Lamps", "parent_id": below.id})
        self.product.categ_id = lamps
        rules = self.keep_back(1, warehouse_id=self.shop.id)
        for quantity, values in (
            (2, {"categ_id": below.id}),
            (3, {"categ_id": lamps.id}),
            (4, {"product_tmpl_id": self.product.product_tmpl_id.id}),
            (5, {"product_id": self.product.id}),
        ):
            rules += self.keep_back(quantity, **values)
            self.assertEqual(self.left(), 5 - quantity)
            self.settle()
            self.assertEqual(self.left(), 5 - quantity)
        rules[-1].unlink()
        self.assertEqual(self.left(), 1)
        self.assertEqual(self.left(product=self.other), 0)

    def test_of_two_as_close_the_one_of_the_store_counts(self):
        self.keep_back(1, product_id=self.product.id)
        self.keep_back(4, product_id=self.product.id, warehouse_id=self.shop.id)
        self.assertEqual((self.left(), self.left(self.central)), (1, 39))

    def test_product_that_moves_to_another_category(self):
        fragile = self.env["product.category"].create({"name": "Fragile"})
        self.keep_back(2, categ_id=fragile.id)
        self.assertEqual(self.left(), 5)
        self.product.categ_id = fragile
        self.assertEqual(self.left(), 3)
        self.settle()
        self.assertEqual(self.left(), 3)

    def test_hold_stops_before_it(self):
        self.keep_back(2)
        with self.assertRaises(OutOfStock) as error:
            self.availability.hold(self.basket(), [(self.product.id, self.shop.id, 4)], self.channel)
        self.assertEqual(error.exception.shortages, {(self.product.id, self.shop.id): 1})
        self.availability.hold(self.basket(), [(self.product.id, self.shop.id, 3)], self.channel)
        self.assertEqual(self.left(), 0)

    def test_stock_that_comes_first_after_the_rule(self):
        self.keep_back(2)
        self.receive(self.other, self.shop, 3)
        self.assertEqual(self.left(product=self.other), 1)
        self.settle()
        self.assertEqual(self.left(product=self.other), 1)

    def test_another_company_keeps_back_for_itself(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["omni.safety.stock"].create({"quantity": 2, "company_id": company.id})
        self.assertEqual(self.left(), 5)

    # -- by channel --------------------------------------------------------------------------------------------------

    def test_not_for_a_channel(self):
        self.keep_back(2, kind="from", channel_id=self.channel.id)
        self.assertEqual((self.on(self.channel), self.on(self.phone), self.on(None)), (3, 5, 5))
        self.settle()
        with self.assertRaises(OutOfStock) as error:
            self.availability.hold(self.basket(), [(self.product.id, self.shop.id, 4)], self.channel)
        self.assertEqual(error.exception.shortages, {(self.product.id, self.shop.id): 1})
        self.availability.hold(self.basket(), [(self.product.id, self.shop.id, 4)], self.phone)

    def test_floor_for_a_channel(self):
        self.keep_back(2, kind="for", channel_id=self.channel.id, warehouse_id=self.shop.id)
        self.assertEqual((self.on(self.channel), self.on(self.phone)), (5, 3))
        self.assertEqual(self.on(self.phone, self.central), 40)
        self.availability.hold(self.basket(), [(self.product.id, self.shop.id, 2)], self.channel)
        self.assertEqual((self.on(self.channel), self.on(self.phone)), (3, 1))

    def test_share_for_a_channel(self):
        self.keep_back(kind="for", channel_id=self.channel.id, percent=40)
        self.assertEqual((self.on(self.channel), self.on(self.phone)), (5, 3))
        self.assertEqual(self.on(self.phone, self.central), 24)

    def test_services_are_without_end_for_every_channel(self):
        self.keep_back(kind="for", channel_id=self.channel.id, percent=100)
        service = self.env["product.product"].create({"name": "Repair", "type": "service"})
        left = self.availability.available(service.ids, self.shop.ids, self.phone)
        self.assertEqual(left[service.id, self.shop.id], float("inf"))

    def test_two_rules_add_up(self):
        self.keep_back(1, kind="from", channel_id=self.phone.id)
        self.keep_back(1, kind="for", channel_id=self.channel.id)
        self.assertEqual(self.on(self.phone), 3)

    # -- what is archived or not counted -----------------------------------------------------------------------------

    def test_archived_and_back(self):
        self.product.active = False
        self.assertEqual(self.left(), 0)
        self.settle()
        self.assertEqual(self.left(), 0)
        self.product.active = True
        self.settle()
        self.assertEqual(self.left(), 5)

    def test_product_that_is_no_longer_counted(self):
        # A product with stock keeps being counted in Odoo; an import may say otherwise.
        self.env.cr.execute(
            "UPDATE product_template SET is_storable = false WHERE id = %s", [self.product.product_tmpl_id.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.left(), float("inf"))
        self.settle()
        self.assertEqual(self.left(), float("inf"))
        self.availability.hold(self.basket(), [(self.product.id, self.shop.id, 99)], self.channel)
        self.assertEqual(self.left(), float("inf"))

    # -- many at once ------------------------------------------------------------------------------------------------

    def test_import_of_many(self):
        products = self.env["product.product"].create([{"name": f"P{n}", "is_storable": True} for n in range(600)])
        self.keep_back(1)
        self.receive(products[0], self.shop, 2)
        self.env.cr.execute(
            """
            INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date)
            SELECT p, %s, %s, 3, 0, now() FROM unnest(%s) AS p
            """,
            [self.shop.lot_stock_id.id, self.shop.company_id.id, products.ids],
        )
        left = self.availability.available(products.ids, self.shop.ids)
        self.assertEqual(left[products[0].id, self.shop.id], 4)
        self.assertEqual({left[product.id, self.shop.id] for product in products[1:]}, {2})
        self.env.cr.execute("SELECT count(*) FROM omni_promise_change WHERE product_id = ANY(%s)", [products.ids])
        self.assertEqual(self.env.cr.fetchone(), (2,), "Only what was there before waits to be folded.")
        self.assertEqual(self.availability.audit(), [])

    # -- who, and what is refused ------------------------------------------------------------------------------------

    def test_only_managers_change_it(self):
        rule = self.keep_back(2)
        for user in (self.omni_user, self.stock_user):
            self.assertTrue(rule.with_user(user).sentence)
            with self.assertRaises(AccessError):
                rule.with_user(user).quantity = 3
        with self.assertRaises(AccessError):
            rule.with_user(self.seller).read(["quantity"])

    def test_what_cannot_be(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        store = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        theirs = self.env["product.product"].create({"name": "Theirs", "is_storable": True, "company_id": company.id})
        for link in (
            {"warehouse_id": store.id},
            {"kind": "from", "channel_id": company.omni_phone_channel_id.id},
            {"product_id": theirs.id},
            {"product_tmpl_id": theirs.product_tmpl_id.id},
        ):
            with self.assertRaises(UserError):
                self.keep_back(1, company_id=self.env.company.id, **link)
        with self.assertRaises(ValidationError):
            self.keep_back(percent=10)
        self.keep_back(1)
        category = self.env["product.category"].create({"name": "Lighting"})
        for values in (
            {"quantity": -1},
            {"quantity": 2},
            {"kind": "for"},
            {"channel_id": self.channel.id},
            {"percent": 101, "kind": "for", "channel_id": self.channel.id},
            {"categ_id": category.id, "product_id": self.product.id},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.keep_back(**{"quantity": 1, **values})

    def test_sentence(self):
        self.assertEqual(
            self.keep_back(2, kind="for", channel_id=self.phone.id, percent=10, product_id=self.product.id).sentence,
            "2 + 10 % of Lamp in every store: kept for Telephone",
        )
        self.assertEqual(self.keep_back(1).sentence, "1 of each product in every store: not for sale")

    def test_excluded_product_stays_excluded(self):
        self.product.product_tmpl_id.omni_excluded_channel_ids = [Command.set(self.phone.ids)]
        self.keep_back(1, kind="for", channel_id=self.channel.id)
        self.assertEqual((self.on(self.phone), self.on(self.channel)), (0, 5))
