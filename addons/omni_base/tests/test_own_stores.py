from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestOwnStores(OmniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival = cls.env["res.company"].create({"name": "Rival"})
        cls.rival_store = cls.env["stock.warehouse"].search([("company_id", "=", cls.rival.id)], limit=1)
        cls.till = cls.env["pos.config"].create({"name": "Till", "picking_type_id": cls.paris.pos_type_id.id})
        cls.rival_till = (
            cls.env["pos.config"]
            .with_company(cls.rival)
            .create({"name": "Rival till", "payment_method_ids": [Command.clear()]})
        )

    def test_stores_of_ones_companies_alone(self):
        stores = (self.paris | self.lyon | self.rival_store).with_user(self.seller)
        foreign = stores.with_context(allowed_company_ids=(self.company | self.rival).ids).sudo()

        self.assertEqual(stores._omni_mine(), self.paris | self.lyon)
        self.assertEqual(foreign._omni_mine(), self.paris | self.lyon, "a context opens no company")
        (self.paris | self.lyon).with_user(self.seller)._omni_check_mine()
        for refused in (stores, foreign, stores.browse(), stores.browse(2**31 - 1)):
            with self.assertRaises(AccessError):
                refused._omni_check_mine()

    def test_companies_of_a_context_are_ones_own(self):
        companies = self.env["res.company"].with_user(self.seller).sudo()
        self.assertEqual(companies.with_context(allowed_company_ids=self.rival.ids)._omni_mine(), companies)
        self.assertEqual(companies._omni_mine(), self.company)

    def test_a_till_is_named_by_its_sellers(self):
        stranger = new_test_user(
            self.env,
            "rival_seller",
            groups="base.group_user,point_of_sale.group_pos_user",
            company_id=self.rival.id,
            company_ids=[Command.set(self.rival.ids)],
        )
        self.till.with_user(self.seller)._omni_check_mine()
        self.till.with_user(self.seller).sudo()._omni_check_mine()
        self.rival_till.with_user(stranger)._omni_check_mine()
        for user, till in (
            (self.employee, self.till),
            (self.manager, self.till),  # of the channels, and no seller
            (stranger, self.till),
            (self.seller, self.rival_till),
            (self.seller, self.till.browse()),
            (self.seller, self.till.browse(2**31 - 1)),
        ):
            with self.subTest(user=user.login, till=till.id), self.assertRaises(AccessError):
                till.with_user(user)._omni_check_mine()
            with self.subTest(user=user.login, till=till.id, mode="sudo"), self.assertRaises(AccessError):
                till.with_user(user).sudo()._omni_check_mine()
