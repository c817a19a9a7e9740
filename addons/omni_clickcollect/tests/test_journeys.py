from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ClickCollectCommon


class JourneyCase:
    """People with a login each, with no right but those of their work, and a web shop where they can pay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        address = {"name": "Camille Martin", "phone": "+33612345678", "street": "3 rue Neuve", "city": "Lyon"}
        address |= {"zip": "69002", "country_id": cls.env.ref("base.fr").id}
        cls.portal = new_test_user(cls.env, "cc_portal", groups="base.group_portal", email="camille@example.com")
        cls.portal.partner_id.write(address)
        cls.lyon.omni_desk_user_ids = cls.desk_user
        cls.lille_user = new_test_user(cls.env, "cc_lille", groups="omni_clickcollect.group_pickup_desk")
        cls.lille.omni_desk_user_ids = cls.lille_user
        cls._set_stock(cls.scarf, cls.lille, -7)
        cls.scarf.available_in_pos = True
        cls._let_pay()

    @classmethod
    def _let_pay(cls):
        """In the shop, or by a provider that confirms, and pays back, without asking anybody outside; that does what
        ``bank`` says instead, once each: "refuses", or "waits" on a page of the website.
        """
        cls.bank = []
        cls.env["payment.provider"].search([]).is_published = False
        cls.env.ref("website_sale_collect.payment_provider_on_site").write({"state": "enabled", "is_published": True})
        form = {"name": "Pay", "type": "qweb", "arch": '<form t-att-action="page" method="get"/>'}
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Card",
                "code": "none",
                "state": "test",
                "is_published": True,
                "redirect_form_view_id": cls.env["ir.ui.view"].create(form).id,
                "payment_method_ids": [
                    Command.create({"name": "Card", "code": "journey_card", "support_refund": "partial"})
                ],
            }
        )
        cls.provider.payment_method_ids.active = True
        transactions = cls.env.registry["payment.transaction"]
        values = transactions._get_specific_rendering_values

        def pay(transaction, processing_values):
            answer = cls.bank.pop(0) if cls.bank and transaction.provider_id == cls.provider else ""
            if answer == "refuses":
                transaction._set_error("The bank says no")
            elif transaction.provider_id == cls.provider and answer != "waits":
                transaction._set_done()
            page = "/stores" if answer == "waits" else "/payment/status"
            return {"page": page} | values(transaction, processing_values)

        def features(providers):
            names = ("support_manual_capture", "support_express_checkout", "support_tokenization")
            providers.update(dict.fromkeys(names, False) | {"support_refund": "partial"})

        cls.classPatch(transactions, "_get_specific_rendering_values", pay)
        cls.classPatch(transactions, "_send_refund_request", lambda transaction: transaction._set_done())
        cls.classPatch(transactions, "_create_payment", lambda _transaction: None)  # books are another add-on's work
        cls.classPatch(cls.env.registry["payment.provider"], "_compute_feature_support_fields", features)

    def _till(self):
        """Return a till of Lyon that is open. Odoo's till lists orders to who may read them: its own test user has
        these two groups.
        """
        groups = "base.group_user,point_of_sale.group_pos_user,stock.group_stock_user"
        seller = new_test_user(self.env, "cc_till", groups=groups)
        method = {"name": "Bank", "journal_id": self.env["account.journal"].search([("type", "=", "bank")], limit=1).id}
        till = self.env["pos.config"].create(
            {
                "name": "Lyon till",
                "warehouse_id": self.lyon.id,
                "picking_type_id": self.lyon.pos_type_id.id,
                "payment_method_ids": [Command.create(method)],
            }
        )
        till.with_user(seller).open_ui()
        till.current_session_id.with_user(seller).set_opening_control(0, "")
        return till

    def _go(self, url, name, login=None, **options):
        self.start_tour(url, f"omni_clickcollect_journey_{name}", login=login, timeout=120, **options)
        self.env.invalidate_all()

    def _desk(self, name, login="cc_desk", code=""):
        """``code``: what the customer shows."""
        self._go("/odoo/pickup-desk", f"desk_{name}", login=login, cookies={"journey_code": code} if code else None)

    def _last(self):
        return self.env["omni.pickup"].search([], order="id desc", limit=1)

    def _of_portal(self, *lines, **kwargs):
        return self._pickup(*lines, partner=self.portal.partner_id, **kwargs).sudo()


class Journeys(JourneyCase):
    """Whole stories of an order, on screens that people have: each goes on where the one before them stopped. Two
    screen sizes run all of them.
    """

    allow_inherited_tests_method = True

    def test_reserved_tried_and_paid_at_the_till(self):
        till = self._till()
        self._go(self.scarf.website_url, "portal_reserves", login="cc_portal")
        pickup = self._last()
        self.assertEqual((pickup.kind, pickup.partner_id), ("reservation", self.portal.partner_id))
        self._desk("leaves_it_to_the_till")
        self._go(f"/pos/ui/{till.id}", "till_settles", login="cc_till", cookies={"journey_code": pickup.sudo().code})
        self.assertEqual((pickup.state, pickup.amount_due), ("collected", 0))
        self._go(f"/my/pickups/{pickup.id}", "page_collected", login="cc_portal")

    def test_bought_online_and_collected_with_the_qr_code(self):
        self._go(self.scarf.website_url, "guest_buys")
        pickup = self._last()
        self.assertEqual((pickup.order_id.state, pickup.amount_due), ("sale", 0))
        self._desk("prepares")
        self._go(pickup.sudo()._page_path(), "page_ready")
        self._desk("scans", code=pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")
        self.assertEqual(self._told(pickup), ["received", "ready", "collected"])
        self._go(pickup.sudo()._page_path(), "page_collected")

    def test_slot_taken_by_another_while_choosing(self):
        hours = {"warehouse_id": self.lyon.id, "hour_from": 9, "hour_to": 19, "capacity": 1}
        self.env["omni.pickup.slot.rule"].create([hours | {"dayofweek": str(day)} for day in range(6)])
        today = fields.Date.today()
        slots = self.lyon.with_context(omni_lines=[(self.scarf.id, 1)]).omni_slots(today, today + timedelta(days=7))
        first, second = slots[:2]
        take = self.env.registry["sale.order"]._omni_choose_slot

        def quicker(order, slot):
            if slot == first:
                slot._book("sale.order,0", 600)
            return take(order, slot)

        self.patch(self.env.registry["sale.order"], "_omni_choose_slot", quicker)
        self._go(self.scarf.website_url, "guest_chooses_a_slot")
        self.assertEqual(self._last().slot_id, second)
        self.assertEqual((first.booked, second.booked), (1, 1))

    def test_part_missing(self):
        pickup = self._of_portal((self.scarf, 1), (self.glove, 1))
        self._desk("misses_a_part")
        self._go(f"/my/pickups/{pickup.id}", "page_part_missing", login="cc_portal")
        self._desk("decides", code=pickup.sudo().code)
        self.assertEqual((pickup.state, pickup.order_id.amount_total), ("collected", 50))
        self.assertIn("part_missing", self._told(pickup))
        self._go(f"/my/pickups/{pickup.id}", "page_part_decided", login="cc_portal")

    def test_delegate(self):
        pickup = self._pickup(state="ready").sudo()
        self._go(pickup.sudo()._page_path(), "page_names_a_delegate")
        self._desk("delegate", code=pickup.sudo().delegate_code)
        self.assertEqual(pickup.state, "collected")
        self.assertIn("Paul Martin", "".join(pickup.step_ids.mapped(lambda step: step.note or "")))
        self._go(pickup.sudo()._page_path(), "page_collected")

    def test_nobody_came(self):
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_kwargs: 60)
        self._go(self.scarf.website_url, "portal_buys", login="cc_portal")
        pickup = self._last()
        self._desk("prepares")
        pickup.deadline = fields.Datetime.now() - timedelta(hours=1)
        for _each_run in range(2):
            self.env["omni.pickup"]._cron_deadline()
            self.env["omni.refund"]._cron_ask()
        self.assertEqual((pickup.state, pickup.refund_state), ("released", "done"))
        refund = pickup.order_id.transaction_ids.child_transaction_ids
        self.assertEqual((refund.provider_id, refund.state, refund.amount), (self.provider, "done", -50))
        self._go("/odoo/put-back", "desk_puts_back", login="cc_desk")
        self.assertEqual(pickup.line_ids.put_back_user_id, self.desk_user)
        self._go(f"/my/pickups/{pickup.id}", "page_paid_back", login="cc_portal")
        self._go(f"/odoo/pickups/{pickup.id}", "manager_looks", login="cc_manager")

    def test_change_of_shop(self):
        pickup = self._of_portal()
        self._go("/my/pickups", "portal_changes_shop", login="cc_portal")
        self.assertEqual(pickup.warehouse_id, self.lille)
        self._desk("has_nothing")
        self._desk("prepares", login="cc_lille")
        self.assertEqual((pickup.state, pickup.preparer_id), ("ready", self.lille_user))

    def test_drive_in(self):
        self.lyon.omni_drive_in = True
        pickup = self._pickup(state="ready").sudo()
        self._go(pickup.sudo()._page_path(), "page_is_here")
        self._desk("drive_in", code=pickup.sudo().code)
        self.assertEqual((pickup.state, pickup.bay, pickup.plate), ("collected", "4", "AB-123-CD"))

    def test_guest_reserves_with_a_code_by_mail(self):
        till = self._till()
        send = self.env.registry["mail.mail"].create

        def deliver(mails, vals_list):
            """Put the last mail where its reader finds it."""
            sent = send(mails, vals_list)
            mails.env["ir.attachment"].sudo().search([("url", "=", "/journey_mail.html")]).unlink()
            mailbox = {"name": "mail", "url": "/journey_mail.html", "public": True, "mimetype": "text/html"}
            mails.env["ir.attachment"].sudo().create(mailbox | {"raw": str(sent[-1:].body_html or "").encode()})
            return sent

        self.patch(self.env.registry["mail.mail"], "create", deliver)
        self._go(self.scarf.website_url, "guest_reserves")
        pickup = self._last()
        self.assertEqual((pickup.kind, pickup.partner_id.email), ("reservation", "camille.new@example.com"))
        self.assertEqual((pickup.line_ids.quantity, pickup.amount_due), (2, 100))
        self._desk("leaves_it_to_the_till")
        self._go(f"/pos/ui/{till.id}", "till_settles", login="cc_till", cookies={"journey_code": pickup.sudo().code})
        self.assertEqual(pickup.state, "collected")
        self._go(pickup.sudo()._page_path(), "page_collected")


@tagged("post_install", "-at_install")
class TestJourneysPhone(Journeys, HttpCase, ClickCollectCommon):
    browser_size = "390x844"
    touch_enabled = True


@tagged("post_install", "-at_install")
class TestJourneysDesktop(Journeys, HttpCase, ClickCollectCommon):
    browser_size = "1366x768"
