from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

from .common import MainCompany, pay_online
from .common_channels import ChannelsCommon


class BackCommon(ChannelsCommon):
    """Lamps of 40 (cost 25) and chairs of 90 (cost 60), without taxes, and a deposit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls.create_product("Chair", cls.categ_basic, 90.0, 60.0)
        cls.deposit = cls.env["product.product"].create({"name": "Deposit", "type": "service", "taxes_id": False})
        cls.config.down_payment_product_id = cls.deposit
        (cls.lamp + cls.chair).write({"invoice_policy": "order", "taxes_id": False})
        cls.till, cls.web = cls.config.omni_channel_id, cls.website.omni_channel_id

    def setUp(self):
        super().setUp()
        self.open_new_session(0)

    # -- documents ---------------------------------------------------------------------------------------------------

    def _sold(self, *lines, **values):
        """Return a confirmed order of the web shop: ``(product, quantity)`` each."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "website_id": self.website.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity, "tax_ids": False})
                    for product, quantity in lines
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _pay_online(self, order, amount):
        provider = self.env["payment.provider"].search([], limit=1)
        return pay_online(order, amount, provider, self.env.ref("payment.payment_method_unknown"))

    def _refund_online(self, payment, amount):
        refund = payment._create_child_transaction(amount, is_refund=True)
        refund.state = "done"
        return refund

    def _ship(self, picking):
        for move in picking.move_ids:
            move.quantity, move.picked = move.product_uom_qty, True
        picking._action_done()
        return picking

    def _return(self, picking, quantity, to_refund=True):
        context = {"active_model": picking._name, "active_id": picking.id, "active_ids": picking.ids}
        wizard = self.env["stock.return.picking"].with_context(**context).create({})
        wizard.product_return_moves.quantity = 0
        wizard.product_return_moves[:1].write({"quantity": quantity, "to_refund": to_refund})
        return self._ship(self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]))

    def _invoice(self, orders):
        invoice = orders._create_invoices(grouped=False)
        invoice.action_post()
        return invoice

    def _credit(self, invoice, quantity=None, price=None, cancel=False):
        credit = invoice._reverse_moves(cancel=False)
        line = credit.invoice_line_ids.filtered(lambda line: line.display_type == "product")[:1]
        if quantity is not None:
            line.quantity = quantity
        if price is not None:
            line.price_unit = price
        credit.action_post()
        return credit

    def _pay(self, move, amount):
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
            {"amount": amount}
        )._create_payments()

    # -- what is said of them ----------------------------------------------------------------------------------------

    def _facts(self, order=None):
        """Return facts as ``[(source, pieces, amount, cost, channel of origin)]``, oldest first."""
        self.env.flush_all()
        rows = []
        for name, source in self.env["omni.fact"]._sources().items():
            rows += [
                (name, *row)
                for row in self.env.execute_query(
                    SQL(
                        """
                        SELECT quantity, amount_total, cost, channel_id FROM (%s) AS f
                         WHERE company_id = %s AND (%s::varchar IS NULL OR order_ref = %s) ORDER BY date, line_id
                        """,
                        source,
                        self.env.company.id,
                        order and order.name,
                        order and order.name,
                    )
                )
            ]
        return rows

    def _sums(self, order):
        """Return ``(pieces, amount, cost)`` of the order's facts."""
        rows = self._facts(order)
        return tuple(round(sum(row[place] for row in rows), 2) for place in (1, 2, 3))

    def _purchase(self, order):
        """Return ``(total, pieces of goods)`` as the customer's profile shows this order, or None."""
        rows = self.customer.omni_profile()["purchases"]["orders"]
        goods = self.lamp + self.chair
        return next(
            (
                (row["total"], sum(line["quantity"] for line in row["lines"] if line["product_id"] in goods.ids))
                for row in rows
                if (row["model"], row["id"]) == (order._name, order.id)
            ),
            None,
        )

    def _assert(self, order, pieces, amount, paid, left, cost=None):
        """Facts, profile, what is paid and what is left to pay of an order: all agree with what was worked by hand."""
        sums = self._sums(order)
        self.assertEqual(sums[:2], (pieces, amount), "facts")
        if cost is not None:
            self.assertEqual(sums[2], cost, "cost")
        self.assertEqual(order._omni_worth()[order], amount, "worth")
        self.assertEqual(self._purchase(order), (amount, pieces), "profile")
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (paid, left), "money")


@tagged("post_install", "-at_install")
class TestWhatGoesBack(BackCommon):
    def test_a_return_and_its_credit_note_count_once(self):
        order = self._sold((self.lamp, 2))
        payment = self._pay_online(order, 80.0)
        invoice = self._invoice(order)
        self._pay(invoice, 80.0)  # by that same payment
        delivery = self._ship(order.picking_ids)
        self._assert(order, 2, 80, paid=80, left=0, cost=50)
        self._return(delivery, 1)
        self._assert(order, 1, 40, paid=80, left=0, cost=25)
        credit = self._credit(invoice, quantity=1)
        self._assert(order, 1, 40, paid=80, left=0, cost=25)
        self._refund_online(payment, 40.0)
        self._assert(order, 1, 40, paid=40, left=0)
        self._pay(credit, 40.0)  # the same money
        self._assert(order, 1, 40, paid=40, left=0)
        # each stands in its own source, on its own day, for the channel where it was bought
        (sold, back) = self._facts(order)
        self.assertEqual((sold[:3], back[1:3]), (("sale", 2, 80), (-1, -40)))
        self.assertEqual({row[4] for row in self._facts(order)}, {self.web.id})

    def test_a_credit_note_without_return(self):
        order = self._sold((self.chair, 2))
        invoice = self._invoice(order)
        self._pay(invoice, 180.0)
        credit = self._credit(invoice, quantity=1)
        self._assert(order, 1, 90, paid=180, left=0, cost=60)
        self._pay(credit, 90.0)
        self._assert(order, 1, 90, paid=90, left=0, cost=60)

    def test_a_price_cut_brings_no_pieces_back(self):
        order = self._sold((self.lamp, 1))
        invoice = self._invoice(order)
        self._pay(invoice, 40.0)
        self._credit(invoice, price=5.0)
        self._assert(order, 1, 35, paid=40, left=0, cost=25)

    def test_an_exchange_and_a_second_invoice_take_nothing_off(self):
        order = self._sold((self.lamp, 1))
        invoice = self._invoice(order)
        delivery = self._ship(order.picking_ids)
        back = self._return(delivery, 1, to_refund=False)
        self.assertEqual(self._sums(order), (1, 40, 25))
        self._return(back, 1, to_refund=False)
        self.assertEqual(self._sums(order), (1, 40, 25))
        self._credit(invoice)
        self.assertEqual(self._sums(order), (0, 0, 0))
        self._invoice(order)  # the same again, to another address, say
        self.assertEqual(self._sums(order), (1, 40, 25))

    def test_what_is_returned_is_worth_what_it_cost_after_the_orders_discount(self):
        discount = self.env["product.product"].create({"name": "Discount", "type": "service", "taxes_id": False})
        order = self._sold((self.lamp, 2))
        order.order_line = [Command.create({"product_id": discount.id, "price_unit": -8.0, "tax_ids": False})]
        delivery = self._ship(order.picking_ids)
        self._assert(order, 2, 72, paid=0, left=72)
        self._return(delivery, 1)
        self._assert(order, 1, 36, paid=0, left=36)
        self._return(delivery, 1)
        self._assert(order, 0, 0, paid=0, left=0, cost=0)

    def test_a_till_takes_back_what_settled_an_order(self):
        order = self._sold((self.chair, 1))
        ticket = self._ring_up(
            *self._settling(order), {"product_id": self.lamp.id, "qty": 1, "price_unit": self.lamp.list_price}
        )
        self._assert(order, 1, 90, paid=90, left=0)
        self.assertEqual(self._purchase(ticket), (40, 1), "only its own lines")
        chair, lamp = ticket.lines
        self._take_back((chair, 1))
        self._assert(order, 0, 0, paid=0, left=0, cost=0)
        codes = [step["code"] for step in order.omni_timeline()]
        self.assertEqual((codes.count("paid"), codes.count("returned")), (1, 1))
        self.assertIn(("pos_back", -1.0, -90.0, -60.0, self.web.id), self._facts(order))
        refund = self._take_back((lamp, 1))
        self.assertEqual(self._sums(ticket), (0, 0, 0))
        self.assertEqual(self._purchase(ticket), (0, 0))
        self.assertIsNone(self._purchase(refund))

    def test_a_discount_on_the_ticket_that_settles_an_order(self):
        """given an order of 2 chairs at 90, when a till settles it for 81 each, then nothing is left to pay, and it was
        sold for 162; one that comes back takes off what was paid for it"""
        order = self._sold((self.chair, 2))
        (values,) = self._settling(order)
        ticket = self._ring_up({**values, "price_unit": 81.0})
        self._assert(order, 2, 162, paid=162, left=0, cost=120)
        self._take_back((ticket.lines, 1))
        self._assert(order, 1, 81, paid=81, left=0, cost=60)

    def test_a_discount_on_a_part_of_a_dozen(self):
        """given an order of a dozen lamps for 480, when a till settles 6 of them for 35 each, then 240 are left"""
        line = {"product_id": self.lamp.id, "product_uom_qty": 1, "price_unit": 480.0, "tax_ids": False}
        line["product_uom_id"] = self.env.ref("uom.product_uom_dozen").id
        order = self._sold(order_line=[Command.create(line)])
        (values,) = self._settling(order)
        self._ring_up({**values, "qty": 6, "price_unit": 35.0})
        self.assertEqual(self._sums(order), (12, 450, 300))
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (210, 240))

    def test_a_tills_discount_is_no_piece(self):
        """given Odoo's discount of a till, goods below zero, then it takes off money and counts as no piece"""
        given_off = self.create_product("Discount", self.categ_basic, 0.0, 0.0)
        given_off.write({"type": "consu", "taxes_id": False})
        ticket = self._ring_up(
            {"product_id": self.lamp.id, "qty": 1, "price_unit": 40.0},
            {"product_id": given_off.id, "qty": 1, "price_unit": -4.0},
        )
        self.assertEqual(self._sums(ticket), (1, 36, 25))

    def test_a_tip_for_an_order_is_no_purchase(self):
        """given a ticket that settles an order and takes a tip, then the customer bought one thing, the order"""
        tip = self.env["product.product"].create({"name": "Tip", "type": "service", "taxes_id": False})
        self.config.write({"iface_tipproduct": True, "tip_product_id": tip.id})
        order = self._sold((self.lamp, 1))
        ticket = self._ring_up(*self._settling(order), {"product_id": tip.id, "qty": 1, "price_unit": 5.0})
        self._assert(order, 1, 40, paid=40, left=0)
        self.assertIsNone(self._purchase(ticket))

    def test_a_refund_made_in_the_back_office(self):
        order, plain = (
            self._sold((self.lamp, 1)),
            self._ring_up({"product_id": self.lamp.id, "qty": 3, "price_unit": 40.0}),
        )
        settled = self._ring_up(*self._settling(order))
        self._refund_in_back_office(settled)
        self._assert(order, 0, 0, paid=0, left=0, cost=0)
        self._take_back((plain.lines, 1))
        self.assertEqual(self._sums(plain), (2, 80, 50))
        self._refund_in_back_office(plain)
        self.assertEqual(self._sums(plain), (0, 0, 0))

    def test_a_deposit_given_back_is_to_be_paid_again(self):
        order = self._sold((self.chair, 1), (self.lamp, 1))
        line = {"product_id": self.deposit.id, "qty": 1, "price_unit": 30.0, "sale_order_origin_id": order.id}
        ticket = self._ring_up(line)
        self._assert(order, 2, 130, paid=30, left=100)
        self._take_back((ticket.lines, 1))
        self._assert(order, 2, 130, paid=0, left=130)

    def test_what_was_paid_online_comes_off_the_ticket(self):
        order = self._sold((self.chair, 1))
        self._pay_online(order, 30.0)
        line = {"product_id": self.deposit.id, "qty": 1, "price_unit": -30.0, "sale_order_origin_id": order.id}
        ticket = self._ring_up(line, *self._settling(order))
        self._assert(order, 1, 90, paid=90, left=0)
        self._take_back(*((line, line.qty) for line in ticket.lines))
        self._assert(order, 0, 0, paid=30, left=0)

    def test_a_line_below_zero_that_names_the_order(self):
        order = self._sold((self.lamp, 2))
        self._ring_up(*self._settling(order))
        self._ring_up({"product_id": self.lamp.id, "qty": -1, "price_unit": 40.0, "sale_order_origin_id": order.id})
        self._assert(order, 1, 40, paid=40, left=0)

    def test_an_invoice_of_two_orders_pays_each_its_share(self):
        small, large = self._sold((self.lamp, 1)), self._sold((self.lamp, 2))
        invoice = (small + large)._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        self._pay(invoice, 60.0)
        self._assert(small, 1, 40, paid=20, left=20)
        self._assert(large, 2, 80, paid=40, left=40)
        credit = self._credit(invoice)
        self._pay(credit, 60.0)
        self._assert(small, 0, 0, paid=0, left=0)
        self._assert(large, 0, 0, paid=0, left=0)

    def test_a_payment_of_two_orders_pays_each_its_share(self):
        small, large = self._sold((self.lamp, 1)), self._sold((self.lamp, 2))
        payment = self._pay_online(small, 60.0)
        payment.sale_order_ids = small + large
        self._assert(small, 1, 40, paid=20, left=20)
        self._assert(large, 2, 80, paid=40, left=40)
        self._refund_online(payment, 30.0)
        self._assert(small, 1, 40, paid=10, left=30)
        # a till that settles it takes off as much
        (row,) = self.config._omni_put_on_ticket(small)["sale.order"]
        self.assertEqual((row["id"], row["amount_paid"]), (small.id, 10))

    def test_what_paid_for_goods_that_were_given_comes_off_no_ticket(self):
        """given a lamp of two handed over and 60 of 80 paid online, then the ticket for the other asks for 20"""
        order = self._sold((self.lamp, 2))
        self._pay_online(order, 60.0)
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking._action_done()
        (row,) = self.config._omni_put_on_ticket(order)["sale.order"]
        self.assertEqual((order._omni_left_to_pay(), row["amount_paid"]), (20, 20))

    def test_a_ticket_of_two_orders(self):
        small, large = self._sold((self.lamp, 1)), self._sold((self.chair, 2))
        ticket = self._ring_up(*self._settling(small), *self._settling(large))
        self._take_back((ticket.lines[1], 1))
        self._assert(small, 1, 40, paid=40, left=0)
        self._assert(large, 1, 90, paid=90, left=0)

    def test_an_invoice_in_another_currency(self):
        other = self.env["res.currency"].create({"name": "OMN", "symbol": "O"})
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 2.0, "name": "2020-01-01", "company_id": self.env.company.id}
        )
        order = self._sold((self.lamp, 1))
        invoice = order._create_invoices()
        invoice.currency_id = other
        invoice.invoice_line_ids.price_unit = 80.0
        invoice.action_post()
        self._pay(invoice, 40.0)
        self._assert(order, 1, 40, paid=20, left=20)

    def test_todays_cost_does_not_change_the_past(self):
        order = self._sold((self.lamp, 2))
        self.lamp.standard_price = 31.0
        self.assertEqual(self._sums(order), (2, 80, 50))
        self.assertEqual(self._sums(self._sold((self.lamp, 2))), (2, 80, 62))


@tagged("post_install", "-at_install")
class TestStory(BackCommon):
    """Thirty documents, worked by hand."""

    def test_thirty_documents(self):
        # 1 web order A: 2 lamps, 80; 2 paid online; 3 its invoice; 4 its delivery
        a = self._sold((self.lamp, 2))
        payment, invoice, delivery = self._pay_online(a, 80.0), self._invoice(a), self._ship(a.picking_ids)
        # 5 one comes back, 6 is credited and 7 paid back: 1 lamp, 40
        self._return(delivery, 1)
        self._credit(invoice, quantity=1)
        self._refund_online(payment, 40.0)
        # 8 web order B: a chair, 90; 9 a ticket settles it and sells a lamp, 40; 10 and 11 both come back at the till
        b = self._sold((self.chair, 1))
        ticket_b = self._ring_up(*self._settling(b), {"product_id": self.lamp.id, "qty": 1, "price_unit": 40.0})
        self._take_back((ticket_b.lines[0], 1))
        self._take_back((ticket_b.lines[1], 1))
        # 12 web order C: a chair and a lamp, 130; 13 a deposit of 30 at the till; 14 given back
        c = self._sold((self.chair, 1), (self.lamp, 1))
        deposit = {"product_id": self.deposit.id, "qty": 1, "price_unit": 30.0, "sale_order_origin_id": c.id}
        self._take_back((self._ring_up(deposit).lines, 1))
        # 15 web order D: a lamp, 40; 16 settled at the till; 17 taken back in the back office
        d = self._sold((self.lamp, 1))
        self._refund_in_back_office(self._ring_up(*self._settling(d)))
        # 18 web order E: 2 chairs, 180; 19 its invoice, 20 paid; 21 one credited without a return, 22 paid out
        e = self._sold((self.chair, 2))
        invoice = self._invoice(e)
        self._pay(invoice, 180.0)
        self._pay(self._credit(invoice, quantity=1), 90.0)
        # 23 and 24 web orders F, 40, and G, 80, on 25 one invoice, 26 half paid
        f, g = self._sold((self.lamp, 1)), self._sold((self.lamp, 2))
        invoice = (f + g)._create_invoices()
        invoice.action_post()
        self._pay(invoice, 60.0)
        # 27 a ticket: 3 lamps, 120; 28 one comes back, 29 the others in the back office
        plain = self._ring_up({"product_id": self.lamp.id, "qty": 3, "price_unit": 40.0})
        self._take_back((plain.lines, 1))
        self._refund_in_back_office(plain)
        # 30 a ticket: a chair, 90, that stays
        kept = self._ring_up({"product_id": self.chair.id, "qty": 1, "price_unit": 90.0})

        self._assert(a, 1, 40, paid=40, left=0, cost=25)
        self._assert(b, 0, 0, paid=0, left=0, cost=0)
        self._assert(c, 2, 130, paid=0, left=130, cost=85)
        self._assert(d, 0, 0, paid=0, left=0, cost=0)
        self._assert(e, 1, 90, paid=90, left=0, cost=60)
        self._assert(f, 1, 40, paid=20, left=20, cost=25)
        self._assert(g, 2, 80, paid=40, left=40, cost=50)
        for ticket, pieces, amount in ((ticket_b, 0, 0), (plain, 0, 0), (kept, 1, 90)):
            self.assertEqual(self._sums(ticket)[:2], (pieces, amount))
            self.assertEqual(self._purchase(ticket), (amount, pieces))
        by_channel = {}
        for _source, pieces, amount, _cost, channel in self._facts():
            known = by_channel.get(channel, (0, 0))
            by_channel[channel] = (known[0] + pieces, known[1] + amount)
        # web: A 40 + C 130 + E 90 + F 40 + G 80, seven pieces; till: one chair
        self.assertEqual(by_channel, {self.web.id: (7, 380), self.till.id: (1, 90)})
        purchases = self.customer.omni_profile()["purchases"]["orders"]
        self.assertEqual(sum(row["total"] for row in purchases), 470)


@tagged("post_install", "-at_install")
class TestRealTill(MainCompany, TestPointOfSaleHttpCommon):
    """What Odoo's own till sends when goods are sold and taken back, by Odoo's own tours."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    def _facts(self, product):
        self.env.flush_all()
        query = self.env["omni.fact"]._query()
        return self.env.execute_query(
            SQL("SELECT quantity, amount_total FROM (%s) AS f WHERE product_id = %s ORDER BY 1", query, product.id)
        )

    def test_sold_and_taken_back(self):
        product = self.env["product.product"].create(
            {
                "name": "Test Product",
                "available_in_pos": True,
                "list_price": 10.0,
                "taxes_id": False,
                "pos_categ_ids": [Command.set(self.env["pos.category"].search([], limit=1).ids)],
            }
        )
        self.main_pos_config.with_user(self.pos_user).open_ui()
        self.start_tour(
            f"/pos/ui/{self.main_pos_config.id}", "refund_multiple_products_amounts_compliance", login="pos_user"
        )
        back = self.env["pos.order.line"].search([("product_id", "=", product.id), ("qty", "<", 0)])
        self.assertEqual((back.qty, back.price_subtotal_incl), (-2, 20), "as Odoo's till stores it")
        self.assertEqual(self._facts(product), [(-2, -20), (2, 20)])

    def test_a_deposit_given_back(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Deposit Customer"}).id,
                "order_line": [
                    Command.create({"product_id": self.product_a.id, "price_unit": 100.0, "tax_ids": False})
                ],
            }
        )
        order.action_confirm()
        self.main_pos_config.down_payment_product_id = self.env["product.product"].create(
            {"name": "Down Payment", "available_in_pos": True, "type": "service", "taxes_id": False}
        )
        self.main_pos_config.open_ui()
        self.start_pos_tour("PosRefundDownpayment", login="accountman")
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (0, 100))
