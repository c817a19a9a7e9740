"""Every button of the till and of the back office's own pages can be seen, read and pressed, at each width and in both
languages; what a scanner types, Enter included, finds the customer.

`PICTURES=1` keeps a picture of every screen.
"""

import os
from pathlib import Path

import pytest
from pages import open_register
from playwright.sync_api import expect

HERE = Path(__file__).parent
WIDTHS = {1920: 1080, 1366: 768, 1024: 768, 390: 844}
SELLERS = {"en": "vendor", "fr": "vendeuse"}
SMALL = 768
DIALOG = ".modal:not(.o_inactive_modal)"
PAGES = {
    "desk": ("omni_clickcollect.omni_pickup_desk_action", ".o_omni_desk_body"),
    "stock": ("omni_stock.omni_stock_page_action", ".o_omni_stock_page"),
    "sales": ("omni_bi.omni_sales_page_action", "[data-section=origin]"),
}

# What slides in has come to rest; what turns without end is left to it.
AT_REST = """() => Promise.allSettled(
    document.getAnimations()
        .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished)
).then(() => null)"""


class Looked:
    """A page that is looked at as a whole; what is wrong is told at the end, all of it."""

    def __init__(self, retailer, page, language):
        self.retailer, self.page, self.language = retailer, page, language
        self.measure = (HERE / "measure.js").read_text()
        self.width, self.faults = 0, []

    def at(self, width):
        self.width, self.faults = width, []
        self.page.set_viewport_size({"width": width, "height": WIDTHS[width]})

    @property
    def is_small(self):
        return self.width < SMALL

    def look(self, name, scope="body"):
        self.page.wait_for_timeout(200 if scope == DIALOG else 30)  # a dialog slides in
        if scope == DIALOG:
            self.page.evaluate(AT_REST)
        self.faults += [f"{name}: {fault}" for fault in self.page.evaluate(self.measure, scope)]
        if os.environ.get("PICTURES"):
            self.retailer.picture(self.page, f"{name}-{self.language}-{self.width}")

    def press(self, selector, **options):
        """Press what a person could press: at once, where it is, or it is a fault."""
        self.page.locator(selector).locator("visible=true").first.click(timeout=15_000, **options)

    def dialog(self, name):
        expect(self.page.locator(DIALOG).first).to_be_visible()
        self.look(name, DIALOG)

    def close(self):
        self.page.keyboard.press("Escape")
        expect(self.page.locator(DIALOG)).to_have_count(0)


@pytest.fixture(scope="module")
def shown(retailer):
    return retailer.script((HERE / "paid.py").read_text() + (HERE / "widths.py").read_text())


@pytest.fixture(scope="module", params=SELLERS)
def till(request, retailer, shown):
    page = retailer.visitor(SELLERS[request.param])
    page.goto(f"/pos/ui/{shown['till']}")
    open_register(page)
    return Looked(retailer, page, request.param)


def fresh_ticket(till):
    """An empty ticket, shown with its buttons."""
    till.page.evaluate(
        """() => {
            posmodel.addNewOrder();
            posmodel.navigate("ProductScreen", { orderUuid: posmodel.getOrder().uuid });
            posmodel.mobile_pane = "left";
        }"""
    )
    expect(till.page.locator(".product-screen .set-partner").locator("visible=true").first).to_be_visible()


def menu(till):
    till.press(".mobile-more-button" if till.is_small else ".more-btn")
    expect(till.page.locator(DIALOG)).to_be_visible()


def our_button(till, name):
    if till.is_small:
        menu(till)
    till.press(f".{name}")


def products(till):
    if till.is_small:
        till.page.evaluate("() => (posmodel.mobile_pane = 'right')")


def product(till, name):
    products(till)
    till.press(f".product-list .product:has-text('{name}')")


def card(till, number):
    """Scan a card into the search of customers: a scanner types fast, and presses Enter at once."""
    till.press(".set-partner")
    if till.is_small:
        till.press(f"{DIALOG} .modal-header button:has(.fa-search)")
    field = till.page.locator(f"{DIALOG} .input-group input")
    field.click()
    till.page.keyboard.type(number, delay=2)
    till.page.keyboard.press("Enter")
    expect(till.page.locator(f"{DIALOG} .partner-info")).to_have_count(1, timeout=10_000)
    expect(till.page.locator(f"{DIALOG} .partner-info")).to_contain_text("Rochefoucauld")


def back(till):
    till.press(".back-button")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_button_of_the_till(till, shown, width):
    till.at(width)
    fresh_ticket(till)
    till.look("ticket")
    menu(till)
    till.look("menu", DIALOG)
    till.close()

    card(till, "044BC5524FF0")
    till.look("customers", DIALOG)
    till.press(f"{DIALOG} .partner-info")
    till.look("ticket-customer")
    till.press(".o_omni_customer_button")
    expect(till.page.locator("[data-section=loyalty]")).to_be_visible()
    till.dialog("panel")
    till.press(f"{DIALOG} [name=close]")

    product(till, "Night Lamp")
    if till.is_small:
        till.look("products")
        till.press(".review-button")
    expect(till.page.locator(".loyalty-points-won")).to_have_text({"en": "+39.20", "fr": "+39,20"}[till.language])
    till.look("ticket-line")
    menu(till)
    till.look("menu-line", DIALOG)
    till.close()

    products(till)
    till.look("cards")
    till.press(".product:has-text('Wool Beanie') .o_omni_product_info")
    till.dialog("info")
    quantity = till.page.locator(".o_omni_quantity").first
    expect(quantity).to_have_text("8")
    till.page.locator(".o_omni_variant").select_option(label="Ecru")
    expect(quantity).to_have_text("4")
    till.press(f"{DIALOG} .modal-footer .btn-primary")

    product(till, "Last Mirror")
    till.dialog("promised")
    till.press(".o_omni_take_back")

    fresh_ticket(till)
    our_button(till, "o_omni_web_orders_button")
    row = till.page.locator(".o_omni_web_order", has_text=shown["order"])
    expect(row).to_be_visible()
    till.look("web-orders")
    row.locator(".o_omni_web_order_toggle").click()
    till.look("web-order")
    search = till.page.locator(".o_omni_list_search input")
    search.fill("Rochefoucauld Jean")
    expect(till.page.locator(".o_omni_by_code")).to_contain_text("2")
    till.look("web-orders-by-code")
    search.fill("")
    till.press(f".o_omni_web_order:has-text('{shown['order']}') [name=take_payment]")
    expect(till.page.locator(".order-container .orderline", has_text="Night Lamp")).to_be_visible()
    till.look("ticket-web-order")
    # given up: the order is free for the next one who takes its payment
    till.page.evaluate("() => posmodel.deleteOrders([posmodel.getOrder()])")

    fresh_ticket(till)
    our_button(till, "o_omni_pickups_button")
    for order, name in ((shown["paid"], "pickup"), (shown["due"], "pickup-due")):
        row = till.page.locator(".o_omni_till_pickup", has_text=order)
        expect(row).to_be_visible()
        till.look("pickups")
        row.click()
        till.look(name)
        till.press("button[name=no_code]")
        till.look(f"{name}-no-code")
        till.press("button[name=no_code]")
        part = till.page.locator("button[name=part]")
        if part.count():
            part.click()
            till.look(f"{name}-part")
            till.press("button[name=hand_over]")
        else:
            till.press("button[name=give_up]")
        expect(till.page.locator(".o_omni_error")).to_be_visible()  # asks for the code
        till.look(f"{name}-error")
        back(till)
    back(till)
    assert not till.faults, "\n".join(till.faults)


@pytest.fixture(scope="module")
def office(retailer, shown):
    return Looked(retailer, retailer.visitor("directrice"), "fr")


@pytest.mark.parametrize("name", PAGES)
def test_every_button_of_the_office(office, name):
    action, sign = PAGES[name]
    office.at(1024)
    office.page.goto(f"/odoo/action-{action}")
    faults = []
    for width in (1024, 390):
        office.at(width)
        expect(office.page.locator(sign).first).to_be_visible()
        office.look(name, ".o_action_manager")
        card = office.page.locator(".o_omni_pickup_card").first
        if name == "desk" and card.is_visible():
            card.click()
            office.look("desk-pickup", ".o_action_manager")
            office.page.go_back() if office.is_small else office.page.keyboard.press("Escape")
        faults += [f"{width}: {fault}" for fault in office.faults]
    assert not faults, "\n".join(faults)


def test_nothing_broke_on_the_way(till, office):
    assert till.page.refusals + office.page.refusals == []
