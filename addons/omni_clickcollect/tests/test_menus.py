from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.omni_base.tests.menu_walk import MenuWalk

from .common import ClickCollectCommon


def read_desk(env):
    for store in env["omni.pickup.desk"].stores():
        env["omni.pickup.desk"].queue(store["id"])


@tagged("post_install", "-at_install")
class TestMenus(MenuWalk, ClickCollectCommon):
    """Who has one group of ours, and no other, opens every screen that they are shown, with something on each."""

    client_actions = {"omni_clickcollect.pickup_desk": read_desk}

    def test_each_group_alone(self):
        self.env["omni.pickup.slot.rule"].create({"warehouse_id": self.lyon.id, "hour_from": 0, "hour_to": 24})
        self.env["omni.pickup.slot"]._cron_make()
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self.env["resource.calendar.leaves"].create(
            {"name": "Stocktaking", "date_from": tomorrow, "date_to": tomorrow + timedelta(hours=8)}
        )
        self._pickup(state="ready")
        self._pickup(paid=False)
        released = self._pickup(state="ready").sudo()
        released.deadline = fields.Datetime.now() - timedelta(hours=1)
        released._release_late(fields.Datetime.now())
        self.assertTrue(released.line_ids.quantity_put_back)
        self.walk_alone(
            "omni_clickcollect", "omni.pickup", "omni.pickup.line", "omni.pickup.slot", "resource.calendar.leaves"
        )

    def test_those_who_work_with_odoo_s_forms(self):
        pickup = self._pickup().sudo()
        self.walk_forms(
            {
                "sales_team.group_sale_salesman_all_leads": pickup.order_id,
                "stock.group_stock_manager": self.lyon,
                "base.group_partner_manager": self.customer,
            }
        )
