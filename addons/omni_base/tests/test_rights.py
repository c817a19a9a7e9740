from pathlib import Path

from lxml import etree

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from ..exceptions import OutOfStock
from ..tools.names import without_links
from .common import OmniCommon

# Who may make or remove rows of our models: what a company sets up. Everything else is written by its steps.
SET_UP = {"omni_base.group_manager", "stock.group_stock_manager"}
BOSS = "omni_base.group_manager,sales_team.group_sale_manager,stock.group_stock_manager,point_of_sale.group_pos_manager"
# What no screen asks for and who writes orders may write over the API: a contract, see docs/contracts.md.
CONTRACTS = {"omni_way", "omni_collect_warehouse_id", "omni_ship_partner_id"}


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

    # -- on Odoo's own records ---------------------------------------------------------------------------------------

    def _put_on_others(self):
        """Yield each field that our add-ons keep on a model of Odoo's."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if not (name.startswith("omni.") or model._abstract or model._transient):
                yield from (field for field in model._fields.values() if field.name.startswith("omni_") and field.store)

    def _typed(self):
        """Return the names of all fields of ours that somebody can type into a screen, or that a till sends."""
        views = self.env["ir.ui.view"].search([("arch_db", "like", "omni_")])
        nodes = [node for view in views for node in etree.fromstring(view.arch_db.encode()).iter("field")]
        typed = {node.get("name") for node in nodes if node.get("readonly") not in ("1", "True")}
        addons = {field._module for field in self._put_on_others()}
        scripts = [script for addon in addons for script in Path(file_path(addon)).glob("static/src/till/**/*.js")]
        return typed | {word for script in scripts for word in script.read_text().replace(":", " ").split()}

    def test_what_we_put_on_odoos_records_is_written_by_steps_or_typed(self):
        """given a field of ours on a record of Odoo's that not only administrators write, then it is read-only to every
        caller, or somebody types it"""
        typed, boss = self._typed() | CONTRACTS, new_test_user(self.env, "rights_all", groups=BOSS)
        for field in self._put_on_others():
            with self.subTest(field=str(field)):
                model = self.env[field.model_name].with_user(boss)
                if field.readonly:
                    with self.assertRaises(AccessError):
                        model._check_field_access(field, "write")
                    model.sudo()._check_field_access(field, "write")
                elif model.has_access("write"):
                    self.assertTrue(field.name in typed, "make it read-only, or show it where it is typed")

    def test_who_writes_orders_and_transfers_writes_no_step_of_ours(self):
        boss = new_test_user(self.env, "rights_boss", groups=BOSS)
        order = self._order().with_user(boss)
        for record, values in (
            (order, {"omni_fulfilment": "collect"}),
            (order, {"omni_cancelled_at": "2020-01-01 00:00:00"}),
            (order.order_line, {"omni_cost": 0.01}),
            (order.order_line, {"omni_way_chosen": True}),
            (order, {"order_line": [Command.update(order.order_line.id, {"omni_cost": 0.01})]}),
        ):
            with self.assertRaises(AccessError):
                record.write(values)
        with self.assertRaises(AccessError):
            order.create({"partner_id": self.customer.id, "omni_fulfilment": "collect"})
        with self.assertRaises(AccessError):
            order.with_context(default_omni_fulfilment="collect").create({"partner_id": self.customer.id})
        self.assertFalse(order.load(["partner_id/.id", "omni_fulfilment"], [[self.customer.id, "collect"]])["ids"])
        # what the screens send goes on
        order.write({"omni_channel_id": order.omni_channel_id.id})
        order.order_line.omni_way = "ship"
        self.assertTrue(order.order_line.omni_way_chosen)
        order.copy().action_confirm()

    # -- whose -------------------------------------------------------------------------------------------------------

    def test_links_stay_within_a_company(self):
        """given a record of ours that belongs to a company, then who writes it links nothing of another one"""
        for model in self._ours():
            if model._transient or "company_id" not in model._fields or not self._writers(model).filtered("perm_write"):
                continue
            for field in model._fields.values():
                if (
                    field.type in ("many2one", "many2many")
                    and field.store
                    and not field.readonly
                    and field.comodel_name not in ("res.company", "res.users")
                    and "company_id" in self.env[field.comodel_name]._fields
                    and not (field.name == "warehouse_id" and model._fields["company_id"].related)
                ):
                    with self.subTest(field=str(field)):
                        self.assertTrue(model._check_company_auto and field.check_company)

    def test_a_channel_stays_with_its_company(self):
        rival = self.env["res.company"].create({"name": "Rival"})
        self.manager.company_ids += rival
        channel = self.env["omni.channel"].create({"name": "Fair", "company_id": self.company.id})
        mine = channel.with_user(self.manager).with_context(allowed_company_ids=(self.company | rival).ids)
        with self.assertRaises(UserError):
            mine.company_id = rival
        mine.write({"name": "Spring fair", "company_id": self.company.id})
        # a website does not sell for the channel of another company
        with self.assertRaises(UserError):
            self.website.omni_channel_id = rival.omni_phone_channel_id

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
        # nor what a kit is made of, though a page of the web shop asks how many there are
        self.lamp.website_published = True
        lamp = self.lamp.with_user(portal)
        self.assertNotIn("omni_parts", lamp.fields_get())
        self.assertTrue(lamp._omni_is_counted())

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
