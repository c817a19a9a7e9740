from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .test_what_goes_back import BackCommon


class SettlingCommon(BackCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.config._omni_store()
        cls.other_shop = cls.env["stock.warehouse"].create({"name": "Other shop", "code": "OTS"})
        for store in cls.shop + cls.other_shop:
            cls.env["stock.quant"]._update_available_quantity(cls.lamp, store.lot_stock_id, 10)
        cls.mine = {"company_id": cls.env.company.id, "company_ids": [Command.set(cls.env.company.ids)]}
        cls.manager = new_test_user(cls.env(su=True), "twice_manager", "omni_base.group_manager", **cls.mine)
        cls.salesman = new_test_user(
            cls.env(su=True), "twice_salesman", "sales_team.group_sale_salesman_all_leads", **cls.mine
        )

    def _on_hand(self, store=None):
        return self.env["stock.quant"]._get_available_quantity(
            self.lamp, (store or self.shop).lot_stock_id, allow_negative=True
        ) + sum(
            self.env["stock.move"]
            .search(
                [
                    ("product_id", "=", self.lamp.id),
                    ("state", "in", ("assigned", "partially_available")),
                    ("location_id", "=", (store or self.shop).lot_stock_id.id),
                ]
            )
            .mapped("quantity")
        )


@tagged("post_install", "-at_install")
class TestPaidTwice(SettlingCommon):
    """Two tills took the payment of one order, one of them without network."""

    def _tasks(self, order):
        return order.activity_ids.mapped("summary")

    def test_it_counts_once_and_the_money_is_to_be_given_back(self):
        """given an order of 2 lamps at 40, when two tickets settle it, then 2 are delivered, invoiced and paid, 2 left
        the shelf, and a manager has the task to give 80 back; doing so moves no goods and no figures"""
        order = self._sold((self.lamp, 2))
        first = self._ring_up(*self._settling(order))
        second = self._ring_up(*self._settling(order))
        self.assertEqual((first.state, second.state), ("paid", "paid"), "a till's ticket always posts")
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced), (2, 2))
        self.assertEqual(second.lines.omni_twice_order_id, order)
        self.assertFalse(second.picking_ids)
        self.assertEqual(self._on_hand(), 8)
        self._assert(order, 2, 80, paid=80, left=0)
        self.assertEqual(len(self._tasks(order)), 1)
        self.assertIn("80", self._tasks(order)[0])
        self.assertTrue(order.activity_ids.user_id.has_group("omni_base.group_manager"))
        self.assertIn(second.pos_reference, order.activity_ids.note)
        # the task is done
        refund = self._take_back((second.lines, 2))
        self.assertFalse(refund.picking_ids)
        self.assertEqual(self._on_hand(), 8)
        self._assert(order, 2, 80, paid=80, left=0)
        self.assertFalse([row for row in self._facts() if row[0] == "pos"], "no sale, and nothing back")

    def test_a_part_of_it(self):
        """given an order of 3 of which a ticket takes 2, when a ticket of all 3 follows, then 2 of them count not"""
        order = self._sold((self.lamp, 3))
        values = self._settling(order)
        self._ring_up({**values[0], "qty": 2})
        second = self._ring_up(*values)
        self.assertEqual(order.order_line.qty_delivered, 3)
        twice = second.lines.filtered("omni_twice_order_id")
        self.assertEqual((twice.qty, twice.price_subtotal_incl), (2, 80))
        self.assertEqual((second.lines - twice).mapped("qty"), [1])
        self.assertEqual(sum(second.lines.mapped("price_subtotal_incl")), 120)
        self.assertEqual(self._on_hand(), 7)
        self.assertIn("80", self._tasks(order)[0])

    def test_taken_by_hand_at_the_first_till(self):
        """given a ticket that a customer takes one more on, or the rest of a part, then nobody is paid twice"""
        order = self._sold((self.lamp, 2))
        values = self._settling(order)[0]
        self._ring_up({**values, "qty": 3})
        self.assertFalse(self._tasks(order))
        other = self._sold((self.lamp, 3))
        values = self._settling(other)[0]
        for quantity in (1, 2):
            self._ring_up({**values, "qty": quantity})
        self.assertFalse(self._tasks(other))
        self.assertEqual(other.order_line.qty_delivered, 3)

    def test_paid_online_meanwhile(self):
        """given an order that its customer pays online while a till without network takes the payment, then the goods
        leave with the ticket, and the till's money is to be given back"""
        order = self._sold((self.lamp, 2))
        self._pay_online(order, 80.0)
        ticket = self._ring_up(*self._settling(order))
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(ticket.picking_ids.state, "done")
        self.assertIn("80", self._tasks(order)[0])

    def test_what_was_paid_before_came_off_the_ticket(self):
        """given an order of 80 of which 30 are paid online and taken off, when the ticket of 50 is paid, then it is
        well; when it is paid twice, then 50 are to be given back"""
        order = self._sold((self.lamp, 2))
        self._pay_online(order, 30.0)
        paid_online = {
            "product_id": self.deposit.id,
            "qty": 1,
            "price_unit": -30.0,
            "sale_order_origin_id": order.id,
        }
        self._ring_up(*self._settling(order), paid_online)
        self.assertFalse(self._tasks(order))
        again = self._ring_up({**self._settling(order)[0]}, paid_online)
        self.assertEqual(again.lines.omni_twice_order_id, order)
        self.assertFalse(again.lines.sale_order_origin_id)
        self.assertIn("50", self._tasks(order)[0])

    def test_stock_that_moves_when_the_session_closes(self):
        self.env.company.point_of_sale_update_stock_quantities = "closing"
        self.config.current_session_id.update_stock_at_closing = True
        order = self._sold((self.lamp, 2))
        for _time in range(2):
            self._ring_up(*self._settling(order))
        [[unmoved]] = self.env.execute_query(self._unmoved())
        self.assertEqual(unmoved, 2)

    def _unmoved(self):
        self.env.flush_all()
        return SQL("SELECT SUM(quantity) FROM omni_unmoved(%s)", self.lamp.ids)


@tagged("post_install", "-at_install")
class TestClaims(SettlingCommon):
    """Which ticket takes the payment of an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["pos.config"].create(
            {"name": "Second till", "picking_type_id": cls.config.picking_type_id.id, "payment_method_ids": False}
        )

    def claim(self, ticket, orders, how="open", till=None, cashier=""):
        return (till or self.config).omni_claim_orders(ticket, orders.ids, how, cashier)

    def why(self, *args, **kwargs):
        return [row["why"] for row in self.claim(*args, **kwargs)]

    def test_one_ticket_has_it_until_it_gives_it_back(self):
        order = self._sold((self.lamp, 1))
        self.assertEqual(self.claim("first", order, cashier="Sam"), [])
        [why] = self.why("second", order, till=self.second)
        for part in ("Sam", order.name, self.config.name, "until "):
            self.assertIn(part, why)
        self.assertEqual(self.claim("first", order, "keep"), [], "renewed")
        self.claim("first", order.browse(), "keep")  # taken off the ticket, or the ticket deleted
        self.assertEqual(self.claim("second", order, till=self.second), [])

    def test_it_says_whether_it_is_your_own(self):
        """given an order on a ticket, when the same seller opens it on another one of this till, then it is theirs"""
        order = self._sold((self.lamp, 1))
        self.claim("first", order, cashier="Sam")
        for expected, values in (
            (True, {"cashier": "Sam"}),
            (False, {"cashier": "Vera"}),
            (False, {"cashier": "Sam", "till": self.second}),
        ):
            [row] = self.claim("second", order, **values)
            self.assertEqual(row["yours"], expected, values)
        self.assertEqual(self.claim("second", order, "over", cashier="Sam"), [])
        self.assertEqual(len(self.claim("first", order, "keep", cashier="Sam")), 1, "the first one pays it no more")

    def test_it_runs_out(self):
        order = self._sold((self.lamp, 1))
        self.claim("first", order)
        self.env.cr.execute("UPDATE omni_claim SET until = until - interval '1 hour'")
        self.assertEqual(self.claim("first", order, "keep"), [], "nobody took it meanwhile")
        self.env.cr.execute("UPDATE omni_claim SET until = until - interval '1 hour'")
        self.assertEqual(self.claim("second", order, till=self.second), [])
        self.assertEqual(len(self.claim("first", order, "keep")), 1)

    def test_it_is_taken_over_knowingly(self):
        order = self._sold((self.lamp, 1))
        self.claim("first", order)
        self.assertEqual(self.claim("second", order, "over", self.second, "Vera"), [])
        [why] = self.why("first", order, "keep")
        self.assertIn("Vera", why)
        self.claim("second", order.browse(), "keep", self.second)
        [why] = self.why("first", order, "keep")
        self.assertIn("another ticket meanwhile", why)
        self.assertEqual(self.claim("first", order), [])

    def test_what_was_paid_or_cancelled_meanwhile_is_not_paid_again(self):
        paid, cancelled = self._sold((self.lamp, 2)), self._sold((self.lamp, 1))
        self.claim("first", paid + cancelled)
        self._pay_online(paid, 30.0)
        cancelled._action_cancel()
        whys = self.why("first", paid + cancelled, "keep")
        self.assertIn("30", whys[0])
        self.assertIn("cancelled", whys[1])

    def test_the_ticket_that_pays_ends_it(self):
        order = self._sold((self.lamp, 1))
        self.claim("first", order)
        self._ring_up(*self._settling(order))
        self.assertEqual(len(self.claim("first", order, "keep")), 1)

    def test_who_may_ask(self):
        order = self._sold((self.lamp, 1), website_id=False)
        order.omni_channel_id = self.till  # no brick has tills serve it
        root = self.env(su=True)
        stranger = new_test_user(root, "stranger", "base.group_user", **self.mine)
        seller = new_test_user(root, "claim_seller", "base.group_user,point_of_sale.group_pos_user", **self.mine)
        with self.assertRaises(AccessError):
            self.config.with_user(stranger).omni_claim_orders("first", order.ids)
        with self.assertRaises(AccessError, msg="no rights on orders"):
            self.config.with_user(seller).omni_claim_orders("first", order.ids)
        for nonsense in ("", 5, None):
            with self.assertRaises(UserError):
                self.config.omni_claim_orders(nonsense, order.ids)


@tagged("post_install", "-at_install")
class TestShares(SettlingCommon):
    """An order that leaves from several places is settled in part."""

    def _shared(self):
        """5 lamps: 3 from the till's store, 2 from the other one."""
        order = self._sold((self.lamp, 5))
        order.order_line.move_ids.product_uom_qty = 3
        order.order_line._omni_deliver_from(self.other_shop, 2)
        return order

    def _open(self, order):
        moves = order.order_line.move_ids.filtered(lambda move: move._omni_is_open())
        return {move.warehouse_id: move.product_uom_qty for move in moves}

    def test_what_is_left_is_shared(self):
        order = self._shared()
        self.assertEqual(self._open(order), {self.shop: 3, self.other_shop: 2})
        values = self._settling(order)[0]
        self._ring_up({**values, "qty": 1})
        self.assertEqual(self._open(order), {self.shop: 2, self.other_shop: 2}, "4 are left, not 8")
        self._ring_up({**values, "qty": 3})
        self.assertEqual(self._open(order), {self.other_shop: 1})
        self._ring_up({**values, "qty": 1})
        self.assertEqual(self._open(order), {})

    def test_an_open_ticket_changes_nothing(self):
        order = self._shared()
        values = self._settling(order)[0] | {"price_subtotal": 200.0, "price_subtotal_incl": 200.0, "tax_ids": []}
        data = self.create_ui_order_data([], customer=self.customer)
        data |= {
            "state": "draft",
            "lines": [(0, 0, values)],
            "amount_total": 200.0,
            "amount_paid": 0,
            "payment_ids": [],
        }
        self.env["pos.order"].sync_from_ui([data])
        self.assertEqual(self._open(order), {self.shop: 3, self.other_shop: 2})

    # -- and changed after -------------------------------------------------------------------------------------------

    def _changed(self, quantity, gone, asked, **values):
        """Return how much is still to leave of an order for ``quantity`` after a ticket took ``gone``, and then it asks
        for ``asked``.
        """
        order = self._sold((self.lamp, quantity))
        self._ring_up({**self._settling(order)[0], "qty": gone}, **values)
        order.order_line.with_user(self.salesman).product_uom_qty = asked
        return self._leaves(order)

    def _leaves(self, order):
        moves = order.order_line.move_ids.filtered(lambda move: move._omni_is_open())
        self.assertFalse(moves.filtered(lambda move: move.location_dest_id.usage == "internal"), "nothing comes back")
        return sum(moves.mapped("product_uom_qty"))

    def test_what_a_ticket_took_does_not_leave_again_when_the_order_asks_for_another_quantity(self):
        for quantity, gone, asked, leaves in (
            (3, 3, 4, 1),
            (3, 1, 4, 3),
            (3, 1, 3, 2),
            (3, 1, 2, 1),
            (3, 1, 1, 0),
            (3, 2, 1, 0),
            (3, 3, 2, 0),
        ):
            # Odoo refuses to ask for less than was given
            for later in ("2030-01-01",) if asked < gone else (False, "2030-01-01"):
                with self.subTest(quantity=quantity, gone=gone, asked=asked, later=later):
                    self.assertEqual(self._changed(quantity, gone, asked, shipping_date=later), leaves)

    def test_what_a_ticket_delivers_later_leaves_the_rest_to_the_order(self):
        order = self._sold((self.lamp, 3))
        values = {**self._settling(order)[0], "qty": 1}
        ticket = self._ring_up(values, shipping_date="2030-01-01")
        self.assertEqual((sum(ticket.picking_ids.move_ids.mapped("product_uom_qty")), self._leaves(order)), (1, 2))
        self._ring_up(values)
        self.assertEqual(self._leaves(order), 1)
        self._ring_up(values, shipping_date="2030-01-01")
        self.assertEqual(self._leaves(order), 0)

    def test_what_a_ticket_took_does_not_leave_again_when_the_order_is_confirmed_again(self):
        for gone, later in ((3, False), (1, False), (1, "2030-01-01")):
            order = self._sold((self.lamp, 3))
            self._ring_up({**self._settling(order)[0], "qty": gone}, shipping_date=later)
            order._action_cancel()
            self.assertEqual(self._leaves(order), 0)
            order.action_draft()
            order.action_confirm()
            self.assertEqual(self._leaves(order), 3 - gone)

    def test_what_came_back_at_a_till_may_leave_again(self):
        order = self._sold((self.lamp, 3))
        ticket = self._ring_up(*self._settling(order))
        self._take_back((ticket.lines, 2))
        self.assertEqual(self._leaves(order), 0)
        order.order_line.product_uom_qty = 4
        self.assertEqual(self._leaves(order), 3)

    def test_dozens(self):
        dozens = {"product_uom_qty": 2, "product_uom_id": self.env.ref("uom.product_uom_dozen").id, "tax_ids": False}
        order = self._sold(order_line=[Command.create({"product_id": self.lamp.id, **dozens})])
        self.assertEqual(sum(order.order_line.move_ids.mapped("product_qty")), 24)
        self._ring_up({**self._settling(order)[0], "qty": 5})
        order.order_line.product_uom_qty = 1
        moves = order.order_line.move_ids.filtered(lambda move: move._omni_is_open())
        self.assertEqual(sum(moves.mapped("product_qty")), 7)

    def test_picked_before_it_is_delivered(self):
        """given stores that pick first, when a ticket takes a part of what leaves from two of them, then no more is
        picked than is left"""
        (self.shop + self.other_shop).delivery_steps = "pick_ship"
        order = self._shared()
        self._ring_up({**self._settling(order)[0], "qty": 4})
        self.assertEqual(self._leaves_first(order), 1)
        order.order_line.product_uom_qty = 6
        self.assertEqual(self._leaves_first(order), 2)

    def _leaves_first(self, order):
        moves = order.order_line.move_ids.filtered(lambda move: move._omni_ends_delivery())
        return sum(moves.mapped("product_uom_qty"))

    def test_two_lines_of_one_product(self):
        order = self._sold((self.lamp, 1), (self.lamp, 4))
        first, second = order.order_line
        values = self._settling(order)
        self._ring_up(values[0])
        self.assertFalse(first.move_ids.filtered(lambda move: move._omni_is_open()))
        left = second.move_ids.filtered(lambda move: move._omni_is_open())
        self.assertEqual(sum(left.mapped("product_uom_qty")), 4)

    def test_two_lines_that_each_leave_from_two_stores(self):
        """given 5 lamps and 4 chairs from two stores each, when tickets settle both, then nothing is left to leave"""
        order = self._sold((self.lamp, 5), (self.chair, 4))
        for line, here in zip(order.order_line, (3, 1), strict=True):
            line.move_ids.product_uom_qty = here
            line._omni_deliver_from(self.other_shop, line.product_uom_qty - here)
        lamps, chairs = self._settling(order)
        self._ring_up({**lamps, "qty": 4}, {**chairs, "qty": 2})
        open_moves = order.order_line.move_ids.filtered(lambda move: move._omni_is_open())
        self.assertEqual(
            {move.product_id: (move.warehouse_id, move.product_uom_qty) for move in open_moves},
            {self.lamp: (self.other_shop, 1), self.chair: (self.other_shop, 2)},
        )
        self._ring_up({**lamps, "qty": 1}, {**chairs, "qty": 2})
        self.assertFalse(order.order_line.move_ids.filtered(lambda move: move._omni_is_open()))
