from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestProductInfo(TillCommon):
    def _info(self, product):
        template = product.product_tmpl_id.with_user(self.seller)
        return template.get_product_info_pos(10.0, 1, self.till.id, product.id)

    def test_a_web_order_is_seen_at_once(self):
        self._stock(self.lamp, self.other_shop, 3)
        self._order({self.lamp: 4})
        stores = self._info(self.lamp)["warehouses"]
        self.assertEqual(stores[0]["name"], "Lyon Bellecour", "this till's store comes first")
        promise = {store["name"]: store["free_qty"] for store in stores}
        self.assertEqual(promise["Lyon Bellecour"], 6)
        self.assertEqual(promise["Lille Centre"], 3)

    def test_stock_that_is_not_counted_is_not_shown(self):
        service = self._make_product("Advice", 10.0, is_storable=False, type="service")
        self.assertEqual(self._info(service)["warehouses"], [])

    def test_variants_together_and_each_alone(self):
        color = self.env["product.attribute"].create(
            {"name": "Color", "value_ids": [Command.create({"name": name}) for name in ("Ecru", "Night")]}
        )
        attribute = {"attribute_id": color.id, "value_ids": [Command.set(color.value_ids.ids)]}
        template = self.env["product.template"].create(
            {"name": "Beanie", "is_storable": True, "attribute_line_ids": [Command.create(attribute)]}
        )
        ecru, night = template.product_variant_ids
        self._stock(ecru, self.shop, 4)
        self._stock(night, self.shop, 2)
        self._stock(night, self.other_shop, 5)
        own, other = self.shop.id, self.other_shop.id
        figures = lambda rows: {row["id"]: row["free_qty"] for row in rows if row["id"] in (own, other)}

        info = template.with_user(self.seller).get_product_info_pos(10.0, 1, self.till.id)
        self.assertEqual(figures(info["warehouses"]), {own: 6, other: 5}, "as its card says")
        self.assertFalse(info["omni_variant_id"])
        self.assertEqual(
            [(one["name"], figures(one["warehouses"])) for one in info["omni_variants"]],
            [
                ("All variants", {own: 6, other: 5}),
                ("Ecru", {own: 4, other: 0}),
                ("Night", {own: 2, other: 5}),
            ],
        )

        info = self._info(night)
        self.assertEqual((info["omni_variant_id"], figures(info["warehouses"])), (night.id, {own: 2, other: 5}))
        self.assertEqual(self._info(self.lamp)["omni_variants"], [], "nothing to choose")

    def test_all_stores_are_asked_once(self):
        self._info(self.lamp)
        calls = []
        availability = self.env.registry["omni.availability"]
        available = availability.available
        with patch.object(
            availability, "available", lambda *args, **kwargs: calls.append(1) or available(*args, **kwargs)
        ):
            before = self._queries()
            for number in range(10):
                self.env["stock.warehouse"].create({"name": f"Shop {number}", "code": f"S{number}"})
            after = self._queries()
        self.assertEqual(len(calls), 2)
        self.assertLessEqual(after, before + 2, "and not three a store")

    def _queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._info(self.lamp)
        return self.cr.sql_log_count - before
