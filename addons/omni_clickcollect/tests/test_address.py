from lxml import html

from odoo.http import root
from odoo.tests import HttpCase, tagged

from ..models.ir_http import SHOP_COOKIE
from .test_sale_order_split import SplitCommon

ADDRESS = {"street": "3 rue Neuve", "city": "Lyon", "zip": "69003", "phone": "06 12 34 56 78"}


@tagged("post_install", "-at_install")
class TestAddress(HttpCase, SplitCommon):
    """A guest at the checkout, over HTTP, as their browser does."""

    def setUp(self):
        super().setUp()
        self.address = ADDRESS | {"country_id": self.env.ref("base.fr").id}
        self.guest = self.website.user_id.partner_id
        self.order = self._basket(partner=self.guest)
        self.authenticate(None, None)
        self.session["sale_order_id"] = self.order.id
        root.session_store.save(self.session)

    def _form(self):
        page = html.fromstring(self.url_open("/shop/address").text)
        [form] = page.xpath("//form[@name='address_form']")
        return form

    def _submit(self, **values):
        form = self._form()
        fields = {field.get("name"): field.get("value") or "" for field in form.xpath(".//input[@type='hidden']")}
        [country] = form.xpath(".//select[@name='country_id']/option[@selected]/@value") or [""]
        values = fields | {"name": "Zoé Double", "email": "zoe@example.com", "country_id": country} | values
        answer = self.url_open("/shop/address/submit", data=values).json()
        self.env.invalidate_all()
        return answer

    def _customers(self):
        return self.env["res.partner"].search([("email", "=", "zoe@example.com")])

    def test_who_collects_gives_name_and_email(self):
        self.assertTrue(self._form().find_class("o_omni_short"))
        self.assertIn("/shop/checkout", self._submit()["redirectUrl"])
        customer = self.order.partner_id
        self.assertEqual((customer.name, customer.email), ("Zoé Double", "zoe@example.com"))
        self.assertEqual(customer.country_id, self.lyon.partner_id.country_id, "carriers and taxes ask for it")
        for page in ("/shop/checkout", "/shop/payment"):
            self.assertTrue(self.url_open(page).url.endswith(page), page)

    def test_who_has_chosen_a_store_comes_to_pay_at_once(self):
        self._line(self.order, self.glove).unlink()
        self._submit()
        skip = "/shop/checkout?try_skip_step=true"
        self.assertIn("/shop/checkout", self.url_open(skip).url, "Odoo chose the store, not they")
        self.opener.cookies[SHOP_COOKIE] = str(self.lyon.id)
        self.assertTrue(self.url_open(skip).url.endswith("/shop/payment"))
        self.assertTrue(self.url_open("/shop/checkout").url.endswith("/shop/checkout"), "to change it")

    def test_who_has_something_to_choose_is_asked(self):
        """given a basket of which a part can be delivered, or that its store has not got, then the checkout is shown"""
        self.opener.cookies[SHOP_COOKIE] = str(self.lyon.id)
        self._submit()
        self.assertIn("/shop/checkout", self.url_open("/shop/checkout?try_skip_step=true").url)
        self._line(self.order, self.glove).unlink()
        self._set_stock(self.scarf, self.lyon, -10)
        self.env.flush_all()
        self.assertIn("/shop/checkout", self.url_open("/shop/checkout?try_skip_step=true").url)

    def test_who_has_something_delivered_says_where(self):
        self.order._omni_have_delivered()
        self.assertFalse(self._form().find_class("o_omni_short"))
        self.assertIn("street", self._submit()["invalid_fields"])
        self.assertIn("redirectUrl", self._submit(**self.address))

    def test_a_part_that_is_delivered_asks_where_to(self):
        self._submit()
        self.order._omni_send_home(self._line(self.order, self.glove), True)
        self.assertTrue(self.order._omni_home_lines())
        self.env.flush_all()
        self.assertIn("/shop/address", self.url_open("/shop/payment").url)

    def test_a_form_that_is_sent_twice_makes_one_customer(self):
        self.order._omni_have_delivered()
        for _click in range(2):
            self.assertIn("redirectUrl", self._submit(**self.address))
        customer = self._customers()
        self.assertEqual(len(customer), 1)
        self.assertEqual(self.order.partner_id | self.order.partner_invoice_id, customer)
        self.assertEqual(self.order.partner_shipping_id, customer)
        self._submit(**self.address, name="Marc Double")
        self.assertEqual(len(self._customers()), 2, "somebody else is somebody else")
