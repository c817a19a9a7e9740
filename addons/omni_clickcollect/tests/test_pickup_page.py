from odoo.tests import HttpCase, new_test_user, tagged

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestPickupPage(HttpCase, ClickCollectCommon):
    def test_link_shows_the_pickup_without_login(self):
        pickup = self._pickup((self.scarf, 2), paid=False, state="ready").sudo()
        response = self.url_open(pickup._page_path())
        self.assertEqual(response.status_code, 200)
        said = (pickup.code, pickup.order_id.name, "Lyon Bellecour", "Silk scarf", "To pay", 'data-state="ready"')
        for text in said:
            self.assertIn(text, response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_code_is_gone_with_the_goods(self):
        pickup = self._pickup(state="ready")
        pickup.action_hand_over(pickup.code)
        text = self.url_open(pickup.sudo()._page_path()).text
        self.assertIn('data-state="collected"', text)
        self.assertNotIn(pickup.code, text)

    def test_wrong_links_are_all_the_same(self):
        pickup, other = self._pickup().sudo(), self._pickup().sudo()
        links = [
            f"/pickup/{pickup.id}/{other.access_token}",
            f"/pickup/{pickup.id}/{'0' * 32}",
            f"/pickup/{pickup.id}/{pickup.access_token[:-1]}",
            f"/pickup/{pickup.id}/{pickup.access_token}x",
            f"/pickup/{pickup.id}/False",
            f"/pickup/{pickup.id}/%C3%A9",
            f"/pickup/999999999/{pickup.access_token}",
            f"/pickup/{10**30}/{pickup.access_token}",
            f"/pickup/x/{pickup.access_token}",
        ]
        answers = {(answer.status_code, len(answer.text)) for answer in map(self.url_open, links)}
        self.assertEqual({status for status, _length in answers}, {404})

    def test_malformed_links_are_not_found(self):
        token = self._pickup().sudo().access_token
        paths = [f"{odd}/{token}" for odd in ("-1", "²", "%00", "1e3")]
        paths += ["1", "1/", "1/a/b", "1/%00", "1/%FF", "1/" + "a" * 4000]
        for path in paths:
            self.assertEqual(self.url_open(f"/pickup/{path}").status_code, 404, path)

    def test_portal_order_links_to_it(self):
        user = new_test_user(self.env, "cc_camille", groups="base.group_portal")
        pickup = self._pickup(partner=user.partner_id).sudo()
        self.authenticate("cc_camille", "cc_camille")
        page = self.url_open(f"/my/orders/{pickup.order_id.id}").text
        self.assertIn(pickup._page_path(), page)

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
