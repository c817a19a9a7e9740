"""What is ours is right by axe-core, on a phone and on a desktop: on the pages of shoppers, at the desk, the till and
the office. Those who serve in French are looked at on the phone, where long words have the least room.
"""

import re
from pathlib import Path

import axe
import pytest
from pages import open_register
from playwright.sync_api import expect

HERE = Path(__file__).parent
WIDTHS = {390: 844, 1366: 768}
DIALOG = ".modal:not(.o_inactive_modal)"
STAFF = {"en": WIDTHS, "fr": [390]}


class Walk:
    """One visitor's way; what is wrong is told at its end, all of it."""

    def __init__(self, retailer, login=None, widths=WIDTHS):
        self.retailer, self.page, self.widths, self.faults = retailer, retailer.visitor(login), widths, []

    def look(self, name, scope="body"):
        for width in self.widths:
            self.at(width)
            self.page.wait_for_timeout(400)  # what slides and fades has come to rest
            self.faults += [f"{name} at {width}: {fault}" for fault in axe.faults(self.page, scope)]

    def dialog(self, name):
        expect(self.page.locator(DIALOG)).to_be_visible()
        self.look(name, DIALOG)

    def at(self, width):
        self.page.set_viewport_size({"width": width, "height": WIDTHS[width]})

    def open(self, path, name, scope="body"):
        assert self.page.goto(path, wait_until="load").status < 500
        self.look(name, scope)

    def press(self, selector):
        self.page.locator(selector).locator("visible=true").first.click()

    def end(self):
        faults, self.faults = sorted(set(self.faults)), []
        assert not faults, "\n".join(faults)
        assert self.page.refusals == []


@pytest.fixture(scope="module")
def shown(retailer):
    return retailer.script((HERE / "paid.py").read_text() + (HERE / "accessibility.py").read_text())


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


class Clerk(Walk):
    """Somebody of the store, who speaks ``language`` and does all that there is to do."""

    def __init__(self, retailer, shown, language):
        self.own = shown["staff"][language]
        super().__init__(retailer, self.own["login"], STAFF[language])

    def close(self):
        self.page.keyboard.press("Escape")
        expect(self.page.locator(DIALOG)).to_have_count(0)


@pytest.fixture(scope="module", params=STAFF)
def clerk(request, retailer, shown):
    return Clerk(retailer, shown, request.param)


def test_the_desk_prepares_and_hands_over(clerk):
    page = clerk.page
    page.goto("/odoo/action-omni_clickcollect.omni_pickup_desk_action")
    page.locator("select.o_omni_desk_store").select_option(label="Lyon shop")
    search = page.locator(".o_omni_desk_search input")
    fresh, paid = (page.locator(".o_omni_pickup_card", has_text=clerk.own[name]) for name in ("fresh", "paid"))
    expect(paid).to_be_attached()
    clerk.look("desk")
    search.fill("Nobody")
    expect(page.locator(".o_omni_desk_column .o_omni_desk_empty")).to_have_count(2)
    clerk.look("desk without a find")
    search.fill(clerk.own["fresh"])
    clerk.at(1366)
    clerk.press("[name=keys]")
    clerk.dialog("shortcuts")
    clerk.close()
    clerk.at(1366)
    fresh.click()
    clerk.look("pickup to prepare")
    clerk.press("[name=prepare]")
    clerk.press(".o_omni_line:enabled")
    expect(page.locator(".o_omni_line.o_ticked")).to_have_count(1)
    clerk.look("pickup being prepared")
    clerk.press("li:last-child > div > [name=missing]")
    clerk.look("missing")
    clerk.press("[name=missing_not_found]")
    expect(page.locator("[name=refund]")).to_be_visible()
    clerk.look("not found")
    clerk.press("[name=missing_later]")
    clerk.press("[name=release]")
    clerk.look("restock")
    clerk.press(".o_omni_back")
    search.fill(clerk.own["paid"])
    clerk.at(1366)
    paid.click()
    clerk.look("hand-over")
    page.fill("[name=code]", "WRONG234")
    clerk.press("[name=hand_over]")
    expect(page.locator(".o_omni_error")).to_be_visible()
    clerk.press("[name=part]")
    page.locator(".o_omni_part input").first.fill("1")
    page.keyboard.press("Tab")
    clerk.press("[name=no_code]")
    clerk.look("hand-over of a part, without a code")
    clerk.press("[name=sign]")
    clerk.dialog("signature")
    for name in ("label", "slip"):
        clerk.open(f"/report/html/omni_clickcollect.report_pickup_{name}/{clerk.own['pickup']}", name)
    clerk.end()


def test_the_till_serves_what_waits(clerk, shown):
    page = clerk.page
    clerk.at(1366)
    page.goto(f"/pos/ui/{shown['till']}")
    open_register(page)
    page.evaluate(
        """(id) => {
            posmodel.addNewOrder();
            posmodel.setPartnerToCurrentOrder(posmodel.models["res.partner"].get(id));
            posmodel.mobile_pane = "left";
        }""",
        shown["regular"],
    )
    expect(page.locator(".o_omni_customer_button").locator("visible=true").first).to_be_visible()
    clerk.look("ticket")
    page.evaluate("() => (posmodel.mobile_pane = 'right')")
    clerk.look("products")
    clerk.press(".product:has-text('Tin Mug') .o_omni_product_info")
    expect(page.locator(".o_omni_availability")).to_be_visible()
    clerk.dialog("product information")
    clerk.press(f"{DIALOG} .modal-footer .btn-primary")
    clerk.at(1366)
    clerk.press(".o_omni_customer_button")
    expect(page.locator(".o_omni_purchase").first).to_be_visible()
    clerk.dialog("customer")
    clerk.press(f"{DIALOG} [name=close]")
    clerk.at(1366)
    clerk.press(".product:has-text('Last Compass')")
    expect(page.locator(".o_omni_kept_for_others")).to_be_visible()
    clerk.dialog("kept for others")
    clerk.press(".o_omni_take_back")

    page.evaluate("() => posmodel.navigate('WebOrdersScreen')")
    row = page.locator(".o_omni_web_order", has_text=shown["part"])
    row.locator(".o_omni_web_order_toggle").click()
    expect(row.locator(".o_omni_web_order_lines")).to_be_visible()
    clerk.look("web orders")
    page.fill(".o_omni_list_search input", shown["due"])
    expect(page.locator(".o_omni_web_orders_empty")).to_be_visible()
    clerk.look("no web order")

    page.evaluate("() => posmodel.navigate('PickupsScreen')")
    rows = page.locator(".o_omni_till_pickup")
    expect(rows.filter(has_text=shown["due"])).to_be_visible()
    clerk.look("pickups")
    rows.filter(has_text=clerk.own["paid"]).click()
    clerk.look("pickup")
    clerk.press("[name=no_code]")
    clerk.press("[name=part]")
    page.locator(".o_omni_till_part input").first.fill("1")
    page.keyboard.press("Tab")
    clerk.press("[name=hand_over]")
    expect(page.locator(".o_omni_error")).to_be_visible()
    clerk.look("part of a pickup, without a code")
    clerk.press(".back-button")
    rows.filter(has_text=shown["due"]).click()
    clerk.look("pickup to pay")
    clerk.press(".back-button")
    rows.filter(has_text=clerk.own["fresh"]).click()
    clerk.look("pickup being prepared")
    clerk.end()


@pytest.mark.parametrize("clerk", ["en"], indirect=True)
def test_the_office_reads_and_decides(clerk, shown):
    page = clerk.page

    def go(path, sign):
        clerk.at(1366)
        page.goto(f"/odoo/{path}")
        expect(page.locator(sign).first).to_be_visible()

    go("action-omni_bi.omni_sales_page_action", "[data-section=origin]")
    clerk.look("sales")
    go("action-omni_stock.omni_stock_page_action", ".o_omni_stock_page tbody tr")
    clerk.look("stock")
    clerk.at(1366)
    page.locator("tr", has_text="Tin Mug").locator("button.o_omni_level").first.click()
    clerk.dialog("stock of a store")
    clerk.close()
    go("action-omni_base.omni_settings_action", "[name=omni_profile_days]")
    clerk.look("settings")
    go("action-omni_base.stock_warehouse_action", ".o_data_row")
    clerk.look("stores")
    go(f"action-omni_base.stock_warehouse_action/{shown['store']}", ".o_form_view")
    for tab in page.locator(".o_notebook_headers .nav-link").all():
        tab.click()
        clerk.look(f"store, {tab.inner_text()}")
    go("action-omni_stock.omni_routing_decision_action", ".o_data_row")
    page.locator(".o_data_cell").first.click()
    expect(page.locator(".o_omni_route_map")).to_be_visible()
    clerk.look("route of an order")
    go("action-omni_stock.omni_routing_simulation_action", "[name=action_run]")
    clerk.press("[name=action_run]")
    expect(page.locator(".o_omni_simulation")).to_be_visible()
    clerk.look("simulated routes")
    clerk.end()
