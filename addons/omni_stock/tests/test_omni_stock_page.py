from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.omni_base.tests.common import named_in

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestOmniStockPage(StockHoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.write({"default_code": "LMP-1", "barcode": "4006381333931"})
        cls.receive(cls.product, cls.shop, 5)
        cls.receive(cls.product, cls.central, 40)
        cls.receive(cls.other, cls.central, 2)

    def page(self, user=None, **options):
        return self.env["omni.stock.page"].with_user(user or self.omni_user).read_page(**options)

    def cell(self, user=None, product=None, store=None):
        pages = self.env["omni.stock.page"].with_user(user or self.omni_user)
        return pages.read_cell((product or self.product).id, (store or self.shop).id)

    def move(self, quantity, source=None, target=None, user=None, product=None):
        pages = self.env["omni.stock.page"].with_user(user or self.stock_user)
        return pages.move((product or self.product).id, (source or self.central).id, (target or self.shop).id, quantity)

    def row(self, page, product):
        [row] = [row for row in page["products"] if row["id"] == product.id]
        return dict(zip([store["id"] for store in page["stores"]], row["quantities"], strict=True)), row

    def test_products_by_stores_with_sums(self):
        self.product.categ_id = self.env["product.category"].create({"name": "Light"})
        page = self.page(channel_id=self.channel.id, category_id=self.product.categ_id.id)
        self.assertEqual({store["name"] for store in page["stores"]}, {"Central", "Bastille"})
        quantities, row = self.row(page, self.product)
        self.assertEqual(quantities, {self.central.id: 40, self.shop.id: 5})
        self.assertEqual((row["name"], row["reference"], row["total"]), ("Lamp", "LMP-1", 45))
        self.assertEqual(page["total"], sum(page["totals"]))
        self.assertEqual(page["total"], sum(row["total"] for row in page["products"]))

    def test_search_by_name_reference_and_barcode(self):
        for text in ("lam", " LMP-1 ", "4006381333931"):
            page = self.page(search=text)
            self.assertIn(self.product.id, [row["id"] for row in page["products"]], text)
            self.assertNotIn(self.other.id, [row["id"] for row in page["products"]], text)
        nothing = self.page(search="no such thing")
        self.assertEqual((nothing["products"], nothing["count"], nothing["total"]), ([], 0, 0))

    def test_category_channel_and_pages(self):
        category = self.env["product.category"].create({"name": "Light"})
        below = self.env["product.category"].create({"name": "Table", "parent_id": category.id})
        (self.product + self.other).categ_id = below
        page = self.page(category_id=category.id, limit=1)
        self.assertEqual((page["count"], len(page["products"])), (2, 1))
        rest = self.page(category_id=category.id, offset=1, limit=1)
        self.assertEqual({page["products"][0]["id"], rest["products"][0]["id"]}, {self.product.id, self.other.id})
        self.assertEqual(self.page(category_id=category.id, offset=2)["products"], [])
        self.channel.warehouse_ids = [Command.set(self.shop.ids)]
        page = self.page(category_id=category.id, channel_id=self.channel.id)
        self.assertEqual([store["id"] for store in page["stores"]], self.shop.ids)

    def test_the_number_of_queries_does_not_grow(self):
        def count():
            counts = []
            for _time in range(3):  # at times Odoo asks for its rules again, which is no matter here
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.page()
                counts.append(self.env.cr.sql_log_count - before)
            return min(counts)

        def add(products, stores):
            products = self.env["product.product"].create(
                [{"name": f"Lamp {number}", "is_storable": True} for number in range(products)]
            )
            stores = self.env["stock.warehouse"].create(
                [
                    {"name": f"{products[0].id}-{number}", "code": f"{products[0].id}{number}"}
                    for number in range(stores)
                ]
            )
            for product in products:
                self.receive(product, stores[0], 1)

        add(3, 1)
        few = count()
        add(30, 4)
        self.assertEqual(count(), few)
        self.assertLess(few, 15)

    def test_what_makes_a_number_up(self):
        # given 5 in the shop: 1 confirmed, 2 kept for Anna
        self.basket(1, warehouse=self.shop, website=False).action_confirm()
        self.availability.hold(self.basket(2), [(self.product.id, self.shop.id, 2)], self.channel)
        # when a colleague opens the cell
        cell = self.cell()
        # then the parts add up to what is promised
        parts = {part["code"]: part["quantity"] for part in cell["parts"]}
        self.assertEqual(parts["on_hand"], 5)
        self.assertEqual(parts["reserved"] + parts["ordered"], -1)
        self.assertEqual((parts["held"], parts["safety"]), (-2, 0))
        self.assertEqual((cell["available"], cell["missing"]), (sum(parts.values()), 0))
        self.assertEqual([(hold["name"], hold["quantity"]) for hold in cell["holds"]], [("Anna", 2)])
        self.assertEqual(cell["others"], [{"id": self.central.id, "name": "Central", "quantity": 40}])
        self.assertEqual((cell["can_move"], self.cell(self.stock_user)["can_move"]), (False, True))

    def test_more_promised_than_there(self):
        self.basket(4, warehouse=self.shop, website=False).action_confirm()
        self.receive(self.product, self.shop, -3)
        cell = self.cell()
        self.assertEqual((cell["available"], cell["missing"]), (0, 2))

    def test_names_are_for_who_may_read_holds(self):
        self.availability.hold(self.basket(2), [(self.product.id, self.shop.id, 2)], self.channel)
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "omni.hold"), ("group_id", "=", self.env.ref("omni_base.group_user").id)]
        ).active = False
        [hold] = self.cell()["holds"]
        self.assertEqual((hold["name"], hold["quantity"]), ("", 2))

    def test_move_makes_a_draft_transfer(self):
        transfer = self.env["stock.picking"].browse(self.move(3)["id"])
        self.assertEqual((transfer.state, transfer.picking_type_id), ("draft", self.central.int_type_id))
        self.assertEqual(transfer.location_id, self.central.lot_stock_id)
        self.assertEqual(transfer.location_dest_id, self.shop.lot_stock_id)
        # when it is done, the goods can be promised there
        transfer.with_user(self.stock_user).action_confirm()
        transfer.with_user(self.stock_user).button_validate()
        self.assertEqual((self.left(self.shop), self.left(self.central)), (8, 37))

    def test_what_cannot_be_moved_is_said(self):
        for quantity in (0, -1, float("nan"), float("inf"), "3", True, None, 41):
            with self.assertRaises(ValidationError):
                self.move(quantity)
        with self.assertRaisesRegex(ValidationError, "two different stores"):
            self.move(1, target=self.central)
        with self.assertRaises(AccessError):
            self.move(1, user=self.omni_user)
        service = self.env["product.product"].create({"name": "Repair", "type": "service"})
        with self.assertRaisesRegex(ValidationError, "not counted"):
            self.move(1, product=service)

    def test_who_works_in_neither_store_moves_nothing(self):
        """given staff of one store, when they move goods, then their own store gives or takes them"""
        named_in(self, self.shop)
        self.assertTrue(self.move(1))
        self.assertTrue(self.move(1, source=self.shop, target=self.central))
        third = self.env["stock.warehouse"].create({"name": "Nation", "code": "OMN"})
        with self.assertRaises(AccessError):
            self.move(1, target=third)

    def test_companies_do_not_see_each_other(self):
        company = self.env["res.company"].create({"name": "Other retailer"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        self.assertTrue(theirs)
        self.assertNotIn(theirs.id, [store["id"] for store in self.page()["stores"]])
        with self.assertRaises(ValidationError):
            self.cell(store=theirs)
        both = new_test_user(
            self.env,
            "hold_both",
            groups="stock.group_stock_user",
            company_id=self.env.company.id,
            company_ids=[Command.set((self.env.company + company).ids)],
        )
        pages = self.env["omni.stock.page"].with_user(both).with_context(allowed_company_ids=both.company_ids.ids)
        self.assertIn(theirs.id, [store["id"] for store in pages.read_page()["stores"]])
        with self.assertRaisesRegex(ValidationError, "two companies"):
            pages.move(self.product.id, self.central.id, theirs.id, 1)

    def test_staff_only_and_bad_input(self):
        for call in (self.page, self.cell):
            with self.assertRaises(AccessError):
                call(user=self.employee)
        for options in (
            {"offset": -1},
            {"offset": "1"},
            {"limit": 0},
            {"limit": 100000},
            {"limit": True},
            {"category_id": 10**9},
            {"channel_id": 10**9},
            {"channel_id": "'; DROP TABLE omni_hold; --"},
        ):
            with self.assertRaises(ValidationError, msg=options):
                self.page(**options)
        for ids in ((10**9, self.shop.id), (self.product.id, 10**9), ("x", self.shop.id), (False, False)):
            with self.assertRaises(ValidationError):
                self.env["omni.stock.page"].with_user(self.omni_user).read_cell(*ids)


@tagged("post_install", "-at_install")
class TestOmniStockPageTour(HttpCase):
    def test_a_stock_user_finds_and_moves(self):
        new_test_user(
            self.env, "everywhere", groups="stock.group_stock_user,omni_base.group_user", password="everywhere"
        )
        central, shop = self.env["stock.warehouse"].create(
            [{"name": "Tour Central", "code": "TRC"}, {"name": "Tour Shop", "code": "TRS"}]
        )
        product = self.env["product.product"].create({"name": "Tour Lamp", "is_storable": True})
        self.env["stock.quant"]._update_available_quantity(product, central.lot_stock_id, 12)
        self.start_tour("/odoo/action-omni_stock.omni_stock_page_action", "omni_stock_page", login="everywhere")
        [move] = self.env["stock.move"].search([("product_id", "=", product.id)])
        self.assertEqual((move.product_uom_qty, move.state), (3, "draft"))
        self.assertEqual((move.location_id, move.location_dest_id), (central.lot_stock_id, shop.lot_stock_id))
