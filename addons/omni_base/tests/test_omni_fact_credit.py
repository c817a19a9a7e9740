from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .test_what_goes_back import BackCommon


@tagged("post_install", "-at_install")
class TestFactCredit(BackCommon):
    """For whom sales count, who sold them, and what was given off: documents worked by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nantes, cls.lille = cls.env["stock.warehouse"].create(
            [{"name": "Nantes", "code": "NTS"}, {"name": "Lille", "code": "LIL"}]
        )
        (cls.nantes + cls.lille).sudo()._omni_create_channel()
        admin, company = cls.env(user=SUPERUSER_ID), cls.env.company
        works = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        groups = "sales_team.group_sale_salesman"
        ada, bob = (new_test_user(admin, login, groups=groups, **works) for login in ("fact_ada", "fact_bob"))
        ada.with_company(company).property_warehouse_id = cls.nantes
        cls.ada, cls.bob = ada.with_env(cls.env), bob.with_env(cls.env)

    def _rows(self, order, columns):
        """Return ``(source, *columns)`` of the facts of an order or ticket, the oldest first."""
        self.env.flush_all()
        rows = []
        for name, source in self.env["omni.fact"]._sources().items():
            found = self.env.execute_query(
                SQL(
                    "SELECT %s FROM (%s) AS f WHERE company_id = %s AND order_ref = %s ORDER BY date, line_id",
                    SQL(", ").join(SQL.identifier(column) for column in columns),
                    source,
                    self.env.company.id,
                    order.name,
                )
            )
            rows += [
                (name, *(round(value, 2) if isinstance(value, float) else value for value in row)) for row in found
            ]
        return rows

    def _money(self, order):
        return self._rows(order, ["quantity", "amount_total", "discount"])

    def _off(self, order, percent):
        order.order_line.discount = percent
        return order

    def test_who_gets_the_credit(self):
        phone, nobody = self.env.company.omni_phone_channel_id, self.env["res.users"]
        none, nantes, lille = self.env["stock.warehouse"], self.nantes, self.lille
        by_phone = {"website_id": False, "user_id": self.bob.id}
        for case, values, channel, store, seller in (
            ("the web alone", {}, self.web, none, nobody),
            ("sent by a store", {"warehouse_id": lille.id}, lille.omni_channel_id, lille, nobody),
            ("a seller of no store, on the phone", by_phone, phone, none, self.bob),
            (
                "the same, sent by a store",
                by_phone | {"warehouse_id": lille.id},
                lille.omni_channel_id,
                lille,
                self.bob,
            ),
            ("a seller of Nantes", by_phone | {"user_id": self.ada.id}, nantes.omni_channel_id, nantes, self.ada),
            (
                "sold in Nantes, sent by Lille",
                by_phone | {"user_id": self.ada.id, "warehouse_id": lille.id},
                nantes.omni_channel_id,
                nantes,
                self.ada,
            ),
            ("a customer of Ada's, on the web", {"user_id": self.ada.id}, nantes.omni_channel_id, nantes, self.ada),
        ):
            with self.subTest(case):
                order = self._sold((self.lamp, 1), **values)
                (row,) = self._rows(order, ["credit_channel_id", "credit_warehouse_id", "seller_id"])
                self.assertEqual(row, ("sale", channel.id, store.id or None, seller.id or None))

    def test_collected_in_a_store(self):
        order = self._sold((self.lamp, 1), warehouse_id=self.lille.id)
        order.sudo().omni_fulfilment = "collect"
        columns = ["credit_channel_id", "credit_warehouse_id", "seller_id"]
        lille = ("sale", self.lille.omni_channel_id.id, self.lille.id, None)
        self.assertEqual(self._rows(order, columns), [lille])
        order.user_id = self.ada
        nantes = ("sale", self.nantes.omni_channel_id.id, self.nantes.id, self.ada.id)
        self.assertEqual(self._rows(order, columns), [nantes])

    def test_who_the_website_names_for_all_has_not_sold(self):
        self.website.sudo().salesperson_id = self.ada
        order = self._sold((self.lamp, 1))
        self.assertEqual(order.user_id, self.ada)
        columns = ["credit_channel_id", "credit_warehouse_id", "seller_id"]
        self.assertEqual(self._rows(order, columns), [("sale", self.web.id, None, None)])

    def test_a_ticket_counts_for_its_till_and_so_does_what_comes_back(self):
        ticket = self._ring_up({"product_id": self.lamp.id, "qty": 2, "price_unit": 40.0})
        self._take_back((ticket.lines, 1))
        columns = ["quantity", "credit_channel_id", "credit_warehouse_id", "seller_id", "campaign_id", "reason"]
        credit = (self.till.id, ticket.omni_warehouse_id.id, ticket.user_id.id, None, None)
        self.assertEqual(self._rows(ticket, columns), [("pos", 2, *credit), ("pos", -1, *credit)])

    def test_campaign_and_credit_go_back_with_the_goods(self):
        campaign = self.env["utm.campaign"].sudo().create({"name": "Spring"})
        order = self._sold((self.lamp, 3), user_id=self.ada.id, campaign_id=campaign.id)
        self._return(self._ship(order.picking_ids), 1)
        ticket = self._ring_up(*self._settling(order))
        self._take_back((ticket.lines, 1))
        columns = ["credit_channel_id", "credit_warehouse_id", "seller_id", "campaign_id", "reason"]
        row = (self.nantes.omni_channel_id.id, self.nantes.id, self.ada.id, campaign.id, None)
        self.assertEqual(self._rows(order, columns), [(source, *row) for source in ("sale", "sale_back", "pos_back")])

    def test_given_off_an_order(self):
        """80 for two lamps, a quarter off and 8 more: 52 with 28 given off; one comes back: half of each."""
        less = self.env["product.product"].create({"name": "Less", "type": "service", "taxes_id": False})
        order = self._off(self._sold((self.lamp, 2)), 25)
        order.order_line = [Command.create({"product_id": less.id, "price_unit": -8.0, "tax_ids": False})]
        sold = [("sale", 2, 60, 20), ("sale", 0, -8, 8)]
        self.assertEqual(self._money(order), sold)
        self._return(self._ship(order.picking_ids), 1)
        self.assertEqual(self._money(order), [*sold, ("sale_back", -1, -26, -14)])

    def test_given_off_whole(self):
        order = self._off(self._sold((self.lamp, 1)), 100)
        self.assertEqual(self._money(order), [("sale", 1, 0, 40)])
        self._return(self._ship(order.picking_ids), 1)
        self.assertEqual(self._money(order)[1:], [("sale_back", -1, 0, -40)])

    def test_given_off_afterwards(self):
        """A credit note of 5 for a lamp that stays is given off the price."""
        order = self._sold((self.lamp, 1))
        invoice = self._invoice(order)
        self._credit(invoice, price=5.0)
        self.assertEqual(self._money(order), [("sale", 1, 40, 0), ("sale_back", 0, -5, 5)])

    def test_given_off_in_another_currency(self):
        other = self.env["res.currency"].create({"name": "OMN", "symbol": "O"})
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 2.0, "name": "2020-01-01", "company_id": self.env.company.id}
        )
        prices = self.env["product.pricelist"].sudo().create({"name": "Elsewhere", "currency_id": other.id})
        order = self._off(self._sold((self.lamp, 1), pricelist_id=prices.id), 25)
        self.assertEqual((order.amount_total, self._money(order)), (60, [("sale", 1, 30, 10)]))

    def test_given_off_at_a_till(self):
        """36 for a lamp of 40, and 4 off a chair; the lamp comes back as it was sold."""
        less = self.env["product.product"].create({"name": "Less", "type": "service", "taxes_id": False})
        ticket = self._ring_up(
            {"product_id": self.lamp.id, "qty": 1, "price_unit": 40.0},
            {"product_id": self.chair.id, "qty": 1, "price_unit": 90.0},
            {"product_id": less.id, "qty": 1, "price_unit": -4.0},
        )
        tenth = {"discount": 10, "price_subtotal": 36, "price_subtotal_incl": 36}
        ticket.lines[0].sudo().write(tenth)
        sold = [("pos", 1, 36, 4), ("pos", 1, 90, 0), ("pos", 0, -4, 4)]
        self.assertEqual(self._money(ticket), sold)
        refund = self._take_back((ticket.lines[0], 1), (ticket.lines[2], 1))
        refund.lines[0].sudo().write(tenth)
        self.assertEqual(self._money(ticket), [*sold, ("pos", -1, -36, -4), ("pos", 0, 4, -4)])

    def test_given_off_what_a_till_takes_back_of_an_order(self):
        order = self._off(self._sold((self.lamp, 2)), 25)
        (line,) = self._settling(order)
        ticket = self._ring_up(line | {"price_unit": 30.0})
        self._take_back((ticket.lines, 1))
        self.assertEqual(self._money(order), [("sale", 2, 60, 20), ("pos_back", -1, -30, -10)])
