from math import inf

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.omni_base.exceptions import OutOfStock
from odoo.addons.omni_base.tools.owners import owner_of

from ..models.omni_channel import LONGEST
from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestOmniAvailability(StockHoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive(cls.product, cls.shop, 5)
        cls.order, cls.second = cls.basket(), cls.basket()

    def hold(self, quantity, owner=None, **options):
        self.availability.hold(owner or self.order, [(self.product.id, self.shop.id, quantity)], **options)

    # -- available ---------------------------------------------------------------------------------------------------

    def test_a_hold_counts_for_everybody_but_its_owner(self):
        self.hold(3)
        self.assertEqual(self.left(), 2)
        self.assertEqual(self.left(omni_owner=f"sale.order,{self.order.id}"), 5)
        self.assertEqual(self.left(omni_owner=f"sale.order,{self.second.id}"), 2)
        self.assertEqual(self.left(omni_owner="nonsense"), 2)

    def test_nobody_says_that_the_goods_of_others_are_theirs(self):
        """given goods on hold, when a caller names their owner, then they count for who may change it, and in sudo mode
        for no one else, unless our own code says so"""
        self.hold(3)
        named = f"sale.order,{self.order.id}"
        for user, owner, left in (
            (self.seller, named, 5),
            (self.omni_user, named, 2),
            (self.seller, "sale.order,999999999", 2),
            (self.seller, [named], 2),
            (self.seller, f"res.partner,{self.shopper.id}", 2),
            (self.omni_user, owner_of(self.order), 5),
        ):
            asked = self.availability.with_user(user).with_context(omni_owner=owner)
            for contract in (asked, asked.sudo()):
                found = contract.available(self.product.ids, self.shop.ids)[self.product.id, self.shop.id]
                self.assertEqual(found, left, (user.login, owner, contract.env.su))

    def test_reserved_and_unreserved_demand_are_subtracted_once(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 3,
                "location_id": self.shop.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        move._action_confirm()
        self.assertEqual(move.state, "confirmed")
        self.assertEqual(self.left(), 2)
        move._action_assign()
        self.assertEqual(move.state, "assigned")
        self.assertEqual(self.left(), 2)
        move._action_cancel()
        self.assertEqual(self.left(), 5)

    def test_a_delivery_in_several_steps_is_subtracted_once(self):
        self.shop.delivery_steps = "pick_pack_ship"
        self.product.allow_out_of_stock_order = True
        order = self.basket(7, website=False, warehouse=self.shop)
        order.action_confirm()
        self.assertEqual(self.left(), 0)
        self.receive(self.product, self.shop, 4)
        self.assertEqual(self.left(), 2)
        order.picking_ids.action_assign()
        self.assertEqual(self.left(), 2)

    def test_a_move_between_shelves_takes_nothing(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.shop.lot_stock_id.id})
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 9,
                "location_id": self.shop.lot_stock_id.id,
                "location_dest_id": shelf.id,
            }
        )
        move._action_confirm()
        self.assertEqual(self.left(), 5)

    def test_never_below_zero_and_every_pair_is_answered(self):
        self.hold(5)
        self.env["stock.quant"]._update_available_quantity(self.product, self.shop.lot_stock_id, -4)
        promise = self.availability.available((self.product + self.other).ids, (self.shop + self.central).ids)
        self.assertEqual(len(promise), 4)
        self.assertEqual(set(promise.values()), {0.0})

    def test_one_query(self):
        self.left()
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.availability.available((self.product + self.other).ids, (self.shop + self.central).ids)

    # -- hold --------------------------------------------------------------------------------------------------------

    def test_all_or_nothing(self):
        demand = [(self.product.id, self.shop.id, 2), (self.other.id, self.shop.id, 1)]
        with self.assertRaises(OutOfStock) as caught:
            self.availability.hold(self.order, demand)
        self.assertEqual(caught.exception.shortages, {(self.other.id, self.shop.id): 1})
        self.assertEqual(self.left(), 5)

    def test_lines_of_one_product_add_up(self):
        pair = (self.product.id, self.shop.id)
        with self.assertRaises(OutOfStock):
            self.availability.hold(self.order, [(*pair, 3), (*pair, 3)])
        self.availability.hold(self.order, [(*pair, 3), (*pair, 2)])
        self.assertEqual(self.left(), 0)

    def test_a_new_hold_replaces_the_former_in_one_step(self):
        self.hold(4)
        self.hold(5)
        self.assertEqual(self.left(), 0)
        self.assertEqual(self.ends(self.order), ["replaced", False])

    def test_a_refused_hold_leaves_the_former(self):
        self.hold(4)
        with self.assertRaises(OutOfStock):
            self.hold(6)
        self.assertEqual(self.left(), 1)

    def test_nobody_gets_what_another_one_holds(self):
        self.hold(5)
        with self.assertRaises(OutOfStock):
            self.hold(1, owner=self.second)

    def test_an_expired_hold_stops_counting_without_any_job(self):
        self.hold(5)
        self.run_out(self.order)
        self.assertEqual(self.left(), 5)
        self.hold(5, owner=self.second)
        self.assertEqual(self.ends(self.order), ["expired"])
        self.assertEqual(self.ends(self.second), [False])

    def test_services_and_untracked_goods_need_no_hold(self):
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        goods = self.env["product.product"].create({"name": "String", "type": "consu", "is_storable": False})
        for product in service + goods:
            self.availability.hold(self.order, [(product.id, self.shop.id, 3)])
            self.assertEqual(self.left(product=product), float("inf"))
        self.assertFalse(self.ends(self.order))

    def test_release_extend_and_commit_are_idempotent(self):
        for step in ("release", "commit"):
            getattr(self.availability, step)(self.order)
            self.hold(2)
            getattr(self.availability, step)(self.order)
            getattr(self.availability, step)(self.order)
        self.assertEqual(self.ends(self.order), ["released", "committed"])
        self.availability.extend(self.order, 60)
        self.assertEqual(self.left(), 5)

    def test_extend_gives_the_time_from_now(self):
        self.hold(2, ttl=60)
        self.availability.extend(self.order, 3600)
        seconds = self.env["omni.hold"]._seconds_left("sale.order", self.order.id)
        self.assertAlmostEqual(seconds, 3600, delta=5)

    def test_what_ran_out_is_not_revived(self):
        self.hold(2)
        self.run_out(self.order)
        self.availability.extend(self.order, 3600)
        self.availability.release(self.order)
        self.assertEqual(self.left(), 5)
        self.assertEqual(self.ends(self.order), ["expired"])

    def test_the_channel_says_how_long(self):
        self.channel.hold_minutes = 7
        self.hold(1, channel=self.channel)
        self.assertAlmostEqual(self.env["omni.hold"]._seconds_left("sale.order", self.order.id), 420, delta=5)
        self.hold(1)
        self.assertAlmostEqual(self.env["omni.hold"]._seconds_left("sale.order", self.order.id), 900, delta=5)

    # -- who may, and bad input --------------------------------------------------------------------------------------

    def test_sellers_and_stock_staff_hold_and_employees_do_not(self):
        demand = [(self.product.id, self.shop.id, 1)]
        for user in (self.seller, self.stock_user):
            self.availability.with_user(user).hold(f"sale.order,{self.order.id}", demand)
            self.availability.with_user(user).release(self.order.with_user(user))
        for call in (
            lambda contract: contract.hold(f"sale.order,{self.order.id}", demand),
            lambda contract: contract.release(f"sale.order,{self.order.id}"),
            lambda contract: contract.extend(self.order, 5),
            lambda contract: contract.commit(self.order),
            lambda contract: contract.audit(),
        ):
            with self.assertRaises(AccessError):
                call(self.availability.with_user(self.employee))

    def test_who_holds_from_outside_must_be_able_to_change_the_document(self):
        own_orders = new_test_user(self.env, "hold_own_orders", groups="sales_team.group_sale_salesman")
        contract = self.availability.with_user(own_orders)
        owner, demand = f"sale.order,{self.order.id}", [(self.product.id, self.shop.id, 1)]
        self.order.user_id = self.env.ref("base.user_admin")
        for call in (
            lambda: contract.hold(owner, demand),
            lambda: contract.release(owner),
            lambda: contract.extend(owner, 60),
            lambda: contract.commit(owner),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(self.left(), 5)
        for owner in ("omni.refuse,1", "omni.availability,1"):
            with self.assertRaises(ValidationError):
                contract.hold(owner, demand)

    def test_who_holds_from_outside_names_what_waits_for_goods(self):
        """given records of their own, when a seller keeps goods for them, then only an open document keeps any"""
        contract, demand = self.availability.with_user(self.seller), [(self.product.id, self.shop.id, 1)]
        settings = self.env["res.users.settings"]._find_or_create_for_user(self.seller)
        for owner in (settings, self.seller.partner_id, self.product):
            with self.assertRaises(ValidationError):
                contract.hold(f"{owner._name},{owner.id}", demand)
        name = f"sale.order,{self.order.id}"
        contract.hold(name, demand)
        contract.release(name)
        self.env.cr.execute("UPDATE sale_order SET state = 'cancel' WHERE id = %s", [self.order.id])
        self.order.invalidate_recordset()
        with self.assertRaisesRegex(ValidationError, "needs no more goods"):
            contract.hold(name, demand)
        contract.release(name)
        self.assertEqual(self.left(), 5)

    def test_goods_are_kept_for_a_week_at_most(self):
        contract, demand = self.availability.with_user(self.seller), [(self.product.id, self.shop.id, 1)]
        name = f"sale.order,{self.order.id}"
        for ttl in (LONGEST + 1, 10**9):
            with self.assertRaisesRegex(ValidationError, "7 days at most"):
                contract.hold(name, demand, None, ttl)
        contract.hold(name, demand, None, LONGEST)
        with self.assertRaisesRegex(ValidationError, "7 days at most"):
            contract.extend(name, LONGEST + 1)

    def test_bad_input(self):
        for ttl in (0, -1, "soon", True, float("nan"), float("inf")):
            with self.assertRaises(ValidationError):
                self.hold(1, ttl=ttl)
        for owner in ("sale.order", "no.model,1", "sale.order,x"):
            with self.assertRaises(ValidationError):
                self.availability.hold(owner, [(self.product.id, self.shop.id, 1)])
        with self.assertRaises(ValidationError):
            self.hold(-1)

    def test_a_channel_promises_nothing_that_it_does_not_sell(self):
        parent, category = self.env["product.category"].create([{"name": "All lamps"}, {"name": "Lamps"}])
        category.parent_id = parent
        self.product.categ_id = category
        pair = (self.product.id, self.shop.id)
        for setting in (self.product.product_tmpl_id, parent):
            setting.omni_excluded_channel_ids = self.channel
            self.assertEqual(self.availability.available(*[[part] for part in pair], self.channel), {pair: 0})
            self.assertEqual(self.left(), 5)
            with self.assertRaises(OutOfStock):
                self.availability.hold(self.order, [(*pair, 1)], self.channel)
            setting.omni_excluded_channel_ids = False
        self.availability.hold(self.order, [(*pair, 1)], self.channel)

    def test_an_archived_product_is_not_promised(self):
        self.product.active = False
        self.assertEqual(self.left(), 0)
        with self.assertRaises(OutOfStock):
            self.hold(1)
        self.product.active = True
        self.hold(1)

    # -- columns that core leaves empty ------------------------------------------------------------------------------

    def quant(self, **values):
        place = {"product_id": self.product.id, "location_id": self.shop.lot_stock_id.id}
        return self.env["stock.quant"].create(place | values)

    def test_a_quant_that_carries_only_a_reservation(self):
        quant = self.quant(reserved_quantity=2)
        self.env.flush_all()
        self.env.cr.execute("SELECT quantity FROM stock_quant WHERE id = %s", [quant.id])
        self.assertEqual(self.env.cr.fetchone(), (None,))
        self.assertEqual(self.left(), 3)
        self.assertEqual(self.availability.audit(), [])
        quant.reserved_quantity = 4
        self.assertEqual(self.left(), 1)
        quant.quantity = 1
        self.assertEqual(self.left(), 2)
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_quant SET quantity = NULL WHERE id = %s", [quant.id])
        self.assertEqual(self.left(), 1)
        self.assertEqual(self.availability.audit(), [])
        self.env["stock.quant"]._merge_quants()
        self.assertEqual(self.left(), 1)
        self.availability.repair()
        self.assertEqual(self.left(), 1)

    def test_a_quant_that_carries_only_a_reservation_and_goes(self):
        quant = self.quant(reserved_quantity=2)
        self.assertEqual(self.left(), 3)
        quant.unlink()
        self.assertEqual(self.left(), 5)
        self.assertEqual(self.availability.audit(), [])

    def test_many_quants_that_carry_only_reservations(self):
        """As an import brings them in, more than are appended one by one."""
        products = self.env["product.product"].create([{"name": f"P{n}", "is_storable": True} for n in range(501)])
        place = {"location_id": self.shop.lot_stock_id.id, "reserved_quantity": 1}
        self.env["stock.quant"].create([{"product_id": product.id, **place} for product in products])
        self.assertEqual(self.availability.audit(), [])
        place = {"location_id": self.shop.lot_stock_id.id, "quantity": 3}
        self.env["stock.quant"].create([{"product_id": product.id, **place} for product in products])
        promise = self.availability.available(products.ids, self.shop.ids)
        self.assertEqual(set(promise.values()), {2})

    def test_switches_that_nobody_has_set(self):
        """given products and stores brought in by SQL, when their switches are empty, then they say what Odoo reads"""
        self.env.flush_all()
        template = self.product.product_tmpl_id
        self.env.cr.execute("UPDATE product_template SET is_storable = NULL WHERE id = %s", [template.id])
        template.invalidate_recordset()
        self.assertEqual(self.left(), inf)
        self.hold(9)
        self.assertEqual(self.left(), inf)
        self.availability.hold(self.second, [(self.product.id, self.central.id, 3)])  # never was there
        self.env.cr.execute("UPDATE product_product SET active = NULL WHERE id = %s", [self.product.id])
        self.product.invalidate_recordset()
        self.assertEqual(self.left(), 0)

    def test_what_is_held_of_a_product_of_which_nobody_said_that_it_is_sold_without_stock(self):
        self.hold(3)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET allow_out_of_stock_order = NULL WHERE id = %s",
            self.product.product_tmpl_id.ids,
        )
        self.receive(self.product, self.shop, -4)
        self.assertIn("3 on hold, but only 1 to cover it", "".join(self.availability.audit()))
        self.assertEqual(self.env["omni.incident.watch"]._missing(), {(self.product.id, self.shop.id): 2})

    # -- audit -------------------------------------------------------------------------------------------------------

    def test_audit_finds_what_nobody_waits_for_and_what_is_not_there(self):
        self.assertEqual(self.availability.audit(), [])
        self.hold(3)
        self.assertEqual(self.availability.audit(), [])
        self.env["stock.quant"]._update_available_quantity(self.product, self.shop.lot_stock_id, -4)
        [finding] = self.availability.audit()
        self.assertIn("Lamp", finding)
        self.receive(self.product, self.shop, 4)
        self.env.cr.execute("UPDATE sale_order SET state = 'cancel' WHERE id = %s", [self.order.id])
        self.order.invalidate_recordset()
        [finding] = self.availability.audit()
        self.assertIn("cancelled", finding)
        self.env.cr.execute("UPDATE omni_hold SET res_id = 0 WHERE res_id = %s", [self.order.id])
        [finding] = self.availability.audit()
        self.assertIn("no longer exists", finding)

    def test_nobody_waits_for_it_whatever_keeps_it(self):
        """given holds of documents of every kind that are over, when the daily job runs, then all is free again"""
        picking = self.env["stock.picking"].create({"picking_type_id": self.shop.out_type_id.id})
        partner = self.env["res.partner"].create({"name": "Held"})
        for owner in (picking, partner):
            self.hold(1, owner=owner)
        self.assertEqual(self.availability.audit(), [])
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_picking SET state = 'done' WHERE id = %s", [picking.id])
        self.env.cr.execute(
            "UPDATE omni_hold SET created = created - interval '8 days' WHERE res_model = 'res.partner'"
        )
        picking.invalidate_recordset()
        findings = self.availability.audit()
        self.assertEqual(["needs no more goods" in words for words in findings], [True, True])
        self.availability._gc_abandoned()
        self.assertEqual((self.left(), self.availability.audit()), (5, []))
