import base64
import json
from datetime import timedelta

import vobject
from lxml import html

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_open

from ..controllers.pickup_page import RATE_LIMIT, RATE_SECONDS, WRONG_COST
from .common import ClickCollectCommon


class PickupPageCase(HttpCase, ClickCollectCommon):
    def setUp(self):
        super().setUp()
        self._count_anew()
        self.addCleanup(self._count_anew)

    def _count_anew(self):
        """Let this machine ask as if it never had before."""
        for address in ("127.0.0.1", "::/64"):
            self.env["omni.rate.limit"]._forget(f"page:{address}")

    def _post(self, pickup, what, **values):
        return self.url_open(f"{pickup.sudo()._page_path()}/{what}", data=values or {"x": "1"})


@tagged("post_install", "-at_install")
class TestPickupPage(PickupPageCase):
    def test_link_shows_the_pickup_without_login(self):
        pickup = self._pickup((self.scarf, 2), paid=False, state="ready").sudo()
        response = self.url_open(pickup.sudo()._page_path())
        self.assertEqual(response.status_code, 200)
        said = (
            pickup.sudo().code,
            pickup.order_id.name,
            "Lyon Bellecour",
            "Silk scarf",
            "To pay",
            'data-state="ready"',
        )
        for text in said:
            self.assertIn(text, response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_code_is_gone_with_the_goods(self):
        pickup = self._pickup(state="ready")
        pickup.sudo()._set_delegate("Paul")
        delegate_code = pickup.sudo().delegate_code
        pickup.action_hand_over(pickup.sudo().code)
        text = self.url_open(pickup.sudo()._page_path()).text
        self.assertIn('data-state="collected"', text)
        for secret in (pickup.sudo().code, delegate_code, "data:image/png"):
            self.assertNotIn(secret, text)

    def test_page_loads_nothing_from_outside(self):
        text = self.url_open(self._pickup(state="ready").sudo()._page_path()).text
        page = text[text.index('id="wrap"') : text.index("</main>")]
        self.assertNotIn('src="http', page)
        picture = page.split("data:image/png;base64,")[1].split('"')[0]
        self.assertTrue(base64.b64decode(picture).startswith(b"\x89PNG"))

    def test_wrong_links_are_all_the_same(self):
        pickup, other = self._pickup().sudo(), self._pickup().sudo()
        links = [
            f"/pickup/{pickup.id}/{other.sudo().access_token}",
            f"/pickup/{pickup.id}/{'0' * 32}",
            f"/pickup/{pickup.id}/{pickup.sudo().access_token[:-1]}",
            f"/pickup/{pickup.id}/{pickup.sudo().access_token}x",
            f"/pickup/{pickup.id}/False",
            f"/pickup/{pickup.id}/%C3%A9",
            f"/pickup/999999999/{pickup.sudo().access_token}",
            f"/pickup/{10**30}/{pickup.sudo().access_token}",
            f"/pickup/x/{pickup.sudo().access_token}",
        ]
        answers = {(answer.status_code, len(answer.text)) for answer in map(self.url_open, links)}
        self.assertEqual({status for status, _length in answers}, {404})

    def test_malformed_links_are_not_found(self):
        token = self._pickup().sudo().access_token
        paths = [f"{odd}/{token}" for odd in ("-1", "²", "%00", "1e3")]
        paths += ["1", "1/", "1/a/b", "1/%00", "1/%FF", "1/" + "a" * 4000]
        for path in paths:
            self.assertEqual(self.url_open(f"/pickup/{path}").status_code, 404, path)

    def test_link_dies_some_days_after_the_end(self):
        pickup = self._pickup(state="ready")
        pickup.action_hand_over(pickup.sudo().code)
        pickup = pickup.sudo()
        for days, status in ((29, 200), (31, 404)):
            pickup.closed_at = fields.Datetime.now() - timedelta(days=days)
            self.assertEqual(self.url_open(pickup.sudo()._page_path()).status_code, status, days)
        self.lyon.omni_link_days = 60
        self.assertEqual(self.url_open(pickup.sudo()._page_path()).status_code, 200)

    def test_any_link_costs_the_database_the_same(self):
        pickup = self._pickup().sudo()
        self.env.flush_all()
        links = (
            (pickup.id, pickup.sudo().access_token),
            (pickup.id, "0" * 32),
            (10**8, "0" * 32),
            ("x", ""),
            (pickup.id, ""),
        )
        for link in links:
            with self.assertQueryCount(1):
                self.env["omni.pickup.page"]._by_link(*link)

    def test_too_many_wrong_links_from_one_address(self):
        pickup = self._pickup().sudo()
        statuses = [
            self.url_open(f"/pickup/{number}/{'0' * 32}").status_code for number in range(RATE_LIMIT // WRONG_COST + 5)
        ]
        self.assertEqual(statuses[0], 404)
        self.assertEqual(statuses[-1], 429)
        answer = self.url_open(pickup.sudo()._page_path())
        self.assertEqual((answer.status_code, answer.headers["Retry-After"]), (429, str(RATE_SECONDS)))
        self.assertIn("Try again in ten minutes", answer.text)
        self.assertNotIn(pickup.sudo().code, answer.text)
        self._count_anew()
        self.assertEqual(self.url_open(pickup.sudo()._page_path()).status_code, 200)

    def test_family_is_not_stopped(self):
        limit = self.env["omni.rate.limit"]
        for _look in range(5 * RATE_SECONDS // 15):  # five pages that stay open, each looks every 15 seconds
            self.assertTrue(limit._count("page:127.0.0.1", RATE_LIMIT, RATE_SECONDS).allowed)
        self.assertEqual(self.url_open(self._pickup().sudo()._page_path()).status_code, 200)

    def test_state_changes_with_the_pickup(self):
        pickup = self._pickup((self.scarf, 2), paid=False).sudo()

        def stamp():
            self.env.flush_all()
            return self.url_open(f"{pickup.sudo()._page_path()}/state").json()["stamp"]

        seen = [stamp(), stamp()]
        self.assertEqual(seen[0], seen[1])
        pickup.action_ready()
        seen.append(stamp())
        self._pay(pickup.order_id, 30)
        self.env.invalidate_all()
        seen.append(stamp())
        self.assertEqual(len({*seen}), 3)

    def test_calendar_file(self):
        self.lyon.opening_hours = self.env["resource.calendar"].create({"name": "Lyon", "tz": "Europe/Paris"})
        self.lyon.partner_id.write({"street": "1, Main; street\\", "name": "Émile, Lyon " + "x" * 80})
        pickup = self._pickup(paid=False).sudo()
        pickup.promised_at = "2026-03-29 08:30:00"
        answer = self.url_open(f"{pickup.sudo()._page_path()}/pickup.ics")
        self.assertTrue(answer.headers["Content-Type"].startswith("text/calendar"))
        lines = answer.content.split(b"\r\n")
        self.assertTrue(all(len(line) <= 75 and b"\n" not in line for line in lines))
        self.assertIn(b"DTSTART:20260329T083000Z", lines)
        self.assertIn(b"1\\, Main\\; street\\\\", answer.content.replace(b"\r\n ", b""))
        event = vobject.readOne(answer.content.decode()).vevent
        self.assertEqual(event.dtstart.value.utcoffset(), timedelta(0))
        self.assertIn(pickup.sudo().code, event.description.value)
        self.assertIn("1, Main; street\\", event.location.value)
        self.assertIn("Émile, Lyon", event.summary.value)
        self.assertEqual(event.status.value, "CONFIRMED")
        self.assertEqual(event.valarm.trigger.value, timedelta(hours=-1))

    def test_goes_on_the_home_screen(self):
        pickup = self._pickup().sudo()
        self.assertIn(
            f'rel="manifest" href="{pickup.sudo()._page_path()}/app.webmanifest"',
            self.url_open(pickup.sudo()._page_path()).text,
        )
        answer = self.url_open(f"{pickup.sudo()._page_path()}/app.webmanifest")
        manifest = json.loads(answer.text)
        self.assertEqual((manifest["start_url"], manifest["display"]), (pickup.sudo()._page_path(), "standalone"))
        for icon in manifest["icons"]:
            self.assertEqual(self.url_open(icon["src"]).headers["Content-Type"], "image/png")

    def test_map_link(self):
        page = self.env["omni.pickup.page"]
        self.assertIn("openstreetmap.org/search?query=1+Main+street", page._map_url(self.lyon))
        self.lyon.partner_id.write({"partner_latitude": 45.7578, "partner_longitude": 4.832})
        self.assertIn("mlat=45.757800&mlon=4.832000", page._map_url(self.lyon))

    def test_names_who_may_collect(self):
        pickup = self._pickup().sudo()
        answer = self._post(pickup, "delegate", name="<b>Paul</b>")
        self.assertTrue(answer.url.endswith(f"{pickup.sudo()._page_path()}#delegate"))
        pickup.invalidate_recordset()
        self.assertEqual(pickup.delegate_name, "<b>Paul</b>")
        self.assertIn("&lt;b&gt;Paul", answer.text)
        self.assertIn(pickup.sudo().delegate_code, answer.text)
        [share] = html.fromstring(answer.text).xpath("//button[@name='share']/@data-text")
        self.assertIn(f"Code {pickup.delegate_code}: collect order {pickup.display_name} at Lyon Bellecour", share)

    def test_changes_shop(self):
        pickup = self._pickup((self.scarf, 2)).sudo()
        self._set_stock(self.glove, self.lille, -10)
        choice = self.url_open(f"{pickup.sudo()._page_path()}/shops").text
        self.assertIn("Lille Centre", choice)
        self.assertNotIn("Lyon Bellecour</strong>", choice)
        answer = self._post(pickup, "shop", shop_id=self.lille.id)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("You now collect in Lille Centre.", answer.text)
        pickup.invalidate_recordset()
        self.assertEqual(pickup.warehouse_id, self.lille)

    def test_other_shops_say_what_is_asked_of_them(self):
        """How far each is from the store that was chosen, when it is ready there, and whether it is open now."""
        self.lyon.partner_id.write({"partner_latitude": 45.758, "partner_longitude": 4.832})
        self.lille.partner_id.write({"partner_latitude": 50.633, "partner_longitude": 3.066})
        self.lille.opening_hours = self.env["resource.calendar"].create({"name": "Lille", "tz": "Europe/Paris"})
        pickup = self._pickup().sudo()
        page = self.url_open(f"{pickup._page_path()}/shops").text
        self.assertRegex(page, r"5\d\d km from Lyon")
        self.assertIn(self.lille._omni_open_now()[self.lille.id]["label"], page)
        self.assertIn(self.lille._omni_ready_words()[self.lille].split(" ")[0], page)
        self.assertNotIn("Today", page)

    def test_who_changed_something_reads_so_first(self):
        """given a pickup, when its customer asks to cancel or changes its time, then the top of the page says so"""
        begun = self._pickup(state="preparing").sudo()
        page = html.fromstring(self._post(begun, "cancel").text)
        [asked] = page.xpath("//*[@data-part='progress']//*[@name='cancel_asked']")
        self.assertIn("The store will contact you", asked.text_content())
        rule = {"warehouse_id": self.lyon.id, "hour_from": 0, "hour_to": 24, "minutes": 60, "capacity": 5}
        self.env["omni.pickup.slot.rule"].create([rule | {"dayofweek": str(day)} for day in range(7)])
        pickup = self._pickup().sudo()
        slot = self.lyon.omni_slots(pickup.promised_at, pickup.promised_at + timedelta(days=1))[3]
        self.assertIn("Your pickup time is changed. Collect on", self._post(pickup, "slot", slot_id=slot.id).text)
        self.assertNotIn('name="notice"', self.url_open(f"{pickup._page_path()}?changed=x").text)

    def test_shows_what_it_is_and_a_phone_that_rings(self):
        self.lyon.partner_id.phone = "+33 4 78 00 00 00"
        page = self.url_open(self._pickup((self.scarf, 2)).sudo()._page_path()).text
        self.assertIn('href="tel:+33478000000"', page)
        self.assertIn(f"/web/image/product.product/{self.scarf.id}/image_128", page)
        self.assertIn("100.00", page)

    def test_the_code_as_a_picture_for_mails(self):
        pickup = self._pickup(state="ready").sudo()
        picture = self.url_open(f"{pickup._page_path()}/code.png")
        self.assertEqual((picture.headers["Content-Type"], picture.content[:4]), ("image/png", b"\x89PNG"))
        self.assertEqual(picture.headers["Cache-Control"], "no-store")
        pickup.with_user(self.desk_user).action_hand_over(pickup.code)
        after = self.url_open(f"{pickup._page_path()}/code.png")
        with file_open("web/static/img/transparent.png", "rb") as empty:
            self.assertEqual((after.status_code, after.content), (200, empty.read()))

    def test_a_reservation_is_no_order(self):
        pickup = self.env["omni.pickup"]._reserve(self.customer, self.lyon, [(self.scarf.id, 1)])
        page = self.url_open(pickup._page_path()).text
        self.assertIn(f"Reserved for you until {pickup._local(pickup.deadline)}", page)
        self.assertIn("you pay only for what you keep", page)
        self.assertIn("if you keep it", page)
        self.assertNotIn("We have your order", page)

    def test_refusal_is_said_on_the_page(self):
        pickup = self._pickup(state="preparing").sudo()
        answer = self._post(pickup, "shop", shop_id=self.lille.id)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("This store can no longer take your order", answer.text)
        pickup.invalidate_recordset()
        self.assertEqual((pickup.warehouse_id, pickup.state), (self.lyon, "preparing"))

    def test_cancels_or_asks(self):
        pickup = self._pickup(paid=False).sudo()
        self.assertIn("Cancel my order", self.url_open(pickup.sudo()._page_path()).text)
        self.assertIn('data-state="cancelled"', self._post(pickup, "cancel").text)
        begun = self._pickup(state="preparing").sudo()
        self.assertIn("Ask the store to cancel", self.url_open(begun._page_path()).text)
        self.assertIn("You asked the store to cancel", self._post(begun, "cancel").text)
        begun.invalidate_recordset()
        self.assertEqual(begun.state, "preparing")

    def test_says_that_he_is_here(self):
        self.lyon.omni_drive_in = True
        pickup = self._pickup(state="ready").sudo()
        self.assertIn("I am here", self.url_open(pickup.sudo()._page_path()).text)
        answer = self._post(pickup, "here", bay="4", plate="ab 123 cd")
        self.assertIn("The store knows that you are here", answer.text)
        pickup.invalidate_recordset()
        self.assertEqual((pickup.bay, pickup.plate), ("4", "AB 123 CD"))

    # -- their account -------------------------------------------------------------------------------------------------

    def test_portal_order_links_to_it(self):
        user = new_test_user(self.env, "cc_camille", groups="base.group_portal")
        pickup = self._pickup(partner=user.partner_id).sudo()
        self.authenticate("cc_camille", "cc_camille")
        page = self.url_open(f"/my/orders/{pickup.order_id.id}").text
        self.assertIn(pickup.sudo()._page_path(), page)

    def test_portal_shows_own_pickups_alone(self):
        user = new_test_user(self.env, "cc_camille", groups="base.group_portal")
        own, strange = self._pickup(partner=user.partner_id).sudo(), self._pickup().sudo()
        self.authenticate("cc_camille", "cc_camille")
        self.assertIn("Your pickups", self.url_open("/my/home").text)
        page = self.url_open("/my/pickups").text
        self.assertIn(own.display_name, page)
        self.assertNotIn(strange.display_name, page)
        self.assertIn(own.sudo().code, self.url_open(f"/my/pickups/{own.id}").text)
        answers = [self.url_open(f"/my/pickups/{odd}") for odd in (strange.id, 999999999, 10**30, "x", "%00", -1)]
        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertFalse([answer for answer in answers if strange.sudo().code in answer.text])

    def test_portal_asks_for_a_login(self):
        pickup = self._pickup().sudo()
        for path in ("/my/pickups", f"/my/pickups/{pickup.id}"):
            answer = self.url_open(path)
            self.assertIn("/web/login", answer.url)
            self.assertNotIn(pickup.sudo().code, answer.text)

    def test_shop_of_the_basket_is_one_that_offers_collection(self):
        central = self._make_shop("Central depot", "CEN", "75001")
        self.authenticate(None, None)
        route = "/shop/set_click_and_collect_location"
        for forged in (f'{{"id": {central.id}}}', '{"id": 0}', '{"id": "x"}', "[1]", "nonsense"):
            answer = self.url_open(route, json={"jsonrpc": "2.0", "params": {"pickup_location_data": forged}}).json()
            self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.ValidationError", forged)
        answer = self.url_open(
            route, json={"params": {"pickup_location_data": f'{{"id": {self.lyon.id}, "name": "<b>Mine</b>"}}'}}
        ).json()
        self.assertNotIn("error", answer)
        basket = self.env["sale.order"].search([], order="id desc", limit=1)
        self.assertEqual((basket.warehouse_id, basket.pickup_location_data["name"]), (self.lyon, "Lyon Bellecour"))
