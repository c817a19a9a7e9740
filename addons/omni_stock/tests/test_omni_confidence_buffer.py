import random
from datetime import timedelta

from psycopg2.extras import execute_values

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import StockHoldCommon

COUNTED = (330, 240, 150, 60)  # days ago


class ConfidenceCommon(StockHoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "confidence_manager", groups="omni_base.group_manager")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.loss = cls.product.property_stock_inventory
        cls.buffers = cls.env["omni.confidence.buffer"]
        cls.today = fields.Datetime.now()

    @classmethod
    def past(cls, rows):
        """Write what happened: ``(product, from, to, quantity, days ago, whether it was a count)``, a day at most."""
        cls.env.flush_all()
        values = [
            (product.id, source.id, target.id, quantity, cls.today - timedelta(days=ago), counted, cls.env.company.id)
            for product, source, target, quantity, ago, counted in rows
        ]
        unit = cls.env.ref("uom.product_uom_unit").id
        moves = execute_values(
            cls.env.cr._obj,
            "INSERT INTO stock_move (product_id, location_id, location_dest_id, product_uom_qty, product_qty, quantity,"
            " date, is_inventory, company_id, product_uom, state, procure_method) VALUES %s RETURNING id",
            [(*row[:3], row[3], row[3], row[3], *row[4:], unit, "done", "make_to_stock") for row in values],
            fetch=True,
        )
        execute_values(
            cls.env.cr._obj,
            "INSERT INTO stock_move_line (move_id, product_id, location_id, location_dest_id, quantity,"
            " quantity_product_uom, date, company_id, product_uom_id, state) VALUES %s",
            [
                (move, *row[:3], row[3], row[3], row[4], row[6], unit, "done")
                for (move,), row in zip(moves, values, strict=True)
            ],
        )
        execute_values(
            cls.env.cr._obj,
            "INSERT INTO stock_quant (product_id, location_id, quantity, reserved_quantity, company_id, in_date)"
            " VALUES %s",
            [
                (row[0], place, quantity, 0, row[6], row[4])
                for row in values
                for place, quantity in ((row[1], -row[3]), (row[2], row[3]))
                if quantity and cls.env["stock.location"].browse(place).usage == "internal"
            ],
        )
        cls.env.invalidate_all()
        cls.env.cr.execute("SELECT omni_promise.settle()")

    @classmethod
    def life(cls, product, store, sold=(40, 40, 40, 40), lost=(0, 0, 0), stock=100, counted=COUNTED[:-1]):
        """A year of one product in one store: each period sells, each count finds what is lost.

        :param sold: between the counts, and since the last one
        """
        place = store.lot_stock_id
        rows = [(product, cls.suppliers, place, sum(sold) + sum(lost) + stock, 360, False)]
        days = (*counted, 0)
        for at, quantity in enumerate(sold):
            rows.append((product, place, cls.customers, quantity, days[at] + 10, False))
        for ago, quantity in zip(counted, lost, strict=True):
            rows.append((product, place, cls.loss, quantity, ago, True))
        return rows

    @classmethod
    def refuse(cls, product, store, quantity, reason="not_found", ago=20):
        cls.env["omni.routing.refusal"].create(
            {
                "order_id": cls.basket(quantity, product).id,
                "warehouse_id": store.id,
                "company_id": store.company_id.id,
                "reason": reason,
                "goods": [(product.id, quantity)],
                "refused_at": cls.today - timedelta(days=ago),
            }
        )

    def look(self):
        self.buffers.with_user(self.manager).action_look()

    def of(self, product=None, store=None):
        return self.buffers.search(
            [("product_id", "=", (product or self.product).id), ("warehouse_id", "=", (store or self.shop).id)]
        )


@tagged("post_install", "-at_install")
class TestOmniConfidenceShops(ConfidenceCommon):
    """Generated shops of which it is known how much goes missing."""

    RATES = {"Honest": 0.0, "Usual": 0.01, "Leaky": 0.05}
    PRODUCTS = 120

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chance = random.Random(19)
        cls.products = cls.env["product.product"].create(
            [{"name": f"Generated {number}", "is_storable": True} for number in range(cls.PRODUCTS)]
        )
        cls.stores = {
            name: cls.env["stock.warehouse"].create({"name": name, "code": f"G{name[0]}"}) for name in cls.RATES
        }
        cls.unseen, rows = {}, []
        for name, rate in cls.RATES.items():
            for product in cls.products:
                sold = [chance.randint(20, 90) for _ in range(5)]
                lost = [sum(chance.random() < rate for _ in range(units)) for units in sold]
                cls.unseen[product.id, cls.stores[name].id] = lost.pop()
                rows += cls.life(product, cls.stores[name], sold, lost, counted=COUNTED)
        cls.past(rows)
        cls.buffers._look()

    def figures(self, name):
        """Return ``[(buffer, expected, truly missing)]`` of each product of a store."""
        self.env.cr.execute(
            "SELECT product_id, quantity, expected FROM omni_promise.confidence_estimate() WHERE warehouse_id = %s",
            [self.stores[name].id],
        )
        rows = self.env.cr.fetchall()
        self.assertEqual(len(rows), self.PRODUCTS)
        return [
            (quantity, expected, self.unseen[product, self.stores[name].id]) for product, quantity, expected in rows
        ]

    def test_a_shop_that_loses_nothing_gets_no_buffer(self):
        self.assertFalse(self.buffers.search([("warehouse_id", "=", self.stores["Honest"].id)]))

    def test_what_is_expected_is_near_the_truth(self):
        for name in ("Usual", "Leaky"):
            figures = self.figures(name)
            expected, true = (sum(column) for column in list(zip(*figures, strict=True))[1:])
            self.assertGreater(expected / true, 0.75, name)
            self.assertLess(expected / true, 1.35, name)

    def test_the_buffer_covers_what_is_missing_in_four_of_five(self):
        for name in ("Usual", "Leaky"):
            figures = self.figures(name)
            covered = sum(quantity >= true for quantity, _expected, true in figures)
            self.assertGreaterEqual(covered / self.PRODUCTS, 0.75, name)

    def test_it_does_not_keep_back_too_much(self):
        for name in ("Usual", "Leaky"):
            for quantity, expected, _true in self.figures(name):
                self.assertLessEqual(quantity, expected + 1.5 * expected**0.5 + 1)
        kept = sum(quantity for quantity, _expected, _true in self.figures("Leaky"))
        true = sum(true for _quantity, _expected, true in self.figures("Leaky"))
        self.assertLess(kept, 2 * true)

    def test_looking_again_changes_nothing(self):
        def rows():
            return self.buffers.search([], order="id").read(["product_id", "quantity", "applied", "reason", "expected"])

        before = rows()
        self.assertTrue(before)
        self.buffers._look()
        self.assertEqual(rows(), before)


@tagged("post_install", "-at_install")
class TestOmniConfidenceBuffer(ConfidenceCommon):
    def test_the_reason_in_words(self):
        self.past(self.life(self.product, self.shop, lost=(2, 0, 3)))
        self.refuse(self.product, self.shop, 1)
        self.refuse(self.product, self.shop, 1, "damaged")
        self.look()
        reason = self.of().reason
        self.assertIn("2 of the last 3 counts found less than recorded, by 2.5 on average.", reason)
        self.assertIn("2 orders could not be fulfilled since", reason)
        self.assertIn("40 have left the store since the last count on", reason)
        buffer = self.of()
        self.assertEqual((buffer.counts, buffer.short_counts, buffer.corrected), (3, 2, 5))
        self.assertEqual((buffer.refusals, buffer.refused, buffer.sold), (2, 2, 160))
        self.assertEqual(buffer.company_id, self.shop.company_id)

    def test_the_reason_is_exact_about_small_numbers(self):
        self.past(self.life(self.product, self.shop, (40, 40), (3,), counted=(200,)))
        self.refuse(self.product, self.shop, 1)
        self.look()
        self.assertIn("The last count found 3 fewer than recorded.", self.of().reason)
        self.assertIn("1 order could not be fulfilled since", self.of().reason)
        self.past(self.life(self.other, self.shop, (40, 200), (0,), counted=(200,)))
        self.look()
        self.assertIn("Counts found nothing missing, but other goods", self.of(self.other).reason)

    def test_no_evidence_no_buffer(self):
        self.past(self.life(self.product, self.shop, lost=(5, 5, 5)))
        self.past([(self.other, self.suppliers, self.shop.lot_stock_id, 50, 100, False)])
        self.look()
        self.assertTrue(self.of())
        self.assertFalse(self.of(self.other))
        self.assertFalse(self.of(store=self.central))

    def test_refusals_raise_it(self):
        self.past(self.life(self.product, self.shop, lost=(1, 1, 1)))
        self.look()
        before = self.of()
        quantity, expected = before.quantity, before.expected
        for ago in (15, 20, 25):
            self.refuse(self.product, self.shop, 2, ago=ago)
        self.refuse(self.product, self.shop, 9, "busy")
        self.look()
        self.assertGreater(self.of().quantity, quantity)
        self.assertGreater(self.of().expected, expected)
        self.assertEqual(self.of().refused, 6)

    def test_refusals_alone_are_evidence(self):
        self.past(self.life(self.product, self.shop, lost=(), counted=(), sold=(60,)))
        self.refuse(self.product, self.shop, 2)
        self.refuse(self.product, self.shop, 2)
        self.look()
        self.assertGreater(self.of().quantity, 0)
        self.assertLess(self.of().quantity, 10)

    def test_what_a_refusal_counts_away_is_no_count(self):
        rows = self.life(self.product, self.shop, lost=(2, 2, 2))
        rows.append((self.product, self.shop.lot_stock_id, self.loss, 2, 20, True))
        self.past(rows)
        self.refuse(self.product, self.shop, 2)
        self.look()
        self.assertEqual((self.of().counts, self.of().corrected, self.of().refused), (3, 6, 2))
        self.assertEqual(self.of().since_count, 40)

    def test_goods_on_another_shelf_or_found_again_are_not_lost(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.shop.lot_stock_id.id})
        rows = self.life(self.product, self.shop, lost=(4, 0, 5))
        rows.append((self.product, self.loss, shelf, 4, COUNTED[0], True))
        rows.append((self.product, self.loss, self.shop.lot_stock_id, 5, 30, True))
        self.past(rows)
        self.refuse(self.product, self.shop, 1)
        self.look()
        self.assertEqual(self.of().corrected, 0)

    def test_never_more_than_half_of_what_is_usually_there(self):
        self.past(self.life(self.product, self.shop, (10, 10, 10, 300), (8, 8, 8), stock=0, counted=(330, 320, 310)))
        self.look()
        query = "SELECT quantity FROM omni_promise.confidence_estimate() WHERE product_id = %s"
        self.env.cr.execute(query, [self.product.id])
        [(quantity,)] = self.env.cr.fetchall()
        # some 300 nearly all year, all gone ten days ago
        self.assertGreater(quantity, 100)
        self.assertLess(quantity, 165)

    def test_counted_today(self):
        self.past(self.life(self.product, self.shop, (40, 40, 40, 0), (4, 4, 4), counted=(200, 100, 0)))
        self.look()
        self.assertFalse(self.of())

    def test_goods_by_weight_are_kept_back_in_parts(self):
        self.product.uom_id = self.env.ref("uom.product_uom_kgm")
        self.past(self.life(self.product, self.shop, lost=(0.4, 0.3, 0.5)))
        self.look()
        self.assertGreater(self.of().quantity, 0.2)
        self.assertLess(self.of().quantity, 1)

    def test_the_promise_follows_the_switch(self):
        self.past(self.life(self.product, self.shop, lost=(4, 4, 4)))
        self.look()
        buffer = self.of().with_user(self.manager)
        self.assertEqual((self.left(), buffer.applied, buffer.applied_quantity), (100, False, 0))
        buffer.action_apply()
        self.assertEqual(buffer.applied_quantity, buffer.quantity)
        self.assertEqual(self.left(), 100 - buffer.quantity)
        self.assertEqual(buffer.decided_by_id, self.manager)
        buffer.applied = False
        self.assertEqual((self.left(), buffer.applied_quantity), (100, 0))
        self.assertEqual(self.env["omni.availability"].audit(), [])

    def test_what_is_applied_follows_what_is_learned(self):
        self.past(self.life(self.product, self.shop, lost=(4, 4, 4)))
        self.look()
        self.of().with_user(self.manager).action_apply()
        self.past([(self.product, self.shop.lot_stock_id, self.loss, 2, 0, True)])
        self.look()
        self.assertEqual((self.of().quantity, self.of().applied), (0, True))
        self.assertEqual(self.left(), 98)

    def test_by_itself_unless_somebody_decided(self):
        self.past(self.life(self.product, self.shop, lost=(4, 4, 4)) + self.life(self.other, self.shop, lost=(4, 4, 4)))
        self.look()
        self.of(self.other).with_user(self.manager).action_do_not_apply()
        self.env.company.omni_buffer_auto = True
        self.assertEqual((self.of().applied, self.of(self.other).applied), (True, False))
        self.assertEqual(self.left(), 100 - self.of().quantity)
        self.look()
        self.assertEqual((self.of().applied, self.of(self.other).applied), (True, False))
        self.env.company.omni_buffer_auto = False
        self.assertEqual((self.left(), self.of().applied), (100, False))
        self.env.company.omni_buffer_auto = True
        self.of().unlink()
        self.look()
        self.assertTrue(self.of().applied)

    def test_who_may_decide(self):
        self.past(self.life(self.product, self.shop, lost=(4, 4, 4)))
        self.look()
        buffer = self.of()
        for user in (self.seller, self.stock_user, self.omni_user, self.employee):
            with self.assertRaises(AccessError):
                buffer.with_user(user).action_apply()
            with self.assertRaises(AccessError):
                self.buffers.with_user(user).action_look()
        for user in (self.stock_user, self.omni_user):
            self.assertIn("counts found less", buffer.with_user(user).reason)

    def test_other_companies_see_nothing(self):
        self.past(self.life(self.product, self.shop, lost=(4, 4, 4)))
        self.look()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "confidence_stranger",
            groups="omni_base.group_manager",
            company_id=company.id,
            company_ids=company.ids,
        )
        self.assertFalse(self.buffers.with_user(stranger).search([("product_id", "=", self.product.id)]))
        with self.assertRaises(AccessError):
            self.of().with_user(stranger).action_apply()


@tagged("post_install", "-at_install")
class TestOmniConfidenceTour(ConfidenceCommon, HttpCase):
    def test_a_manager_decides(self):
        self.buffers.search([]).unlink()
        self.product.name, self.other.name = "Tour Lamp", "Tour Shade"
        self.past(self.life(self.product, self.shop, lost=(4, 4, 4)) + self.life(self.other, self.shop, lost=(4, 4, 4)))
        self.start_tour(
            "/odoo/action-omni_stock.omni_confidence_buffer_action", "omni_stock_confidence", login="confidence_manager"
        )
        self.env.invalidate_all()
        self.assertEqual((self.of().applied, self.of(self.other).applied), (True, True))
        self.assertEqual(self.left(), 100 - self.of().quantity)
