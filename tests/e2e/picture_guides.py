"""Takes the pictures of the README and the guides anew, of the demo retailer of today, small, into `docs/img`.

    python3 tests/e2e/picture_guides.py [DATABASE] [PART]

Works on a copy of the database (`demo`, made by `make demo`); PART: the name of a method of `Guides` that takes some of
the pictures, else all.
"""

import io
import sys
from pathlib import Path

import demo_copy

FOLDER = Path(__file__).resolve().parents[2] / "docs/img"
COLOURS = 64
STORE = "Paris"
FIND = """
import json

store, central = env.ref("omni_base.demo_warehouse_paris"), env.ref("stock.warehouse0")
shops = env["stock.warehouse"].search([("omni_collects", "=", True)]) - central
ready = env["omni.pickup"].search([("warehouse_id", "=", store.id), ("state", "=", "ready")], order="id")
ready = ready.filtered(lambda pickup: not pickup.amount_due) or ready
goods = env["product.product"].search([("is_storable", "=", True), ("website_published", "=", True)], order="id")
left = env["omni.availability"].available(goods.ids, (shops + central).ids)


def first(condition):
    product = goods.filtered(condition)[:1]
    return [product.product_tmpl_id.id, product.id]


def levels(product):
    return len({min(left[product.id, shop.id], 4) for shop in shops})


def elsewhere(product):
    return left[product.id, store.id] <= 0 and any(left[product.id, shop.id] >= 4 for shop in shops)


print(json.dumps({
    "till": env.ref("omni_base.demo_pos_config_paris").id,
    "pickup": ready[:1]._page_path(),
    "product": max(goods, key=levels).website_url,
    "shopper": env.ref("omni_base.demo_partner_shopper").name,
    "here": first(lambda product: left[product.id, store.id] >= 5),
    "away": first(elsewhere),
}))
"""
ADD = """
    ([template, product]) => fetch("/shop/cart/add", {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({params: {product_template_id: template, product_id: product, quantity: 1}}),
    })
"""


class Guides:
    """Takes pictures; ``data`` is what they are of."""

    def __init__(self, shop):
        self.shop, self.data = shop, shop.script(FIND)

    def take(self, chosen):
        """Take all pictures, or those of one part; return what failed."""
        failed = []
        for part in (self.desk, self.phone_desk, self.product, self.pickup, self.basket, self.till, self.office):
            if chosen in ("", part.__name__):
                try:
                    part()
                except Exception as error:  # the others are taken all the same
                    failed.append(f"{part.__name__}: {error}")
        return failed

    def keep(self, page, name, of=None, **options):
        """Keep what the page shows, or a part ``of`` it, in few colours."""
        from PIL import Image  # only the Python of tests has it

        page.wait_for_timeout(800)
        image = Image.open(io.BytesIO((of or page).screenshot(**options))).convert("RGB")
        image.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
        print(name, (FOLDER / f"{name}.png").stat().st_size // 1024, "KB", file=sys.stderr, flush=True)

    # -- the parts -----------------------------------------------------------------------------------------------------

    def desk(self):
        page = self._desk("1366")
        page.set_viewport_size({"width": 1366, "height": 720})
        page.locator(".o_omni_pickup_card", has_text="Kept until").first.click()
        page.locator(".o_omni_pickup_detail").wait_for()
        self.keep(page, "desk-queue")

    def phone_desk(self):
        page = self._desk("390")
        page.locator(".o_omni_pickup_card:not(:has-text('Being prepared')):not(:has-text('1 item'))").first.click()
        page.locator("button[name=prepare]").click()
        page.locator("[data-state=preparing] .o_omni_line").first.click()
        self.keep(page, "desk-prepare")

    def _desk(self, screen):
        page = self.shop.visitor("desk", screen)
        page.goto("/odoo/action-omni_clickcollect.omni_pickup_desk_action")
        page.locator("select.o_omni_desk_store").select_option(label=STORE)
        page.locator(".o_omni_pickup_card").first.wait_for()
        return page

    def product(self):
        page = self.shop.visitor(screen="390")
        page.goto(self.data["product"])
        page.locator(".o_omni_see_shops").click()
        page.locator(".o_omni_shop_search input").fill("Lyon")
        page.locator(".o_omni_shop_search button[type=submit]").click()
        page.locator(".o_omni_shop_stock li", has_text="from Lyon").first.wait_for()
        page.add_style_tag(content=".o_omni_get { scroll-margin-top: 70px; }")  # below the bar of the shop
        page.locator(".o_omni_get").evaluate("block => block.scrollIntoView()")
        self.keep(page, "shops-near")
        page = self.shop.visitor()
        page.set_viewport_size({"width": 1366, "height": 900})
        page.goto(self.data["product"])
        page.locator(".o_omni_get").wait_for()
        self.keep(page, "product-page")

    def pickup(self):
        page = self.shop.visitor(screen="390")
        page.goto(self.data["pickup"])
        page.locator("#wrapwrap [data-state]").first.wait_for()
        self.keep(page, "pickup-page")

    def basket(self):
        page = self.shop.visitor("shopper")
        for product in ("here", "away"):
            page.evaluate(ADD, self.data[product])
        page.set_viewport_size({"width": 1366, "height": 1000})
        page.goto("/shop/checkout")
        page.locator("input[name=o_delivery_radio][data-delivery-type=in_store]").check()
        page.locator(".o_omni_part").or_(page.locator("[name=o_pickup_location_selector]:visible")).first.wait_for()
        if not page.locator(".o_omni_part").count():
            page.locator("[name=o_pickup_location_selector]:visible").first.click()
            page.locator(".o_location_selector .list-group-item", has_text=STORE).first.click()
            page.locator("[id^=submit_location]:visible").first.click()
        page.locator(".o_omni_part").nth(1).wait_for()
        page.wait_for_timeout(2000)  # prices come one by one
        self.keep(page, "basket-in-parts", page.locator("#o_delivery_methods"))

    def till(self):
        page = self.shop.visitor("seller")
        page.goto(f"/pos/ui/{self.data['till']}")
        self._open_register(page)
        for name in ("pickups", "web_orders"):
            page.locator(f".o_omni_{name}_button").locator("visible=true").first.click()
            page.locator(".o_omni_till_pickup, .o_omni_web_order").first.wait_for()
            self.keep(page, f"till-{name.replace('_', '-')}", clip={"x": 0, "y": 0, "width": 1366, "height": 470})
            page.locator(".back-button").click()
        page.locator(".set-partner").locator("visible=true").first.click()
        page.locator(".modal .input-group input").fill(self.data["shopper"])
        page.locator(".modal .partner-info", has_text=self.data["shopper"]).first.click()
        page.locator(".o_omni_customer_button").locator("visible=true").first.click()
        page.locator("[data-section=loyalty]").wait_for()
        self.keep(page, "till-panel")

    def _open_register(self, page):
        opening = page.locator(".screen-login button, .modal .btn-primary").locator("visible=true")
        products = page.locator(".product-list .product").first
        opening.or_(products).first.wait_for(timeout=120_000)
        while not products.is_visible() or page.locator(".modal").count():
            if opening.count():
                opening.first.click()
            page.wait_for_timeout(500)

    def office(self):
        page = self.shop.visitor("manager")
        page.set_viewport_size({"width": 1366, "height": 900})
        page.goto("/odoo/action-omni_bi.omni_sales_page_action")
        page.locator("[data-section=origin]").wait_for()
        self.keep(page, "manager")
        page.set_viewport_size({"width": 1366, "height": 600})
        page.goto("/odoo/action-omni_stock.omni_incident_action")
        page.locator(".o_kanban_record, .o_data_row").first.wait_for()
        self.keep(page, "oversold-orders")


def main(name="demo", chosen=""):
    with demo_copy.opened(name) as shop:
        shop.serve()
        failed = Guides(shop).take(chosen)
    print(*failed, sep="\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
