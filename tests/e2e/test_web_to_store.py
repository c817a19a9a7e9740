"""One sale across the channels: ordered on the web, prepared at the desk, paid and handed over at the till."""

import re

import pytest
from playwright.sync_api import expect

LYON, PARIS = "Lyon", "Paris"


@pytest.fixture(scope="module")
def journey():
    """What one step of the journey leaves for the next."""
    return {}


@pytest.fixture(scope="module")
def shopper(retailer):
    return retailer.visitor("shopper", phone=True)


@pytest.fixture(scope="module")
def till(retailer):
    page = retailer.visitor("seller")
    open_till(page, retailer.data["tills"][LYON])
    return page


@pytest.fixture(scope="module")
def desk(retailer):
    page = retailer.visitor("desk", phone=True)
    page.goto("/odoo/action-omni_clickcollect.omni_pickup_desk_action")
    page.locator("select.o_omni_desk_store").select_option(label="Lyon shop")
    return page


def open_till(page, config):
    """Open the register of a till that is closed: on its first screen, then in the opening control."""
    page.goto(f"/pos/ui/{config}")
    page.get_by_text("Open Register").first.click(timeout=90_000)
    page.locator(".modal").get_by_role("button", name="Open Register").click()
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator(".product-list .product").first).to_be_visible()


def shop_stock(page, city):
    """The line of one shop in the list of a product page."""
    if page.locator(".o_omni_see_shops").get_attribute("aria-expanded") == "false":
        page.locator(".o_omni_see_shops").click()
    return page.locator(".o_omni_shop_stock li", has_text=f"{city} shop")


def promise_at_till(page, city):
    """What the till's product card promises for one shop."""
    page.locator(".product-list .product", has_text="Storm Lantern").locator(".product-information-tag").click()
    row = page.locator(".o_omni_availability [data-warehouse-id]", has_text=f"{city} shop")
    expect(row).to_be_visible()
    quantity = float(row.get_attribute("data-quantity"))
    page.keyboard.press("Escape")
    return quantity


def test_01_shopper_sees_stock_at_the_shops(retailer, shopper, till):
    shopper.goto(retailer.data["url"])
    expect(shop_stock(shopper, LYON)).to_have_attribute("data-quantity", "3")
    expect(shop_stock(shopper, PARIS)).to_have_attribute("data-quantity", "1")
    retailer.picture(shopper, "shop-phone")
    assert promise_at_till(till, LYON) == 3


def test_02_shopper_orders_for_collection_in_lyon(retailer, shopper, journey):
    shopper.locator("#add_to_cart").click()
    expect(shopper.locator(".my_cart_quantity").first).to_have_text("1")
    shopper.goto("/shop/checkout")
    shopper.locator("input[name=o_delivery_radio][data-delivery-type=in_store]").check()
    shopper.locator("[name=o_pickup_location_selector]:visible").first.click()
    shopper.locator(".o_location_selector .list-group-item", has_text="Lyon Shop").click()
    retailer.picture(shopper, "choose-shop-phone")
    shopper.get_by_role("button", name="Choose this store").click()
    shopper.locator("[name=website_sale_main_button]:visible").click()
    shopper.wait_for_url("**/shop/payment**")
    retailer.picture(shopper, "payment-phone")
    shopper.locator("input[name=o_payment_radio][data-payment-method-code=pay_on_site]").check()
    shopper.locator("[name=o_payment_submit_button]:visible").click()
    shopper.wait_for_url("**/shop/confirmation**")
    journey["order"] = re.search(r"S\d+", shopper.locator("#wrapwrap").inner_text())[0]


def test_03_everybody_sees_one_less_at_once(retailer, till):
    second = retailer.visitor()
    second.goto(retailer.data["url"])
    expect(shop_stock(second, LYON)).to_have_attribute("data-quantity", "2")
    assert promise_at_till(till, LYON) == 2


def test_04_the_desk_prepares_and_the_mail_goes_out(retailer, desk, journey):
    desk.locator(".o_omni_pickup_card", has_text=journey["order"]).click()
    retailer.picture(desk, "desk-phone")
    desk.locator("button[name=prepare]").click()
    desk.locator(".o_omni_line").first.click()
    desk.locator("button[name=ready]").click()
    expect(desk.locator(".o_omni_pickup_detail")).to_have_attribute("data-state", "ready")
    expect(desk.locator(".o_omni_pickup_detail .o_omni_to_pay")).to_contain_text("30.00")
    order = f"env['sale.order'].search([('name', '=', {journey['order']!r})])"
    journey["code"] = retailer.script(f"import json; print(json.dumps({order}.omni_pickup_ids.code))")
    assert journey["code"] not in desk.content()
    retailer.script("env['mail.mail'].process_email_queue(); env.cr.commit(); print(1)")
    letters = [
        letter for letter in retailer.letterbox.to("shopper@example.com") if "ready" in letter["subject"].lower()
    ]
    assert len(letters) == 1
    assert journey["code"] in letters[0].get_body(("html",)).get_content()


def test_05_no_door_but_the_code(retailer, till, journey):
    """Web orders has neither the order nor a way around its code; it leads to the pickups."""
    till.locator(".o_omni_web_orders_button").click()
    expect(till.locator(".o_omni_web_orders_empty")).to_contain_text("No order waits")
    till.locator(".o_omni_list_search input").fill("Camille")
    expect(till.locator(".o_omni_by_code")).to_contain_text("1")
    expect(till.locator(".o_omni_web_order")).to_have_count(0)
    retailer.picture(till, "till-by-code")
    refused = retailer.script(f"""
import json
from odoo.exceptions import UserError
seller = env["res.users"].search([("login", "=", "seller")])
order = env["sale.order"].search([("name", "=", {journey["order"]!r})])
config = env["pos.config"].with_user(seller).browse({retailer.data["tills"][LYON]})
doors = [
    lambda: config.omni_open_web_order(order.id),
    lambda: config.omni_hand_over(order.id, "12345678"),
    lambda: order.order_line.with_user(seller).read_converted(),
    lambda: order.picking_ids.with_user(seller).with_context(skip_sms=True).button_validate(),
]
words = []
for door in doors:
    try:
        words.append(repr(door()))
    except UserError as error:
        words.append(str(error))
print(json.dumps([words, order.omni_pickup_ids.state]))
""")
    assert refused[1] == "ready"
    assert all("code" in words for words in refused[0]), refused
    till.locator(".o_omni_by_code").get_by_role("button", name="Show").click()
    till.locator(".o_omni_till_pickup", has_text=journey["order"]).click()


def test_06_the_seller_takes_the_payment_and_hands_over(retailer, till, journey):
    code = till.locator(".o_omni_till_actions input[name=code]")
    code.fill("AAAAAA")
    till.get_by_role("button", name="Take payment").click()
    expect(till.locator(".o_omni_error")).to_contain_text("not the code")
    code.fill(journey["code"])
    retailer.picture(till, "till-pickup")
    till.get_by_role("button", name="Take payment").click()
    expect(till.locator(".order-container .orderline", has_text="Storm Lantern")).to_be_visible()
    till.locator(".o_omni_customer_button").click()
    expect(till.locator(".o_omni_customer_panel")).to_contain_text(journey["order"])
    retailer.picture(till, "till-panel")
    till.keyboard.press("Escape")
    till.locator(".pay-order-button").first.click()
    till.locator(".paymentmethod", has_text="Card").click()
    till.locator(".validation-button").first.click()
    expect(till.locator(".receipt-screen")).to_be_visible()


def test_07_stock_points_timeline_and_pickup_agree(retailer, desk, journey):
    facts = retailer.script(f"""
import json
order = env["sale.order"].search([("name", "=", {journey["order"]!r})])
lyon, paris = env["stock.warehouse"].browse({retailer.data["stores"]})
product = {retailer.data["product"]}
promise = env["omni.availability"].available([product], [lyon.id, paris.id])
in_store = env["product.product"].browse(product).with_context
cards = env["loyalty.card"].search([("partner_id", "=", order.partner_id.id)])
print(json.dumps({{
    "promise": [promise[product, lyon.id], promise[product, paris.id]],
    "on_hand": [in_store(warehouse_id=store.id).qty_available for store in (lyon, paris)],
    "steps": [step["code"] for step in order.omni_timeline()],
    "stores": sorted({{step["store"] for step in order.omni_timeline() if step["store"]}}),
    "pickup": order.omni_pickup_ids.state,
    "due": order.amount_unpaid,
    "points": sum(cards.mapped("points")),
    "ledger": sum(env["omni.loyalty.entry"].search([("card_id", "in", cards.ids)]).mapped("points")),
    "audit": env["omni.availability"].audit(),
}}))
""")
    assert facts["promise"] == facts["on_hand"] == [2, 1]
    assert facts["steps"] == ["placed", "prepared", "ready", "paid", "collected"]
    assert facts["stores"] == ["Lyon shop"]
    assert facts["pickup"] == "collected"
    assert facts["due"] == 0
    assert facts["points"] == facts["ledger"] == 30
    assert facts["audit"] == []
    expect(desk.locator(".o_omni_pickup_card", has_text=journey["order"])).to_have_count(0)


def test_08_the_shopper_follows_it_to_the_end(retailer, shopper, journey):
    shopper.goto("/my/orders")
    shopper.get_by_text(journey["order"]).first.click()
    shopper.locator("[name=omni_pickup_link]:visible").first.click()
    expect(shopper.locator("#wrapwrap [data-state]").first).to_have_attribute("data-state", "collected")
    retailer.picture(shopper, "pickup-phone")


def test_09_the_manager_reads_one_sale_of_the_web_collected_in_lyon(retailer):
    manager = retailer.visitor("manager")
    manager.goto("/odoo/action-omni_bi.omni_sales_page_action")
    origin = manager.locator("[data-section=origin]")
    expect(origin).to_contain_text("30.00")
    expect(manager.locator("[data-section=fulfilment]")).to_contain_text("Lyon till")
    retailer.picture(manager, "manager")


def test_10_nothing_broke_on_the_way(shopper, till, desk):
    assert [page.refusals for page in (shopper, till, desk)] == [[], [], []]
