from unittest.mock import patch

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
