from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..exceptions import OutOfStock
from ..tools.names import without_links
from .common import OmniCommon

# Who may make or remove rows of our models: what a company sets up. Everything else is written by its steps.
SET_UP = {"omni_base.group_manager", "stock.group_stock_manager"}


@tagged("post_install", "-at_install")
class TestRights(OmniCommon):
    """What callers may do, asked of all models, whichever add-ons are here."""

    def _ours(self):
        for name in sorted(self.env.registry):
            model = self.env[name]
            if name.startswith("omni.") and not model._abstract:
                yield model

    def _writers(self, model):
        """Return the access rights of people, those of the system left out."""
        system = self.env.ref("base.group_system")
        rights = self.env["ir.model.access"].search([("model_id.model", "=", model._name)])
        return rights.filtered(lambda right: right.group_id != system)

    def test_what_is_read_only_is_so_for_every_caller(self):
        """given who may write a model of ours, when they write what its form shows as read-only, then they may not"""
        for model in self._ours():
            rights = self._writers(model)
            if model._transient or not any(right.perm_write or right.perm_create for right in rights):
                continue
            user = new_test_user(self.env, f"writer_{model._table}", groups="base.group_user")
            user.group_ids += rights.group_id
            for name, field in model._fields.items():
                if field.readonly and field.store and name not in models.MAGIC_COLUMNS:
                    with self.subTest(model=model._name, field=name):
                        self.assertFalse(model.with_user(user)._has_field_access(field, "write"))

    def test_people_make_and_remove_what_they_set_up_alone(self):
        for model in self._ours():
            for right in self._writers(model):
                if not model._transient and (right.perm_create or right.perm_unlink):
                    with self.subTest(model=model._name):
                        self.assertIn(right.group_id.get_external_id()[right.group_id.id], SET_UP)

    def test_customers_read_no_prices_of_ours(self):
        """given Odoo's models that customers may read, when we add a price or a cost to one, then it has groups"""
        portal = new_test_user(self.env, "rights_portal", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        found = set()
        for name in self.env.registry:
            model = self.env[name]
            if name.startswith("omni.") or model._abstract:
                continue
            for user in (portal, public):
                asked = model.with_user(user)
                if asked.has_access("read"):
                    found |= {
                        f"{name}.{field.name}"
                        for field in model._fields.values()
                        if field.name.startswith("omni_")
                        and field.type in ("monetary", "float")
                        and asked._has_field_access(field, "read")
                    }
        self.assertEqual(found, set())

    def test_no_name_of_another_company_in_what_is_refused(self):
        """given goods and a store of another company, when somebody asks to keep them, then no name comes out"""
        rival = self.env["res.company"].create({"name": "Rival"})
        store = self.env["stock.warehouse"].search([("company_id", "=", rival.id)], limit=1)
        store.name = "Secret store"
        secret = self.env["product.product"].create(
            {"name": "Secret lamp", "is_storable": True, "company_id": rival.id}
        )
        salesman = new_test_user(self.env, "rights_salesman", groups="sales_team.group_sale_salesman_all_leads")
        order = self._order()
        availability = self.env["omni.availability"].with_user(salesman)
        for product, warehouse in ((secret, self.paris), (self.lamp, store), (secret, store)):
            with self.assertRaises(OutOfStock) as caught:
                availability.hold(f"sale.order,{order.id}", [(product.id, warehouse.id, 5)])
            self.assertNotIn("Secret", str(caught.exception))
        with self.assertRaisesRegex(OutOfStock, "Lamp: 5 missing at Paris Test"):
            availability.hold(f"sale.order,{order.id}", [(self.lamp.id, self.paris.id, 5)])

    def test_nothing_of_another_company_is_named_in_a_question(self):
        rival = self.env["res.company"].create({"name": "Rival"})
        store = self.env["stock.warehouse"].search([("company_id", "=", rival.id)], limit=1)
        hidden = self.env["res.partner"].create({"name": "Hidden", "company_id": rival.id})
        channel = rival.omni_phone_channel_id
        routing = self.env["omni.routing"].with_user(self.seller)
        rows = self.env["omni.availability"].with_user(self.seller).available_rows
        demand = [(self.lamp.id, 1)]
        for call in (
            lambda: routing.plan(demand, destination=hidden.id),
            lambda: routing.plan(demand, channel=channel.id),
            lambda: routing.plan(demand, collect_at=store.id),
            lambda: rows(self.lamp.ids, self.paris.ids, channel.id),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertTrue(routing.plan(demand, destination=self.customer.id))

    def test_a_visitors_name_carries_no_link(self):
        for typed, kept in (
            ("Visit https://evil.example/ now", "Visit https evil example now"),
            ("a@evil.example www.evil.example", "a evil example www evil example"),
            ("evil。example evil․example", "evil example evil example"),
            ("Dr. J.-P. Martin-Roux, fils", "Dr. J.-P. Martin-Roux, fils"),
            ("Élodie O’Neil (Lyon) & Cie", "Élodie O’Neil (Lyon) & Cie"),
            ("हिन्दी नाम", "हिन्दी नाम"),
        ):
            self.assertEqual(without_links(typed), kept)
        partners = self.env["res.partner"]
        portal = new_test_user(self.env, "rights_named", groups="base.group_portal")
        for user in (self.env.ref("base.public_user"), portal):
            partner = partners.with_user(user).sudo().create({"name": "Win at https://evil.example"})
            self.assertEqual(partner.name, "Win at https evil example")
            partner.name = "www.evil.example"
            self.assertEqual(partner.name, "www evil example")
        self.assertEqual(partners.with_user(self.manager).sudo().create({"name": "Booking.com"}).name, "Booking.com")

    def test_who_is_of_another_company_reads_no_profile_by_a_context(self):
        rival = self.env["res.company"].create({"name": "Rival"})
        stranger = new_test_user(
            self.env,
            "rights_stranger",
            groups="base.group_user,point_of_sale.group_pos_user",
            company_id=rival.id,
            company_ids=[Command.set(rival.ids)],
        )
        self._order().action_confirm()
        profile = self.customer.with_user(stranger)
        self.assertFalse(profile.omni_profile()["purchases"]["orders"])
        named = profile.with_context(allowed_company_ids=self.company.ids)
        with self.assertRaises(AccessError):
            named.omni_profile()
        self.assertFalse(named.sudo()._omni_profile_sections()["purchases"]["orders"], "nor in sudo mode")
