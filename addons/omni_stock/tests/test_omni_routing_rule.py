from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .routing_common import RoutingCommon


@tagged("post_install", "-at_install")
class TestOmniRoutingRule(RoutingCommon):
    """What a retailer wants beside the lowest price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for store in cls.stores:
            cls.receive(cls.lamp, store, 5)
            cls.receive(cls.shade, store, 5)

    def rule(self, effect, stores=None, **values):
        return (
            self.env["omni.routing.rule"]
            .with_user(self.manager)
            .create({"name": "Rule", "effect": effect, "warehouse_ids": stores and stores.ids, **values})
        )

    def places(self, *demand, **options):
        return set(self.from_where(self.plan(*(demand or [(self.lamp, 1)]), **options)))

    def test_never_from_a_store(self):
        self.rule("forbid", self.paris)
        self.assertEqual(self.places(), {"Lyon"})

    def test_only_from_stores(self):
        self.rule("only", self.nice)
        self.assertEqual(self.places(), {"Nice"})

    def test_rather_from_a_store_and_rather_not(self):
        rule = self.rule("prefer", self.lyon, amount=5)
        self.assertEqual(self.places(), {"Lyon"})
        rule.amount = -5
        self.assertEqual(self.places(), {"Paris"})

    def test_preferences_add_up(self):
        self.rule("prefer", self.lyon, amount=5)
        self.rule("prefer", self.lyon, amount=-5)
        self.assertEqual(self.places(), {"Paris"})

    def test_parcels_at_most_the_first_rule_counts(self):
        for store in self.stores:
            self.receive(self.lamp, store, -4)
        self.rule("legs", max_legs=2, sequence=1)
        self.rule("legs", max_legs=1, sequence=2)
        legs = self.plan((self.lamp, 3))
        self.assertEqual([bool(leg["warehouse_id"]) for leg in legs], [True, True, False])

    def test_the_price_of_splitting(self):
        self.receive(self.lamp, self.paris, -4)
        self.receive(self.lamp, self.lyon, -4)
        self.assertEqual(self.places((self.lamp, 2)), {"Nice"})
        self.rule("split", split_price=0)
        self.paris.omni_parcel_price = self.lyon.omni_parcel_price = 0
        self.assertEqual(self.places((self.lamp, 2)), {"Paris", "Lyon"})

    def test_conditions(self):
        germany, state = (
            self.env.ref("base.de"),
            self.env["res.country.state"].create(
                {"name": "Somewhere", "code": "SW", "country_id": self.env.ref("base.fr").id}
            ),
        )
        other = self.env["omni.channel"].create({"name": "Other"})
        for values in (
            {"channel_ids": other.ids},
            {"country_ids": germany.ids},
            {"state_ids": state.ids},
            {"zips": "69, 06"},
            {"min_amount": 41},
            {"draft": True},
            {"active": False},
            {"categ_ids": self.env["product.category"].create({"name": "Else"}).ids},
        ):
            rule = self.rule("forbid", self.paris, **values)
            self.assertEqual(self.places(), {"Paris"}, values)
            rule.unlink()
        for values in (
            {"channel_ids": self.channel.ids},
            {"country_ids": self.customer.country_id.ids},
            {"zips": "69, 75 0"},
            {"min_amount": 40},
        ):
            rule = self.rule("forbid", self.paris, **values)
            self.assertEqual(self.places(), {"Lyon"}, values)
            rule.unlink()

    def test_categories_are_about_their_products_alone(self):
        parent = self.env["product.category"].create({"name": "Lights"})
        self.lamp.categ_id = self.env["product.category"].create({"name": "Lamps", "parent_id": parent.id})
        rule = self.rule("forbid", self.paris + self.lyon, categ_ids=parent.ids)
        self.assertEqual(self.places(), {"Nice"})
        self.assertEqual(self.places((self.shade, 1)), {"Paris"})
        rule.write({"effect": "prefer", "warehouse_ids": self.nice.ids, "amount": 20})
        self.assertEqual(self.places((self.shade, 1)), {"Paris"})

    def test_the_amount_of_the_order_counts_as_it_is_paid(self):
        self.rule("forbid", self.paris, min_amount=100)
        self.assertEqual(self.places(), {"Paris"})
        self.assertEqual(self.places(omni_amount=100), {"Lyon"})

    def test_in_words(self):
        rule = self.rule("prefer", self.paris, amount=-2, zips="75", channel_ids=self.channel.ids)
        for part in ("Routed", "to 75", "Paris", "preferably not"):
            self.assertIn(part, rule.sentence)
        self.assertIn("2", self.rule("legs", max_legs=2).sentence)
        self.assertIn("never", self.rule("forbid", self.paris).sentence)

    def test_rules_that_make_no_sense(self):
        with self.assertRaises(ValidationError):
            self.rule("forbid")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.rule("legs", max_legs=0)

    def test_who_may_change_them(self):
        rule = self.rule("forbid", self.paris)
        user = self.env["res.users"].create(
            {"name": "Reader", "login": "routing_reader", "group_ids": [(4, self.env.ref("omni_base.group_user").id)]}
        )
        self.assertEqual(rule.with_user(user).name, "Rule")
        with self.assertRaises(AccessError):
            rule.with_user(user).name = "Mine"
        with self.assertRaises(AccessError):
            rule.with_user(self.employee).read(["name"])

    def test_rules_of_another_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        store = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        self.env["omni.routing.rule"].create(
            {"name": "Theirs", "effect": "only", "warehouse_ids": store.ids, "company_id": company.id}
        )
        self.assertEqual(self.places(), {"Paris"})
        self.assertFalse(self.env["omni.routing.rule"].with_user(self.manager).search([("name", "=", "Theirs")]))
