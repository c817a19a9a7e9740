from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestSaleOrder(OmniCommon):
    def test_an_order_is_confirmed_though_its_mail_cannot_be_made(self):
        order = self._order()
        with patch.object(type(order), "message_post_with_source", side_effect=UserError("No PDF engine")):
            order.with_context(send_email=True).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("No PDF engine", order.message_ids[0].body)
