from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..exceptions import InvalidInput, OutOfStock
from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestAvailability(OmniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.availability = cls.env["omni.availability"]
        cls._stock(cls.lamp, cls.paris, 5.0)
        cls._stock(cls.lamp, cls.lyon, 2.0)
        cls.env.flush_all()

    def _available(self, product, warehouse, **kwargs):
        return self.availability.available([product.id], [warehouse.id], **kwargs)[product.id, warehouse.id]

    def test_every_pair_is_answered(self):
        answer = self.availability.available([self.lamp.id, self.chair.id], [self.paris.id, self.lyon.id])
        self.assertEqual(
            answer,
            {
                (self.lamp.id, self.paris.id): 5.0,
                (self.lamp.id, self.lyon.id): 2.0,
                (self.chair.id, self.paris.id): 0.0,
                (self.chair.id, self.lyon.id): 0.0,
            },
        )
        self.assertEqual(self.availability.available([], [self.paris.id]), {})

    def test_tenths_add_up(self):
        """given 0.3 of something, when it is asked for in three tenths, then it is there; four are not"""
        self._stock(self.chair, self.paris, 0.3)
        self.env.flush_all()
        tenth = (self.chair.id, self.paris.id, 0.1)
        order = self._order()
        self.availability.hold(order, [tenth] * 3)
        self.availability.release(order)
        with self.assertRaises(OutOfStock) as refused:
            self.availability.hold(self._order(), [tenth] * 4)
        self.assertAlmostEqual(refused.exception.shortages[self.chair.id, self.paris.id], 0.1)
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        self.availability.hold(self._order(), [tenth, (service.id, self.paris.id, 0.1)])

    def test_an_empty_column_counts_as_zero(self):
        """given a quant that carries only a reservation, as core makes at a locked shelf, then it counts"""
        self.env["stock.quant"].create(
            {"product_id": self.lamp.id, "location_id": self.paris.lot_stock_id.id, "reserved_quantity": 2}
        )
        self.assertEqual(self._available(self.lamp, self.paris), 3.0)

    def test_one_query_whatever_is_asked(self):
        products = self.env["product.product"].create([{"name": f"P{i}", "is_storable": True} for i in range(30)])
        for product in products:
            self._stock(product, self.lyon, 1.0)
        self.env.flush_all()
        for caller in (self.availability, self.availability.with_user(self.seller)):
            caller.available([self.lamp.id], [self.paris.id])  # groups and rules are in cache from now on
            with self.assertQueryCount(1):
                caller.available(products.ids, [self.paris.id, self.lyon.id])

    def test_confirmed_orders_are_taken_off(self):
        before = self.availability.available([self.lamp.id], self.env["stock.warehouse"].search([]).ids)
        self._order(3.0).action_confirm()
        after = self.availability.available([self.lamp.id], self.env["stock.warehouse"].search([]).ids)
        self.assertEqual(sum(before.values()) - sum(after.values()), 3.0)

    def test_rows_are_json_ready(self):
        rows = self.availability.available_rows([self.lamp.id], [self.lyon.id])
        self.assertEqual(rows, [{"product_id": self.lamp.id, "warehouse_id": self.lyon.id, "quantity": 2.0}])

    def test_channel_sells_from_its_warehouses_only(self):
        channel = self.env["omni.channel"].create({"name": "Lyon only", "warehouse_ids": self.lyon.ids})
        self.assertEqual(self._available(self.lamp, self.paris, channel=channel), 0.0)
        self.assertEqual(self._available(self.lamp, self.lyon, channel=channel.id), 2.0)
        channel.warehouse_ids = False
        self.assertEqual(self._available(self.lamp, self.paris, channel=channel), 5.0)

    def test_never_below_zero(self):
        self._stock(self.chair, self.paris, -4.0)
        self.assertEqual(self._available(self.chair, self.paris), 0.0)

    def test_another_company_stays_out_of_sight(self):
        other = self.env["res.company"].create({"name": "Other"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        self.env["stock.quant"].with_company(other)._update_available_quantity(self.lamp, warehouse.lot_stock_id, 9.0)
        self.env.flush_all()
        as_seller = self.availability.with_user(self.seller)
        self.assertEqual(as_seller.available([self.lamp.id], [warehouse.id]), {(self.lamp.id, warehouse.id): 0.0})

    def test_hold_checks_and_says_what_is_missing(self):
        order = self._order()
        self.assertIsNone(self.availability.hold(order, [(self.lamp.id, self.paris.id, 5.0)]))
        with self.assertRaises(OutOfStock) as caught:
            self.availability.hold(
                f"sale.order,{order.id}", [(self.lamp.id, self.lyon.id, 1.5), (self.lamp.id, self.lyon.id, 1.5)]
            )
        self.assertEqual(caught.exception.shortages, {(self.lamp.id, self.lyon.id): 1.0})
        self.assertEqual(caught.exception.context["shortages"], [[self.lamp.id, self.lyon.id, 1.0]])
        self.assertIn("Lamp", str(caught.exception))
        self.assertIn("Lyon Test", str(caught.exception))

    def test_what_is_not_counted_is_never_short(self):
        service = self.env["product.product"].create({"name": "Wrapping", "type": "service"})
        self.assertIsNone(self.availability.hold(self._order(), [(service.id, self.paris.id, 100.0)]))
        pair = (service.id, self.paris.id)
        self.assertEqual(self.availability.available([service.id], [self.paris.id]), {pair: float("inf")})
        [row] = self.availability.available_rows([service.id], [self.paris.id])
        self.assertIsNone(row["quantity"])

    def test_the_rest_of_the_contract_answers(self):
        order = self._order()
        for _twice in range(2):
            self.assertIsNone(self.availability.release(order))
            self.assertIsNone(self.availability.extend(order, 60))
            self.assertIsNone(self.availability.commit(order))
        self.assertEqual(self.availability.audit(), [])

    def test_bad_input_is_refused_in_words(self):
        order = self._order()
        for owner in ("nonsense", "sale.order,", "sale.order,x", "no.model,1", self.env["sale.order"], "sale.order,-1"):
            with self.assertRaises(ValidationError):
                self.availability.hold(owner, [])
        for demand in ([(1, 2)], [("a", 1, 1)], [(1, 1, 0)], [(1, 1, -1)], [(1, 1, float("nan"))], [None], 7):
            with self.assertRaises(ValidationError):
                self.availability.hold(order, demand)

    def test_a_question_from_outside_has_an_end(self):
        """given products times stores by the million, when they are asked for as rows, then that is refused at once"""
        with self.assertRaises(InvalidInput):
            self.availability.available_rows(list(range(1, 5000)), list(range(1, 100)))
        with self.assertRaises(InvalidInput):
            self.availability.available_rows([2**31], [self.paris.id])
        with self.assertRaisesRegex(AccessError, "cannot be called remotely"):
            call_kw(self.availability, "available", [[self.lamp.id], [self.paris.id]], {})

    def test_only_sellers_and_stock_staff_may_ask(self):
        for name, args in (
            ("available", ([1], [1])),
            ("available_rows", ([1], [1])),
            ("hold", ("sale.order,1", [])),
            ("release", ("sale.order,1",)),
            ("extend", ("sale.order,1", 1)),
            ("commit", ("sale.order,1",)),
            ("audit", ()),
        ):
            for user in (self.employee, self.env.ref("base.public_user")):
                with self.subTest(name=name, user=user.login), self.assertRaises(AccessError):
                    getattr(self.availability.with_user(user), name)(*args)

    def test_a_hold_needs_an_owner_that_the_caller_may_read(self):
        with self.assertRaises(AccessError):
            self.availability.with_user(self.seller).hold(f"sale.order,{self._order().id}", [])
