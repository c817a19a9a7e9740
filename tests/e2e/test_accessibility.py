"""What is ours on the pages of shoppers is right by axe-core, on a phone and on a desktop."""

import re
from pathlib import Path

import axe
import pytest
from playwright.sync_api import expect

HERE = Path(__file__).parent
WIDTHS = {390: 844, 1366: 768}


class Walk:
    """One visitor's way; what is wrong is told at its end, all of it."""

    def __init__(self, retailer, login=None):
        self.retailer, self.page, self.faults = retailer, retailer.visitor(login), []

    def look(self, name, scope="body"):
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(400)  # what slides and fades has come to rest
            self.faults += [f"{name} at {width}: {fault}" for fault in axe.faults(self.page, scope)]

    def open(self, path, name, scope="body"):
        assert self.page.goto(path, wait_until="load").status < 500
        self.look(name, scope)

    def press(self, selector):
        self.page.locator(selector).locator("visible=true").first.click()

    def end(self):
        assert not self.faults, "\n".join(sorted(set(self.faults)))
        assert self.page.refusals == []


@pytest.fixture(scope="module")
def shown(retailer):
    return retailer.script((HERE / "accessibility.py").read_text())


def test_a_visitor_looks_for_goods_and_reserves(retailer, shown):
    walk = Walk(retailer)
    page = walk.page
    walk.open("/shop", "listing")
    walk.open(shown["sold_out"], "sold out")
    walk.open(shown["few"], "few left")
    page.goto(shown["product"])
    expect(page.locator(".o_omni_get")).to_be_visible()
    walk.look("product without a store")
    walk.press(".o_omni_see_shops")
    walk.look("product with its stores")
    walk.press(".o_omni_choose_shop")
    expect(page.locator(".o_omni_mine_level")).to_be_visible()
    walk.look("product with a store")
    walk.press(".o_omni_reserve_open")
    expect(page.locator(".o_omni_reserve_name")).to_be_visible()
    walk.look("reservation")
    page.fill(".o_omni_reserve_name", "Camille")
    page.fill(".o_omni_reserve_contact", "camille@example.com")
    walk.press(".o_omni_reserve form [type=submit]")
    expect(page.locator(".o_omni_reserve_code")).to_be_visible()
    walk.look("code of a reservation")
    page.fill(".o_omni_reserve_code", "000000")
    walk.press(".o_omni_reserve form [type=submit]")
    expect(page.locator(".o_omni_reserve_error")).to_be_visible()
    walk.look("wrong code of a reservation")
    walk.end()


def test_a_shopper_orders_for_collection(retailer, shown):
    walk = Walk(retailer, "shopper")
    page = walk.page
    walk.open("/shop/cart", "basket that lacks something")
    walk.press(".o_omni_take_left")
    expect(page.locator(".o_omni_sold_out")).to_have_count(0)
    page.goto("/shop/checkout")
    page.locator("input[name=o_delivery_radio][data-delivery-type=in_store]").check()
    page.locator("[name=o_pickup_location_selector]:visible").first.click()
    expect(page.locator(".o_location_selector .list-group-item").first).to_be_visible()
    walk.look("choice of a store")
    page.locator(".o_location_selector .list-group-item", has_text="Lyon Shop").locator("visible=true").click()
    page.locator(".modal").get_by_role("button", name=re.compile("^Choose this ")).locator("visible=true").first.click()
    expect(page.locator(".o_location_selector")).to_have_count(0)
    walk.look("checkout")
    walk.press("[name=website_sale_main_button]")
    page.wait_for_url("**/shop/payment**")
    walk.look("payment")
    page.locator("input[name=o_payment_radio][data-payment-method-code=pay_on_site]").check()
    walk.press("[name=o_payment_submit_button]")
    page.wait_for_url("**/shop/confirmation**")
    walk.look("confirmation")
    page.goto("/my/orders")
    page.get_by_text(shown["orders"]["ready"]).first.click()
    page.wait_for_url(re.compile(r"/my/orders/\d+"))
    walk.look("order in the account")
    for path in ("/my/data", "/my/pickups", "/my/points"):
        walk.open(path, path)
    walk.end()


def test_a_customer_follows_a_pickup(retailer, shown):
    walk = Walk(retailer)
    for state, path in shown["pickups"].items():
        walk.open(path, state)
    ready = shown["pickups"]["ready"]
    for part in ("shops", "times", "extend"):
        walk.open(f"{ready}/{part}", part)
    walk.open(f"{ready}0", "no such link")
    walk.end()
