import json
from contextlib import suppress

from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClickCollectCommon

# What opens a pickup, a reservation or a phone.
SECRETS = {
    "omni.pickup": ("code", "access_token", "delegate_code"),
    "omni.reserve.request": ("token", "code_hash"),
    "omni.push.device": ("endpoint", "keys"),
    "omni.push.note": ("payload",),
}
# What holds the same in Odoo's models, and is for who may read these.
IN_MAILS = {"mail.mail": "body_html", "sms.sms": "body", "sale.order": "access_token"}
STEPS = 3  # relations from a model to a secret
ROLES = (
    "base.group_user",
    "base.group_portal",
    "base.group_public",
    "omni_base.group_user",
    "omni_base.group_manager",
    "omni_clickcollect.group_pickup_desk",
    "point_of_sale.group_pos_user",
    "point_of_sale.group_pos_manager",
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_manager",
    "stock.group_stock_user",
    "stock.group_stock_manager",
    "website.group_website_designer",
)
REFUSED = (UserError, ValueError, NotImplementedError, TypeError, KeyError)


@tagged("post_install", "-at_install")
class TestSecrets(ClickCollectCommon):
    """The secret of a pickup is found by no search, group, order or export of any model that leads to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = cls.env["res.groups"].search([])
        outside = cls.env.ref("base.group_portal") | cls.env.ref("base.group_public")
        cls.everything = new_test_user(cls.env, "secret_all", groups="base.group_user")
        cls.everything.group_ids = groups.filtered(lambda group: not group.all_implied_ids & outside)
        cls.users = {
            role: new_test_user(cls.env, f"secret_{role}", groups=role) for role in ROLES if role in cls._known()
        }

    @classmethod
    def _known(cls):
        return {role for role in ROLES if cls.env.ref(role, raise_if_not_found=False)}

    def setUp(self):
        super().setUp()
        self.lyon.omni_sms = True
        self.pickup = self._pickup(state="ready").sudo()
        self.pickup._set_delegate("Paul Martin")
        self.env.flush_all()

    def _edges(self):
        """Return ``{model: [(model that has a relation to it, field)]}`` of relations that can be searched."""
        edges = {}
        for name in self.env.registry:
            for field in self.env[name]._fields.values():
                if field.comodel_name and field._description_searchable and not self.env[name]._abstract:
                    edges.setdefault(field.comodel_name, []).append((name, field.name))
        return edges

    def _paths(self, target, edges):
        """Yield ``(model, path)`` of each way of up to STEPS relations to ``target``."""
        level = [(target, ())]
        for _step in range(STEPS):
            level = [
                (model, (field, *path))
                for name, path in level
                for model, field in edges.get(name, ())
                if model not in ("res.users.settings",) and field not in ("create_uid", "write_uid")
            ]
            yield from level

    def _is_refused(self, call):
        try:
            call()
        except REFUSED:
            return True
        return False

    def test_each_secret_is_closed_to_all(self):
        for model, names in SECRETS.items():
            for name in names:
                self.assertEqual(self.env[model]._fields[name].groups, NO_ACCESS, f"{model}.{name}")

    @mute_logger("odoo.models", "odoo.orm.models", "odoo.addons.base.models.ir_model")
    def test_no_path_of_any_model_leads_to_it(self):
        """given somebody who has all groups, when a domain of any model leads to a secret, then it is refused"""
        edges, tried, told = self._edges(), 0, []
        for target, names in SECRETS.items():
            for model, path in self._paths(target, edges):
                records = self.env[model].with_user(self.everything)
                for name in names:
                    tried += 1
                    domain = Domain(".".join((*path, name)), "=like", "A%")
                    if not self._is_refused(lambda records=records, domain=domain: records._search(domain)):
                        told.append(f"{model}: {domain}")
        self.assertEqual(told, [])
        self.assertGreater(tried, 500)

    @mute_logger(
        "odoo.models", "odoo.orm.models", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
    )
    def test_no_call_of_its_own_model_tells_it(self):
        pickup, line = self.pickup, self.pickup.line_ids[:1]
        for user in (*self.users.values(), self.everything):
            for name in SECRETS["omni.pickup"]:
                own, lines = pickup.with_user(user), line.with_user(user)
                orders = pickup.order_id.with_user(user)
                for call in (
                    lambda own=own, name=name: own.search_count([(name, "=", pickup[name])]),
                    lambda own=own, name=name: own.search([("id", "any", [(name, "!=", False)])]),
                    lambda own=own, name=name: own.search([], order=f"{name} desc"),
                    lambda own=own, name=name: own.search_read([], [name]),
                    lambda own=own, name=name: own.read([name]),
                    lambda own=own, name=name: own.export_data([name])["datas"],
                    lambda lines=lines, name=name: lines.export_data([f"pickup_id/{name}"])["datas"],
                    lambda orders=orders, name=name: orders.export_data([f"omni_pickup_ids/{name}"])["datas"],
                    lambda own=own, name=name: own.read_group([], [name], [name]),
                    lambda own=own, name=name: own.formatted_read_group([], [name], []),
                    lambda own=own, name=name: own.formatted_read_group([], ["state"], [f"{name}:max"]),
                    lambda own=own, name=name: own.formatted_read_group([], ["state"], [f"{name}:array_agg"]),
                    lambda own=own, name=name: own.web_read_group([], [name], []),
                    lambda own=own, name=name: own.web_search_read([], {name: {}}),
                    lambda own=own, name=name: own.web_read({name: {}}),
                    lambda lines=lines, name=name: lines.web_read({"pickup_id": {"fields": {name: {}}}}),
                    lambda lines=lines, name=name: lines.search([("pickup_id", "any", [(name, "=like", "A%")])]),
                    lambda lines=lines, name=name: lines.search([], order=f"pickup_id.{name}"),
                    lambda lines=lines, name=name: lines.formatted_read_group([], [f"pickup_id.{name}"], []),
                    lambda own=own, name=name: own.write({name: "AAAAAA"}),
                ):
                    with self.env.cr.savepoint(), suppress(*REFUSED):
                        answer = call()
                        self.fail(f"{user.login}, {name}: {answer}")

    def test_what_answers_says_nothing_of_it(self):
        pickup = self.pickup
        hidden = [pickup[name] for name in SECRETS["omni.pickup"]]
        for user in (*self.users.values(), self.everything):
            own = pickup.with_user(user)
            for call in (
                lambda own=own: own.read(),
                lambda own=own: own.copy_data(),
                lambda own=own: own.fields_get(),
                lambda own=own: own.name_search(pickup.code),
                lambda own=own: own.search_read([("display_name", "ilike", pickup.code)]),
                lambda own=own: own.get_formview_action(),
                lambda own=own: own.mapped("display_name"),
                lambda own=own: own.step_ids.read(),
                lambda own=own: own.told_ids.read(),
                lambda own=own: own.message_ids.read(["body", "subject", "preview"]),
                lambda own=own: own.env["mail.message"].search_read(
                    [("model", "=", "omni.pickup"), ("res_id", "=", pickup.id)], ["body"]
                ),
            ):
                with suppress(*REFUSED):
                    answer = json.dumps(call(), default=str)
                    self.assertFalse([secret for secret in hidden if secret in answer], f"{user.login}: {answer[:300]}")

    def test_the_history_keeps_no_key(self):
        """given a customer who was told, when the history of their pickup is read, then nothing in it opens it"""
        mails = self.env["mail.mail"].search([("mail_message_id", "in", self.pickup.told_ids.mail_message_id.ids)])
        self.assertTrue(
            any(self.pickup.access_token in mail.body_html for mail in mails), "the customer gets their link"
        )
        self.assertIn("…", "".join(self.pickup.message_ids.mapped("body")))
        for secret in (self.pickup.code, self.pickup.access_token, self.pickup.delegate_code):
            self.assertFalse(self.env["mail.message"].search([("body", "ilike", secret)]))
        texts = self.env["sms.sms"].search([("mail_message_id", "in", self.pickup.message_ids.ids)])
        self.assertTrue(any(self.pickup.access_token in text.body for text in texts), texts.mapped("body"))

    def test_a_template_by_hand_tells_no_key(self):
        template = self.env.ref("omni_clickcollect.mail_template_pickup_ready")
        for user in (self.desk_user, self.manager, self.everything):
            composer = self.env["mail.compose.message"].with_user(user)
            with mute_logger("odoo.addons.mail.models.mail_render_mixin"), suppress(Exception):
                made = composer.create(
                    {"model": "omni.pickup", "res_ids": str(self.pickup.ids), "template_id": template.id}
                )
                self.assertNotIn(self.pickup.code, made.body or "")
                self.assertNotIn(self.pickup.access_token, made.body or "")

    @mute_logger(
        "odoo.models", "odoo.orm.models", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
    )
    def test_no_model_of_ours_leads_to_mails_and_orders(self):
        """given who may not read mails, texts or orders, when our models lead there, then they read nothing of them"""
        edges, told = self._edges(), []
        for target, name in IN_MAILS.items():
            paths = [way for way in self._paths(target, edges) if way[0].startswith("omni.") and len(way[1]) < STEPS]
            for role, user in self.users.items():
                if self.env[target].with_user(user).has_access("read"):
                    continue
                for model, path in paths:
                    records = self.env[model].with_user(user)
                    domain = Domain(".".join((*path, name)), "=like", "A%")
                    if not self._is_refused(lambda records=records, domain=domain: records._search(domain)):
                        told.append(f"{role}, {model}: {domain}")
        self.assertEqual(told, [])
