from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.omni_base.tests.common_channels import ChannelsCommon


class SalesCommon(ChannelsCommon):
    """Who reads the figures of a web shop and a till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "bi_manager", groups="omni_base.group_manager", tz="Europe/Paris")
        cls.user = new_test_user(cls.env, "bi_user", groups="omni_base.group_user")
        for user in (cls.manager, cls.user):
            user.write({"company_ids": [Command.set(cls.env.company.ids)], "company_id": cls.env.company.id})
        cls.page = cls.env["omni.sales.page"].with_user(cls.manager)
        cls.analysis = cls.env["omni.sales.analysis"].with_user(cls.manager)
