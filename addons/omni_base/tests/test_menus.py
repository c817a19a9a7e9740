from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OmniCommon
from .menu_walk import MenuWalk


@tagged("post_install", "-at_install")
class TestMenus(MenuWalk, OmniCommon):
    """Who has one group of ours, and no other, opens every screen that they are shown."""

    def test_each_group_alone(self):
        self.env["pos.config"].create({"name": "Walked till"})
        order = self._order()
        self.env["omni.refund"].create(
            {
                "order_id": order.id,
                "currency_id": order.currency_id.id,
                "amount": 10,
                "state": "by_hand",
                "key": "walk",
                "reason": "The lamp was broken.",
            }
        )
        self.env["omni.message"]._tell("test", order, "1", words="Walked message")
        self.customer._omni_give_consent("marketing", "mail", True, "website", "Shall we tell you about news?")
        self.env["omni.task"]._ask("too_much", order, "Look into it")
        ours = ("omni.channel", "omni.consent", "omni.message", "omni.refund", "omni.task")
        self.walk_alone("omni_base", *ours, "res.company", "stock.warehouse")

    def test_those_who_work_with_odoo_s_forms(self):
        self.walk_forms(
            {
                "sales_team.group_sale_salesman_all_leads": self._order(),
                "stock.group_stock_manager": self.paris,
                "point_of_sale.group_pos_manager": self.env["pos.config"].create({"name": "Walked till"}),
            }
        )

    def test_managers_set_what_these_add_ons_add_and_nothing_else(self):
        company, store = self.company.with_user(self.manager), self.paris.with_user(self.manager)
        company.omni_profile_days = 30
        store.omni_channel_id = self.website.omni_channel_id
        for record, values in (
            (company, {"name": "Mine"}),
            (company, {"omni_profile_days": 1, "name": "Mine"}),
            (store, {"code": "XX"}),
            (company.with_user(self.employee), {"omni_profile_days": 1}),
            (self.env["res.company"].create({"name": "Other"}).with_user(self.manager), {"omni_profile_days": 1}),
        ):
            with self.assertRaises(AccessError):
                record.write(values)
        for record in (company, store):
            with self.assertRaises(AccessError):
                record.unlink()
            with self.assertRaises(UserError):
                record.copy()

    def test_who_could_before_still_writes_all(self):
        self.manager.group_ids += self.env.ref("stock.group_stock_manager")
        self.paris.with_user(self.manager).write({"name": "Paris Opéra", "omni_channel_id": False})
        self.assertEqual(self.paris.name, "Paris Opéra")
