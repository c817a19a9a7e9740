import json
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.omni_base.exceptions import OutOfStock

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupReserve(ClickCollectCommon):
    def _reserve(self, *lines, user=None, shop=None, partner=None):
        pickups = self.env["omni.pickup"].with_user(user or self.desk_user)
        lines = [(product.id, quantity) for product, quantity in lines or [(self.scarf, 1)]]
        return pickups.reserve((partner or self.customer).id, (shop or self.lyon).id, lines)

    def _left(self, product=None, shop=None):
        product, shop = product or self.scarf, shop or self.lyon
        return self.env["omni.availability"].available(product.ids, shop.ids)[product.id, shop.id]

    def test_reservation_keeps_goods_of_which_nothing_is_paid(self):
        pickup = self._reserve((self.scarf, 2), (self.glove, 1))
        order = pickup.sudo().order_id
        self.assertEqual((pickup.kind, pickup.state, pickup.warehouse_id), ("reservation", "to_prepare", self.lyon))
        self.assertEqual({line.product_id: line.quantity for line in pickup.line_ids}, {self.scarf: 2, self.glove: 1})
        self.assertEqual((order.state, order.omni_fulfilment, order.warehouse_id), ("sale", "collect", self.lyon))
        self.assertEqual(pickup.amount_due, 130)
        self.assertEqual((self._left(), self._left(self.glove)), (8, 9))
        self.assertGreaterEqual(pickup.deadline - pickup.promised_at, timedelta(hours=24))
        self.assertEqual(self._told(pickup), ["received"])

    def test_cancelled_gives_everything_back(self):
        pickup = self._reserve((self.scarf, 2)).sudo()
        pickup.order_id._action_cancel()
        self.assertEqual((pickup.state, self._left()), ("cancelled", 10))

    def test_records_are_as_good_as_ids(self):
        pickup = self.env["omni.pickup"].with_user(self.seller).reserve(self.customer, self.lille, [(self.scarf.id, 1)])
        self.assertEqual((pickup.sudo().warehouse_id, pickup.sudo().partner_id), (self.lille, self.customer))

    def test_who_may_reserve(self):
        for user in (self.seller, self.desk_user, self.manager):
            self.assertTrue(self._reserve(user=user))
        self.lille.omni_desk_user_ids = self.desk_user
        portal = new_test_user(self.env, "cc_portal", groups="base.group_portal")
        clerk = new_test_user(self.env, "cc_clerk", groups="base.group_user")
        for user in (portal, clerk, self.desk_user):
            with self.assertRaises(AccessError):
                self._reserve(user=user, partner=portal.partner_id)

    def test_limits_are_said_in_words(self):
        with self.assertRaisesRegex(UserError, "3 of “Silk scarf” at most"):
            self._reserve((self.scarf, 2), (self.scarf, 2))
        self.lyon.omni_reserve_max_amount = 120
        with self.assertRaisesRegex(UserError, "120.*at most"):
            self._reserve((self.scarf, 3))
        for _each in range(3):
            self._reserve()
        with self.assertRaisesRegex(UserError, "3 open reservations already"):
            self._reserve()
        self.assertTrue(self._reserve(partner=self.seller.partner_id))
        self.lille.omni_reserve = False
        with self.assertRaisesRegex(UserError, "Nothing can be reserved in this store"):
            self._reserve(shop=self.lille)
        self.carrier.warehouse_ids = self.lille
        with self.assertRaisesRegex(UserError, "Nothing can be reserved in this store"):
            self._reserve(partner=self.seller.partner_id)

    def test_zero_is_no_limit(self):
        self.lyon.write({"omni_reserve_max_amount": 0, "omni_reserve_max_open": 0, "omni_reserve_max_quantity": 0})
        self.assertEqual(self._reserve((self.scarf, 10)).amount_due, 500)

    def test_limits_count_by_contact(self):
        """given somebody known by their mail or phone under several records, when they reserve, then a limit is one"""
        by_mail = self.customer.copy({"name": "C. Martin", "email": "Camille@Example.com", "phone": False})
        by_phone = self.customer.copy({"name": "Cam", "email": False, "phone": "0033 6 12 34 56 78", "active": False})
        for partner in (self.customer, by_mail, by_phone):
            self.assertTrue(self._reserve(partner=partner))
        with self.assertRaisesRegex(UserError, "3 open reservations already"):
            self._reserve()
        self.assertTrue(self._reserve(partner=by_mail))
        with self.assertRaisesRegex(UserError, "3 open reservations already"):
            self._reserve(partner=by_mail)
        self.lyon.write({"omni_no_show_limit": 2, "omni_reserve_max_open": 0})
        pickups = self.env["omni.pickup"].search([("partner_id", "in", (by_mail | by_phone).ids)])
        pickups.no_show_at = fields.Datetime.now()
        with self.assertRaisesRegex(UserError, "did not collect 2 orders"):
            self._reserve()

    def test_too_little_changes_nothing(self):
        self._set_stock(self.scarf, self.lyon, -8)
        orders = self.env["sale.order"].search_count([])
        with self.assertRaises(OutOfStock):
            self._reserve((self.scarf, 3))
        self.assertEqual((self._left(), self.env["sale.order"].search_count([])), (2, orders))

    def test_malformed(self):
        reserve = self.env["omni.pickup"].with_user(self.desk_user).reserve
        service = self.env["product.product"].create({"name": "Hemming", "type": "service"})
        bad = [None, [], 7, "ab", [1], [(self.scarf.id, 0)], [(self.scarf.id, -1)], [(self.scarf.id, "x")]]
        bad += [[(0, 1)], [(10**12, 1)], [(True, 1)], [(self.scarf.id, float("nan"))], [(service.id, 1)]]
        for lines in bad:
            with self.assertRaises(ValidationError, msg=lines):
                reserve(self.customer.id, self.lyon.id, lines)
        for partner, store in ((None, self.lyon.id), (self.customer.id, 10**12), ("1", self.lyon.id), (True, True)):
            with self.assertRaises(ValidationError):
                reserve(partner, store, [(self.scarf.id, 1)])

    def test_who_often_does_not_come_pays_first(self):
        self.lyon.omni_no_show_limit = 2
        for _each in range(2):
            pickup = self._reserve()
            pickup.action_ready()
            pickup.sudo().deadline = fields.Datetime.now() - timedelta(minutes=1)
            pickup.action_release("Nobody came")
        self.assertEqual(self.customer.omni_no_show_count, 2)
        with self.assertRaisesRegex(UserError, "did not collect 2 orders.*buy online"):
            self._reserve()
        self.customer.invalidate_recordset()
        before = fields.Datetime.now() - timedelta(days=200)
        self.env["omni.pickup"].search([("partner_id", "=", self.customer.id)]).write({"no_show_at": before})
        self.assertTrue(self._reserve())

    def test_never_ends_while_closed(self):
        self.lyon.opening_hours = self.env["resource.calendar"].create(
            {
                "name": "Lyon",
                "tz": "Europe/Paris",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create({"name": "Open", "dayofweek": str(day), "hour_from": start, "hour_to": end})
                    for day in range(6)
                    for start, end in ((9, 12), (14, 19))
                ],
            }
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Inventory",
                "calendar_id": self.lyon.opening_hours.id,
                "date_from": datetime(2026, 6, 17, 22),
                "date_to": datetime(2026, 6, 18, 22),
            }
        )
        cases = [  # Paris is two hours ahead of UTC in June; 15 June 2026 is a Monday
            (datetime(2026, 6, 15, 13), 24, datetime(2026, 6, 16, 13)),  # Tuesday 15:00, open
            (datetime(2026, 6, 15, 17), 24, datetime(2026, 6, 16, 17)),  # closes at that moment
            (datetime(2026, 6, 15, 18), 24, datetime(2026, 6, 17, 10)),  # evening: until the end of the next morning
            (datetime(2026, 6, 15, 11), 24, datetime(2026, 6, 16, 17)),  # lunch break: until the evening
            (datetime(2026, 6, 13, 9), 24, datetime(2026, 6, 15, 10)),  # Sunday
            (datetime(2026, 6, 17, 9), 24, datetime(2026, 6, 19, 10)),  # closed for the inventory on Thursday
        ]
        for start, hours, end in cases:
            self.assertEqual(self.lyon._omni_kept_until(start, hours), end, start)
        self.assertEqual(self.lille._omni_kept_until(cases[2][0], 24), datetime(2026, 6, 16, 18))

    def test_uninvited_cannot_read_requests(self):
        with self.assertRaises(AccessError):
            self.env["omni.reserve.request"].with_user(self.manager.copy({"login": "m2"})).search([]).mapped("contact")


@tagged("post_install", "-at_install")
class TestReserveOnTheWeb(HttpCase, ClickCollectCommon):
    def setUp(self):
        super().setUp()
        self.codes = []
        request_class = self.env.registry["omni.reserve.request"]
        original = request_class._send

        def send(asked, code):
            self.codes.append(code)
            return original(asked, code)

        self.patch(request_class, "_send", send)

    def _post(self, route, **params):
        answer = self.make_jsonrpc_request(route, params)
        self.assertIsInstance(answer, dict)
        return answer

    def _ask(self, **params):
        values = {"product_id": self.scarf.id, "shop_id": self.lyon.id, "quantity": 1, "name": "Léa Roux"}
        return self._post("/shop/reserve", **(values | {"contact": "Lea@Example.com"} | params))

    def _pickups(self):
        return self.env["omni.pickup"].search([("kind", "=", "reservation")])

    def test_a_code_is_sent_without_its_template_too(self):
        self.env.ref("omni_clickcollect.mail_template_reserve_code").unlink()
        self.assertIn("token", self._ask())
        mail = self.env["mail.mail"].search([("email_to", "=", "lea@example.com")], order="id desc", limit=1)
        self.assertIn(self.codes[0], mail.body_html)

    def test_the_code_goes_where_mail_arrives_and_the_page_says_where(self):
        self.assertEqual(self._ask()["sent_to"], "lea@example.com")
        self.assertIn("e-mail address", self._ask(contact="lea@nowhere")["error"])
        self.assertEqual(len(self.codes), 1)

    def test_offer_says_where_and_how_many(self):
        self._set_stock(self.scarf, self.lille, -8)
        answer = self._post("/shop/reserve/offer", product_id=self.scarf.id)
        shops = {row["id"]: row["quantity"] for row in answer["shops"]}
        self.assertEqual((answer["guest"], shops), (True, {self.lyon.id: 3, self.lille.id: 2}))
        self.lyon.omni_reserve = False
        self.assertEqual(len(self._post("/shop/reserve/offer", product_id=self.scarf.id)["shops"]), 1)
        self.scarf.is_published = False
        self.assertEqual(self._post("/shop/reserve/offer", product_id=self.scarf.id)["shops"], [])

    def test_guest_reserves_when_his_mail_is_verified(self):
        token = self._ask()["token"]
        self.assertFalse(self._pickups())
        asked = self.env["omni.reserve.request"].search([("token", "=", token)])
        self.assertEqual(asked.contact, "lea@example.com")
        self.assertNotIn(self.codes[0], json.dumps(asked.read(), default=str))
        mail = self.env["mail.mail"].search([("model", "=", asked._name), ("res_id", "=", asked.id)])
        self.assertIn(self.codes[0], mail.body_html)
        self.assertEqual((mail.email_to, mail.auto_delete), ("lea@example.com", True))
        url = self._post("/shop/reserve/confirm", token=token, code=f" {self.codes[0][:3]} {self.codes[0][3:]} ")["url"]
        pickup = self._pickups()
        self.assertEqual(pickup.partner_id.mapped("name"), ["Léa Roux"])
        self.assertEqual((pickup.partner_id.email, pickup.order_id.website_id), ("lea@example.com", self.website))
        self.assertEqual(url, pickup.sudo()._page_path())
        self.assertEqual(self.url_open(url).status_code, 200)
        again = self._post("/shop/reserve/confirm", token=token, code=self.codes[0])
        self.assertEqual((again["url"], self._pickups()), (url, pickup))

    def test_known_mail_is_the_known_customer(self):
        token = self._ask(contact="CAMILLE@example.com", name="Somebody")["token"]
        self._post("/shop/reserve/confirm", token=token, code=self.codes[0])
        self.assertEqual(self._pickups().partner_id, self.customer)
        self.assertEqual(self.customer.name, "Camille Martin")

    def test_contact_of_several_gets_one_more_customer_at_most(self):
        """given an account and a company with a mail, when a guest with it reserves, then they are a new customer, the
        same each time
        """
        new_test_user(self.env, "cc_portal", groups="base.group_portal", email="lea@example.com")
        self.env["res.partner"].create({"name": "Roux", "email": "lea@example.com", "is_company": True})
        for number in range(2):
            token = self._ask()["token"]
            self.assertIn("url", self._post("/shop/reserve/confirm", token=token, code=self.codes[number]))
        self.assertEqual(self._pickups().partner_id.mapped("name"), ["Léa Roux"])

    def test_five_tries(self):
        token = self._ask()["token"]
        wrong = f"{(int(self.codes[0]) + 1) % 10**6:06}"
        for _try in range(5):
            self.assertIn("error", self._post("/shop/reserve/confirm", token=token, code=wrong))
        self.assertIn("error", self._post("/shop/reserve/confirm", token=token, code=self.codes[0]))
        self.assertFalse(self._pickups())

    def test_same_answer_for_wrong_old_and_unknown(self):
        token = self._ask()["token"]
        unknown = self._post("/shop/reserve/confirm", token="0" * 32, code=self.codes[0])
        self.env["omni.reserve.request"].search([]).expires_at = fields.Datetime.now() - timedelta(seconds=1)
        old = self._post("/shop/reserve/confirm", token=token, code=self.codes[0])
        self.assertEqual(unknown, old)
        self.assertFalse(self._pickups())

    def test_codes_by_contact_are_few(self):
        for _each in range(3):
            self.assertIn("token", self._ask())
        self.assertIn("Too many attempts", self._ask(contact=" LEA@example.com ")["error"])
        self.assertIn("token", self._ask(contact="other@example.com"))
        an_hour_ago = SQL("UPDATE omni_rate_limit SET since = since - interval '1 hour' RETURNING key")
        self.env["omni.rate.limit"]._execute(an_hour_ago)
        self.assertIn("token", self._ask())

    def test_codes_by_address_are_few(self):
        for number in range(20):
            self.assertIn("token", self._ask(contact=f"lea{number}@example.com"))
        self.assertIn("Too many attempts", self._ask(contact="one.more@example.com")["error"])
        self.assertEqual(len(self.codes), 20)

    def test_phone_only_where_text_messages_are_sent(self):
        self.company.country_id = self.env.ref("base.fr")
        self.assertIn("no text messages", self._ask(contact="06 98 76 54 32")["error"])
        self.lyon.omni_sms = True
        token = self._ask(contact="06 98 76 54 32")["token"]
        sms = self.env["sms.sms"].search([("number", "=", "+33698765432")])
        self.assertIn(self.codes[-1], sms.body)
        self._post("/shop/reserve/confirm", token=token, code=self.codes[-1])
        self.assertEqual(self._pickups().partner_id.phone_sanitized, "+33698765432")

    def test_limits_are_said_after_the_code(self):
        self._set_stock(self.scarf, self.lyon, -10)
        token = self._ask(contact="camille@example.com")["token"]
        answer = self._post("/shop/reserve/confirm", token=token, code=self.codes[0])
        self.assertIn("not enough stock", answer["error"])
        self._set_stock(self.scarf, self.lyon, 1)
        self.assertIn("url", self._post("/shop/reserve/confirm", token=token, code=self.codes[0]))

    def test_who_has_an_account_reserves_at_once(self):
        portal = new_test_user(self.env, "cc_portal", groups="base.group_portal", email="portal@example.com")
        self.authenticate("cc_portal", "cc_portal")
        self.assertFalse(self._post("/shop/reserve/offer", product_id=self.scarf.id)["guest"])
        for _each in range(3):
            self.assertIn("/pickup/", self._ask()["url"])
        self.assertEqual(self._pickups().partner_id, portal.partner_id)
        self.assertIn("3 open reservations", self._ask()["error"])
        self.assertFalse(self.codes)

    def test_malformed_and_huge(self):
        odd = [None, True, -1, 0, 1.5, "x" * 100_000, [], {"a": 1}, 10**30, "1; DROP", "\x00", "\ud800", "٣"]
        for value in odd:
            self.assertEqual(self._post("/shop/reserve/offer", product_id=value)["shops"], [])
            self.assertIn("error", self._ask(product_id=value))
            self.assertIn("error", self._ask(shop_id=value))
            self.assertIn("error", self._ask(quantity=value))
            self.assertIn("error", self._ask(contact=value))
            self.assertIn("error", self._post("/shop/reserve/confirm", token=value, code=value))
        self.assertIn("error", self._ask(name=" "))
        self.assertIn("error", self._ask(quantity=1000))
        self.assertFalse(self.codes)
        self.assertFalse(self._pickups())

    def test_what_was_asked_for_is_forgotten_after_a_day(self):
        self._ask()
        requests = self.env["omni.reserve.request"]
        requests._gc_requests()
        self.assertTrue(requests.search([]))
        self.env.cr.execute("UPDATE omni_reserve_request SET create_date = create_date - interval '2 days'")
        requests._gc_requests()
        self.assertFalse(requests.search([]))

    # -- the link that keeps a pickup longer -------------------------------------------------------------------------

    def test_link_keeps_it_longer_once(self):
        pickup = self._pickup(paid=False, state="ready").sudo()
        path, deadline = f"{pickup.sudo()._page_path()}/extend", pickup.deadline
        self.assertEqual(self.url_open(path).status_code, 200)
        self.assertEqual(pickup.deadline, deadline)
        form = {"until": str(deadline), "csrf_token": self._csrf(path)}
        for _again in range(2):
            self.assertIn("alert-success", self.url_open(path, data=form).text)
            self.assertEqual(pickup.deadline, deadline + timedelta(hours=24))
        self.assertIn("cannot be extended any more", self.url_open(path).text)
        form["until"] = str(pickup.deadline)
        self.url_open(path, data=form)
        self.assertEqual(pickup.extensions, 1)

    def test_wrong_link_is_not_found(self):
        pickup = self._pickup(paid=False, state="ready").sudo()
        paths = [f"/pickup/{pickup.id}/{'0' * 32}", f"/pickup/0/{pickup.sudo().access_token}", "/pickup/x/é"]
        paths += [
            f"/pickup/{'9' * 40}/{pickup.sudo().access_token}",
            f"/pickup/{pickup.id + 10**6}/{pickup.sudo().access_token}",
        ]
        for path in paths:
            self.assertEqual(self.url_open(f"{path}/extend").status_code, 404)
        self.assertEqual(self.url_open(f"{pickup.sudo()._page_path()}/extend", data={"until": "x"}).status_code, 200)
        self.assertFalse(pickup.extensions)

    def _csrf(self, path):
        return self.url_open(path).text.split('name="csrf_token" value="')[1].split('"')[0]
