from odoo.tests import tagged

from odoo.addons.omni_base.tests.menu_walk import MenuWalk

from .common import SalesCommon


@tagged("post_install", "-at_install")
class TestMenus(MenuWalk, SalesCommon):
    """Who has one group of ours, and no other, opens every screen that they are shown."""

    client_actions = {"omni_bi.sales_page": lambda env: env["omni.sales.page"].read_page()}

    def test_each_group_alone(self):
        self.open_new_session(0)
        self._web_order()
        self._ticket()
        self.env.flush_all()
        self.walk_alone("omni_bi", "omni.sales.analysis")
