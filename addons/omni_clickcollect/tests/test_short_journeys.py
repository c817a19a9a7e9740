from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..controllers.payment import ToldSale
from .common import ClickCollectCommon
from .test_journeys import JourneyCase


class ShortJourneys(JourneyCase):
    """From a product to the confirmation of its pickup: in few taps and fields, which are counted, and whatever happens
    while they pay. On two sizes of screen, each in English and French.
    """

    allow_inherited_tests_method = True
    lang = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("website_sale_collect.payment_method_pay_on_site").sequence = -1
        if cls.lang:
            cls.env["res.lang"]._activate_lang("fr_FR")
            cls.env["ir.module.module"].search([("name", "=", "omni_clickcollect")])._update_translations(["fr_FR"])
            cls.website.language_ids = [Command.link(cls.env.ref("base.lang_fr").id)]

    def _shops(self, name, login=None):
        """Somebody does so, begun on the page of the scarf."""
        lille = {"journey_lille": str(self.lille.id)}
        self._go(self.lang + self.scarf.website_url, name, login=login, cookies=lille)
        return self._last()

    def _bring_from_lille(self):
        def plan(_contract, demand, destination=None, channel=None, collect_at=None):
            leg = {"warehouse_id": self.lille.id, "mode": "transfer", "lines": demand, "cost": 5.0, "why": []}
            return [leg | {"promised_at": fields.Datetime.now() + timedelta(days=2)}]

        self.patch(self.env.registry["omni.routing"], "plan", plan)

    def test_guest_in_five_taps_and_two_fields(self):
        pickup = self._shops("guest_short")
        self.assertEqual((pickup.warehouse_id, pickup.partner_id.email), (self.lyon, "camille@example.com"))
        self.assertEqual(pickup.partner_id.lang, "fr_FR" if self.lang else "en_US")
        self.assertEqual((pickup.state, pickup.amount_due), ("to_prepare", 50))

    def test_customer_in_three_taps(self):
        pickup = self._shops("customer_short", login="cc_portal")
        self.assertEqual((pickup.warehouse_id, pickup.partner_id), (self.lyon, self.portal.partner_id))

    def test_the_last_one_is_lost_while_they_pay(self):
        self._bring_from_lille()
        read, lost = ToldSale._get_shop_payment_values, []

        def faster(controller, order, **kwargs):
            """Once they have read the payment page for the first time, Lyon has no scarf any more."""
            values = read(controller, order, **kwargs)
            if not lost:
                lost.append(order)
                order.env["omni.availability"].sudo().release(order.sudo())
                self._set_stock(self.scarf.sudo(), self.lyon, -10)
                self.env.flush_all()
            return values

        self.patch(ToldSale, "_get_shop_payment_values", faster)
        pickup = self._shops("guest_loses_the_last_one")
        self.assertEqual(pickup.warehouse_id, self.lyon)
        self.assertGreater(pickup.promised_at, fields.Datetime.now() + timedelta(days=1))

    def test_another_window_changes_the_store(self):
        self.assertEqual(self._shops("guest_with_two_windows").warehouse_id, self.lille)

    def test_the_bank_refuses(self):
        self.bank.append("refuses")
        pickup = self._shops("guest_is_refused_by_the_bank")
        self.assertEqual((pickup.warehouse_id, pickup.amount_due), (self.lyon, 0))
        self.assertEqual(sorted(pickup.order_id.transaction_ids.mapped("state")), ["done", "error"])

    def test_back_from_the_bank(self):
        self.bank.append("waits")
        pickup = self._shops("guest_comes_back_from_the_bank")
        self.assertEqual((pickup.warehouse_id, pickup.amount_due), (self.lyon, 0))


@tagged("post_install", "-at_install")
class TestShortJourneysPhone(ShortJourneys, HttpCase, ClickCollectCommon):
    browser_size = "390x844"
    touch_enabled = True


@tagged("post_install", "-at_install")
class TestShortJourneysPhoneFrench(TestShortJourneysPhone):
    lang = "/fr"


@tagged("post_install", "-at_install")
class TestShortJourneysDesktop(ShortJourneys, HttpCase, ClickCollectCommon):
    browser_size = "1366x768"


@tagged("post_install", "-at_install")
class TestShortJourneysDesktopFrench(TestShortJourneysDesktop):
    lang = "/fr"
