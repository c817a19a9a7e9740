"""Opens every page of a shopper and each mail in the demo retailer, on a desktop and on a phone, in English and French.

    python3 tests/e2e/look_at_shop.py [DATABASE] [PART]

Looks at a copy of the database (`demo`, made by `make demo`); PART: the name of a method of `Look`, else all. Keeps a
picture of each in `.omni/pictures/shop`, to be looked at, and ends with what is wrong by itself: a page wider than the
screen, an answer that is an error, a script that fails.
"""

import re
import sys
from pathlib import Path

import demo_copy

HERE = Path(__file__).parent
LANGUAGES = {"en_US": "", "fr_FR": "/fr"}
ADD = """
    async (products) => {
        for (const [template, product] of products) {
            await fetch("/shop/cart/add", {
                method: "POST",
                headers: {"Content-Type": "application/json"},
                body: JSON.stringify({params: {product_template_id: template, product_id: product, quantity: 1}}),
            });
        }
    }
"""
PARTS = ("stores", "listing", "product", "reservation", "guest", "customer", "pickups", "account", "mails")


class Look:
    """One language on one screen; ``faults`` is what was wrong."""

    def __init__(self, shop, data, lang, screen):
        self.shop, self.data, self.lang, self.screen, self.faults = shop, data, lang, screen, []
        self.begin, self.mine = LANGUAGES[lang], data["people"][lang]
        self.pictures = shop.env.work / "pictures/shop"
        self.pictures.mkdir(parents=True, exist_ok=True)

    def walk(self, chosen):
        for part in PARTS:
            if chosen in ("", part):
                try:
                    getattr(self, part)()
                except Exception as error:  # the others are looked at all the same
                    self.faults.append(f"{part} {self.lang} {self.screen}: {error}")

    def visitor(self, login=None):
        page = self.shop.visitor(login, self.screen)
        page.context.set_default_timeout(20_000)
        page.on("response", lambda answer: answer.status >= 500 and self.faults.append(f"{answer.url}: an error"))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        return page

    def open(self, page, path, name=None, **options):
        page.goto(self.begin + path)
        if name:
            self.keep(page, name, **options)

    def keep(self, page, name, full=True):
        if full:
            page.evaluate("window.scrollTo(0, 0)")  # else the header is in the middle of it
        page.wait_for_timeout(900)  # what slides in has come
        name = f"{name}-{self.lang[:2]}-{self.screen}"
        page.screenshot(path=self.pictures / f"{name}.png", full_page=full)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > page.viewport_size["width"]:
            self.faults.append(f"{name}: {width} px wide")
        print(name, file=sys.stderr, flush=True)

    def press(self, page, selector):
        page.locator(selector).locator("visible=true").first.click()

    # -- the parts -----------------------------------------------------------------------------------------------------

    def stores(self):
        page = self.visitor()
        self.open(page, "/stores", "10-stores")
        self.open(page, "/stores?search=42000", "11-stores-near")
        self.open(page, f"/stores/{self.data['store']}", "12-store")
        self.press(page, "button[name=mine]")
        page.wait_for_url("**/shop**")
        self.keep(page, "13-listing-of-my-store", full=False)
        page.context.close()

    def listing(self):
        page = self.visitor()
        self.open(page, "/shop", "14-listing", full=False)
        page.context.close()

    def product(self):
        page = self.visitor()
        for name in ("product", "few", "away", "gone"):
            if self.data[name]:
                self.open(page, self.data[name], f"20-{name}")
        self.open(page, self.data["product"])
        self.press(page, ".o_omni_see_shops")
        self.keep(page, "21-product-stores")
        page.locator(".o_omni_shop_search input").fill("42000")
        self.press(page, ".o_omni_shop_search button[type=submit]")
        page.wait_for_timeout(800)
        self.keep(page, "22-product-near")
        page.locator(".o_omni_shop_stock li", has_text="Lyon").locator(".o_omni_choose_shop").click()
        page.locator(".o_omni_mine_level").wait_for()
        self.keep(page, "23-product-my-store")
        self.press(page, ".o_omni_change_store")
        page.locator(".o_location_selector .list-group-item").first.wait_for()
        self.keep(page, "24-selector", full=False)
        self.open(page, self.data["away"], "25-away-my-store")
        page.context.close()

    def reservation(self):
        page = self.visitor()
        self.open(page, self.data["product"])
        self.press(page, ".o_omni_reserve_open")
        page.locator(".o_omni_reserve_name").wait_for()
        self.keep(page, "30-reserve")
        page.fill(".o_omni_reserve_name", "Camille")
        page.fill(".o_omni_reserve_contact", f"look{self.screen}{self.lang[:2]}@example.com")
        self.press(page, ".o_omni_reserve form [type=submit]")
        page.locator(".o_omni_reserve_code").wait_for()
        self.keep(page, "31-reserve-code")
        page.context.close()

    def guest(self):
        page = self.visitor()
        self.open(page, self.data["product"])
        self.press(page, ".o_omni_see_shops")
        page.locator(".o_omni_shop_stock li", has_text="Lyon").locator(".o_omni_choose_shop").click()
        page.locator(".o_omni_mine_level").wait_for()
        self.press(page, "#add_to_cart")
        page.wait_for_timeout(1200)
        self.keep(page, "40-added", full=False)
        self.open(page, "/shop/cart", "41-cart")
        self.press(page, "a[href^='/shop/checkout'], a[href*='/shop/checkout']")
        page.wait_for_url("**/shop/address**")
        self.keep(page, "42-who")
        page.fill("input[name=name]", "Camille Martin")
        page.fill("input[name=email]", f"guest{self.screen}{self.lang[:2]}@example.com")
        self.press(page, "[name=website_sale_main_button]")
        page.wait_for_url("**/shop/payment**")
        self.keep(page, "43-payment")
        self.press(page, "[name=omni_change]")
        page.wait_for_url("**/shop/checkout**")
        page.wait_for_timeout(2500)
        self.keep(page, "44-checkout")
        self.open(page, "/shop/payment")
        page.locator("input[name=o_payment_radio][data-payment-method-code=pay_on_site]").check()
        self.press(page, "[name=o_payment_submit_button]")
        page.wait_for_url("**/shop/confirmation**")
        self.keep(page, "45-confirmation")
        self.press(page, "[name=omni_pickup_link]")
        page.wait_for_url("**/pickup/**")
        self.keep(page, "46-follow")
        page.context.close()

    def customer(self):
        page = self.visitor(self.mine["login"])
        self.open(page, self.data["product"], "50-product-logged-in")
        page.evaluate(ADD, [self.data["first"], self.data["second"], self.data["away_ids"]])
        self.open(page, "/shop/cart", "51-cart")
        page.goto(self.begin + "/shop/checkout")
        page.wait_for_timeout(2000)
        self.keep(page, "52-checkout-home")
        page.locator("input[name=o_delivery_radio][data-delivery-type=in_store]").check()
        page.wait_for_timeout(2000)
        self.press(page, "[name=o_pickup_location_selector]")
        page.locator(".o_location_selector .list-group-item").first.wait_for()
        self.keep(page, "53-selector", full=False)
        page.locator(".o_location_selector .list-group-item", has_text="Lyon").first.click()
        self.press(page, "[id^=submit_location]")
        page.wait_for_timeout(2500)
        self.keep(page, "54-checkout-parts")
        sent = page.locator(".o_omni_part button[name=send]").locator("visible=true")
        if sent.count():
            sent.first.click()
            page.wait_for_timeout(2500)
            self.keep(page, "55-checkout-mixed")
        self.press(page, "[name=website_sale_main_button]")
        page.wait_for_url("**/shop/payment**")
        self.keep(page, "56-payment-mixed")
        page.context.close()

    def pickups(self):
        page = self.visitor()
        for name, path in self.mine["pickups"].items():
            self.open(page, path, f"60-{name}")
        ready = self.mine["pickups"]["all_told"]
        received = self.mine["pickups"]["received"]
        self.open(page, received + "/shops", "61-other-stores")
        self.open(page, received + "/times", "62-times")
        self.open(page, ready + "/extend", "63-extend")
        self.open(page, ready + "0", "64-no-such-link")
        page.context.close()

    def account(self):
        page = self.visitor(self.mine["login"])
        self.open(page, "/my", "70-account")
        self.open(page, "/my/pickups", "71-pickups")
        self.open(page, f"/my/orders/{self.mine['orders']['mixed']}", "72-order")
        self.open(page, f"/my/orders/{self.mine['orders']['split']}", "73-order-split")
        page.context.close()

    def mails(self):
        page = self.visitor()
        page.goto("/robots.txt")  # pictures in mails come from this very site
        for kind, (subject, letter) in self.mine["mails"].items():
            letter = re.sub(r"http://(localhost|127\.0\.0\.1)(:\d+)?/", "/", letter)
            page.set_content(f"<!DOCTYPE html><p style='font: bold 15px Arial'>{subject}</p>{letter}")
            self.keep(page, f"80-mail-{kind}")
        page.context.close()


def main(name="demo", chosen=""):
    faults = []
    with demo_copy.opened(name) as shop:
        data = shop.script((HERE / "paid.py").read_text() + (HERE / "shopper_pages.py").read_text())
        shop.serve()
        for lang in LANGUAGES:
            for screen in demo_copy.SCREENS:
                look = Look(shop, data, lang, screen)
                look.walk(chosen)
                faults += look.faults
    print(*faults, sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
