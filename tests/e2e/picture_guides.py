"""Takes the pictures of the README and the guides anew, of the demo retailer of today, small, into `docs/img`.

    python3 tests/e2e/picture_guides.py [DATABASE] [PICTURE]

Works on a copy of the database (`demo`, made by `make demo`); PICTURE: a part of the name of those to take, else all.
"""

import io
import json
import subprocess
import sys
from pathlib import Path

import demo

FOLDER = Path(__file__).resolve().parents[2] / "docs/img"
COLOURS = 64
STORE = "Paris"
FIND = """
import json
store = env.ref("omni_base.demo_warehouse_paris")
till = env.ref("omni_base.demo_pos_config_paris")
ready = env["omni.pickup"].search([("warehouse_id", "=", store.id), ("state", "=", "ready")], order="id")
paid = ready.filtered(lambda pickup: not pickup.amount_due)[:1] or ready[:1]
goods = env["product.product"].search([("is_storable", "=", True), ("website_published", "=", True)], order="id")
shops = env["stock.warehouse"].search([("omni_collects", "=", True)])
left = env["omni.availability"].available(goods.ids, (shops + env.ref("stock.warehouse0")).ids)
spread = [p for p in goods if len({min(left[p.id, shop.id], 4) for shop in shops}) >= 4]
here = [p for p in goods if left[p.id, store.id] >= 5]
away = [p for p in goods if left[p.id, store.id] <= 0 and any(left[p.id, shop.id] >= 4 for shop in shops)]
shopper = env.ref("omni_base.demo_partner_shopper")
print(json.dumps({
    "till": till.id, "pickup": paid._page_url(), "product": spread[0].website_url, "shopper": shopper.name,
    "here": here[0].id, "away": away[0].id, "home": store.partner_id.city,
}))
"""


class Guides:
    """Takes pictures; ``data`` is what they are of."""

    def __init__(self, shop, chosen):
        self.shop, self.chosen = shop, chosen
        done = subprocess.run(
            demo.server.script_command(shop.env, demo.COPY),
            input=FIND,
            capture_output=True,
            text=True,
            check=True,
            env=shop.env.variables(),
        )
        self.data = json.loads(done.stdout.splitlines()[-1])

    def keep(self, page, name, **options):
        """Keep what the page shows, in few colours."""
        from PIL import Image

        page.wait_for_timeout(800)
        image = Image.open(io.BytesIO(page.screenshot(**options))).convert("RGB")
        image.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
        print(name, (FOLDER / f"{name}.png").stat().st_size // 1024, "KB", file=sys.stderr, flush=True)

    def take(self):
        """Take every picture that is chosen; tell those that failed."""
        failed = []
        for part in (self.desk, self.phone_desk, self.web, self.page, self.basket, self.till, self.office):
            if self.chosen in part.__name__:
                try:
                    part()
                except Exception as error:  # the others are taken all the same
                    failed.append(f"{part.__name__}: {error}")
        return failed

    # -- each picture --------------------------------------------------------------------------------------------------

    def desk(self):
        page = self.shop.visitor("desk")
        page.set_viewport_size({"width": 1366, "height": 720})
        page.locator("select.o_omni_desk_store").select_option(label=STORE)
        page.locator(".o_omni_pickup_card", has_text="Kept until").first.click()
        page.locator(".o_omni_pickup_detail").wait_for()
        self.keep(page, "desk-queue")

    def phone_desk(self):
        page = self.shop.visitor("desk", "390")
        page.locator("select.o_omni_desk_store").select_option(label=STORE)
        page.locator(".o_omni_pickup_card").first.click()
        page.locator("button[name=prepare], .o_omni_line").first.wait_for()
        if page.locator("button[name=prepare]").count():
            page.locator("button[name=prepare]").click()
        page.locator(".o_omni_line").first.click()
        self.keep(page, "desk-prepare")

    def web(self):
        page = self.shop.visitor(None, "390")
        page.goto(self.data["product"])
        page.locator(".o_omni_shop_search input").fill("Lyon")
        page.locator(".o_omni_shop_search button[type=submit]").click()
        page.locator(".o_omni_shop_stock li", has_text="from Lyon").first.wait_for()
        page.evaluate("document.querySelector('.o_omni_shop_stock').scrollIntoView()")
        self.keep(page, "shops-near")
        page = self.shop.visitor()
        page.set_viewport_size({"width": 1366, "height": 900})
        page.goto(self.data["product"])
        page.locator(".o_omni_shop_stock li").first.wait_for()
        self.keep(page, "product-page")

    def page(self):
        page = self.shop.visitor(None, "390")
        page.goto(self.data["pickup"])
        page.locator("#wrapwrap [data-state]").first.wait_for()
        self.keep(page, "pickup-page")

    def basket(self):
        page = self.shop.visitor("shopper")
        for product in ("here", "away"):
            page.evaluate(
                """([id]) => fetch("/shop/cart/add", {method: "POST", headers: {"Content-Type": "application/json"},
                    body: JSON.stringify({jsonrpc: "2.0", method: "call", params: {product_template_id: id[1],
                    product_id: id[0], quantity: 1}})})""",
                [[self.data[product], self.template(self.data[product])]],
            )
        page.set_viewport_size({"width": 1366, "height": 1000})
        page.goto("/shop/checkout")
        page.locator("input[name=o_delivery_radio][data-delivery-type=in_store]").check()
        if not page.locator(".o_omni_part").count():
            page.locator("[name=o_pickup_location_selector]:visible").first.click()
            page.locator(".o_location_selector .list-group-item", has_text=STORE).first.click()
            page.locator("[id^=submit_location]:visible").first.click()
        page.locator("#o_delivery_methods").wait_for()
        page.wait_for_timeout(3000)
        self.keep(page, "basket-in-parts", clip=page.locator("#o_delivery_methods").bounding_box())

    def template(self, product):
        return int(self.shop.query(f"SELECT product_tmpl_id FROM product_product WHERE id = {product}")[0][0])

    def till(self):
        page = self.shop.visitor("seller")
        page.goto(f"/pos/ui/{self.data['till']}")
        page.set_viewport_size({"width": 1366, "height": 768})
        products = page.locator(".product-list .product").first
        opening = page.locator(".screen-login button, .modal .btn-primary").locator("visible=true")
        opening.or_(products).first.wait_for(timeout=120_000)
        while not products.is_visible() or page.locator(".modal").count():
            if opening.count():
                opening.first.click()
            page.wait_for_timeout(500)
        page.locator(".o_omni_pickups_button").locator("visible=true").first.click()
        page.locator(".o_omni_till_pickup").first.wait_for()
        self.keep(page, "till-pickups", clip={"x": 0, "y": 0, "width": 1366, "height": 470})
        page.get_by_role("button", name="Back").click()
        page.locator(".o_omni_web_orders_button").locator("visible=true").first.click()
        page.wait_for_timeout(1500)
        self.keep(page, "till-web-orders", clip={"x": 0, "y": 0, "width": 1366, "height": 470})
        page.get_by_role("button", name="Back").click()
        page.locator(".set-partner").locator("visible=true").first.click()
        page.locator(".modal .input-group input").fill(self.data["shopper"])
        page.locator(".modal .partner-info", has_text=self.data["shopper"]).first.click()
        for number in (0, 5):
            page.locator(".product-list .product").nth(number).click()
            page.wait_for_timeout(500)
            while page.locator(".modal").count():
                page.locator(".modal .btn-primary").first.click()
                page.wait_for_timeout(500)
        self.keep(page, "till")
        page.locator(".o_omni_customer_button").locator("visible=true").first.click()
        page.locator("[data-section=loyalty]").wait_for()
        self.keep(page, "till-panel")

    def office(self):
        page = self.shop.visitor("manager")
        page.set_viewport_size({"width": 1366, "height": 900})
        page.goto("/odoo/action-omni_bi.omni_sales_page_action")
        page.locator("[data-section=origin]").wait_for()
        page.locator("canvas").first.wait_for()
        self.keep(page, "manager")
        page.set_viewport_size({"width": 1366, "height": 600})
        page.goto("/odoo/action-omni_stock.omni_incident_action")
        page.locator(".o_kanban_record, .o_data_row").first.wait_for()
        self.keep(page, "oversold-orders")


def main(name="demo", chosen=""):
    with demo.opened(name) as shop:
        shop.serve("en_US")
        failed = Guides(shop, chosen).take()
    print(*failed, sep="\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
