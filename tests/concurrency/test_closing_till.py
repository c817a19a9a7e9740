"""A till on committed data: what it has sold and not moved yet, and what is told of the promises that it broke.

Whether a promise is broken is judged when the till's transaction has ended, so each step here is one of its own. What
is left is counted from the documents, by SQL of this file's own.
"""

from uuid import uuid4

import pytest

from odoo import Command
from odoo.modules.registry import Registry

UNITS = 3
GROUPS = ("base.group_user", "point_of_sale.group_pos_user", "sales_team.group_sale_salesman_all_leads")


@pytest.fixture(params=["real", "closing"])
def shop(race, request):
    """A store with `UNITS` of one product and an open till, which moves its goods at once or at its closing: ids."""

    def build(env):
        code = uuid4().hex[:5].upper()
        env.company.point_of_sale_update_stock_quantities = request.param
        store = env["stock.warehouse"].create({"name": f"Closing {code}", "code": code})
        product = env["product.product"].create(
            {
                "name": f"Closing {code}",
                "is_storable": True,
                "allow_out_of_stock_order": False,
                "taxes_id": False,
                "list_price": 10,
                "available_in_pos": True,
            }
        )
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, UNITS)
        journal = env["account.journal"].create({"name": f"Card {code}", "type": "bank", "code": code})
        card = env["pos.payment.method"].create({"name": "Card", "journal_id": journal.id})
        till = env["pos.config"].create(
            {"name": f"Till {code}", "picking_type_id": store.pos_type_id.id, "payment_method_ids": card.ids}
        )
        seller = env["res.users"].create(
            {
                "name": "Seller",
                "login": f"closing_{code}".lower(),
                "group_ids": [Command.set([env.ref(group).id for group in GROUPS])],
            }
        )
        session = env["pos.session"].create({"config_id": till.id, "user_id": seller.id})
        session.set_opening_control(0, None)
        customer = env["res.partner"].create({"name": "Closing", "email": "closing@example.com"})
        return {
            "product": product.id,
            "store": store.id,
            "session": session.id,
            "card": card.id,
            "customer": customer.id,
            "seller": seller.id,
            "closing": request.param == "closing",
        }

    ids = race.commit(build)
    yield ids
    race.commit(lambda env: env.company.write({"point_of_sale_update_stock_quantities": "real"}))


def order(race, shop, quantity, confirm=False, keep=False):
    def work(env):
        line = Command.create({"product_id": shop["product"], "product_uom_qty": quantity})
        order = env["sale.order"].create(
            {"partner_id": shop["customer"], "warehouse_id": shop["store"], "order_line": [line]}
        )
        if keep:
            env["omni.availability"].hold(order, [(shop["product"], shop["store"], quantity)])
        if confirm:
            order.action_confirm()
        return order.id

    return race.commit(work)


def sell(env, shop, quantity, settled=None):
    """Post a paid ticket as the till sends it; id of the ticket."""
    line = {
        "product_id": shop["product"],
        "qty": quantity,
        "price_unit": 10,
        "price_subtotal": 10 * quantity,
        "price_subtotal_incl": 10 * quantity,
        "tax_ids": [],
        "uuid": str(uuid4()),
    }
    if settled:
        sale_line = env["sale.order"].browse(settled).order_line
        line |= {"sale_order_origin_id": settled, "sale_order_line_id": sale_line.id}
    session = env["pos.session"].browse(shop["session"])
    sent = {
        "uuid": str(uuid4()),
        "access_token": "",
        "state": "paid",
        "session_id": session.id,
        "company_id": session.company_id.id,
        "pricelist_id": session.config_id.pricelist_id.id,
        "user_id": shop["seller"],
        "partner_id": shop["customer"] if settled else False,
        "amount_total": 10 * quantity,
        "amount_paid": 10 * quantity,
        "amount_tax": 0,
        "amount_return": 0,
        "to_invoice": False,
        "payment_ids": [
            Command.create({"amount": 10 * quantity, "payment_method_id": shop["card"], "uuid": str(uuid4())})
        ],
        "lines": [Command.create(line)],
    }
    return env["pos.order"].sync_from_ui([sent])["pos.order"][0]["id"]


def left(env, shop):
    """What is really left: on hand less what is reserved, ordered, on hold, and sold by the open till and not moved."""
    env.cr.execute(
        """
        SELECT (SELECT COALESCE(SUM(COALESCE(quantity, 0) - COALESCE(reserved_quantity, 0)), 0)
                  FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
                 WHERE q.product_id = %(product)s AND l.usage = 'internal')
             - (SELECT COALESCE(SUM(product_qty - COALESCE(quantity, 0)), 0) FROM stock_move
                 WHERE product_id = %(product)s AND state IN ('confirmed', 'partially_available'))
             - (SELECT COALESCE(SUM(quantity), 0) FROM omni_hold WHERE product_id = %(product)s AND ended IS NULL)
             - (SELECT COALESCE(SUM(x.qty), 0) FROM pos_order_line AS x JOIN pos_order AS o ON o.id = x.order_id
                  JOIN pos_session AS s ON s.id = o.session_id
                 WHERE x.product_id = %(product)s AND %(closing)s AND s.state <> 'closed'
                   AND o.state IN ('paid', 'done'))
        """,
        shop,
    )
    return float(env.cr.fetchone()[0])


def promised(env, shop):
    """What the contract says, and the default of the base plate, which knows nothing of holds and orders."""
    availability = env["omni.availability"]
    mro = Registry(env.cr.dbname).models["omni.availability"].__mro__
    default = next(cls for cls in mro if cls.__module__ == "odoo.addons.omni_base.models.omni_availability")
    rows = default._read_available(availability, [shop["product"]], [shop["store"]], None)
    promise = availability.available([shop["product"]], [shop["store"]])
    return promise[shop["product"], shop["store"]], sum(row[2] for row in rows)


def state(env, shop):
    """(what is really left, what is promised, what the base plate promises), and what the check says."""
    name = env["product.product"].browse(shop["product"]).display_name
    return (left(env, shop), *promised(env, shop)), [
        words for words in env["omni.availability"].audit() if name in words
    ]


def told(env, shop):
    """Oversold orders of the product, and what managers were told of them."""
    incidents = env["omni.incident"].search([("product_id", "=", shop["product"])], order="id")
    name = env["product.product"].browse(shop["product"]).name
    messages = env["bus.bus"].sudo().search([("message", "ilike", name)])
    return [(one.res_id, one.quantity, one.cause_name) for one in incidents], len(
        [message for message in messages if "simple_notification" in message.message]
    )


def messages(env, order_id):
    return [body for body in env["sale.order"].browse(order_id).message_ids.mapped("body") if "Not in stock" in body]


def close(env, shop):
    session = env["pos.session"].browse(shop["session"])
    session.action_pos_session_closing_control()
    assert session.state == "closed"


def test_what_is_sold_counts_once_from_its_payment_to_the_closing_and_after(race, shop):
    """given three units, when two are sold, then one is left: at once, folded, while the session closes, and after"""
    assert race.commit(lambda env: state(env, shop)) == ((3, 3, 3), [])
    with Registry(race.database).cursor() as cr:
        env = race.environment(cr, shop["seller"])
        sell(env, shop, 2)
        assert promised(race.environment(cr), shop)[0] == 1  # in its own transaction
        assert race.commit(lambda env: promised(env, shop)) == (3, 3)  # and not for others before it ends
    assert race.commit(lambda env: state(env, shop)) == ((1, 1, 1), [])
    race.commit(lambda env: env["omni.promise"]._cron_settle())
    assert race.commit(lambda env: state(env, shop)) == ((1, 1, 1), [])
    with Registry(race.database).cursor() as cr:
        close(race.environment(cr), shop)
        assert promised(race.environment(cr), shop) == (1, 1)
        assert race.commit(lambda env: state(env, shop)) == ((1, 1, 1), [])
    assert race.commit(lambda env: state(env, shop)) == ((1, 1, 1), [])
    assert race.commit(lambda env: env["omni.promise"]._cron_settle()) is None
    assert race.commit(lambda env: state(env, shop)) == ((1, 1, 1), [])
    assert race.commit(lambda env: told(env, shop)) == ([], 0)


def test_settling_the_last_unit_breaks_nothing(race, shop):
    """given three units, two ordered and one kept, when the till settles the order, then nobody misses anything"""
    waits = order(race, shop, 2, confirm=True)
    order(race, shop, 1, keep=True)
    race.commit(lambda env: sell(env, shop, 2, settled=waits), shop["seller"])
    assert race.commit(lambda env: told(env, shop)) == ([], 0)
    assert race.commit(lambda env: state(env, shop))[0][:2] == (0, 0)
    race.commit(lambda env: env["omni.incident.watch"]._cron_watch())
    race.commit(lambda env: close(env, shop))
    assert race.commit(lambda env: told(env, shop)) == ([], 0)
    assert race.commit(lambda env: state(env, shop))[0][:2] == (0, 0)
    order_state = race.commit(
        lambda env: env["sale.order"].browse(waits).order_line.mapped(lambda line: (line.qty_delivered, line.move_ids))
    )
    assert order_state[0][0] == 2


def test_settling_a_quotation_of_the_last_unit_says_nothing(race, shop):
    """given three units, when a quotation of all is settled, then it is not said to be out of stock"""
    quotation = order(race, shop, 3)
    race.commit(lambda env: sell(env, shop, 3, settled=quotation), shop["seller"])
    assert race.commit(lambda env: env["sale.order"].browse(quotation).state) == "sale"
    assert race.commit(lambda env: (told(env, shop), messages(env, quotation))) == (([], 0), [])
    assert race.commit(lambda env: state(env, shop)) == ((0, 0, 0), [])


def test_what_is_really_broken_is_told_once(race, shop):
    """given all units kept for somebody, when the till sells two, then their promise is broken, by this ticket, once"""
    basket = order(race, shop, 3, keep=True)
    ticket = race.commit(lambda env: sell(env, shop, 2), shop["seller"])
    name = race.commit(lambda env: env["pos.order"].browse(ticket).display_name)
    managers = race.commit(lambda env: len(env.ref("omni_base.group_manager").all_user_ids))
    expected = [(basket, 2, name)], managers
    assert race.commit(lambda env: told(env, shop)) == expected
    race.commit(lambda env: env["omni.incident.watch"]._cron_watch())
    race.commit(lambda env: close(env, shop))
    race.commit(lambda env: env["omni.incident.watch"]._cron_watch())
    assert race.commit(lambda env: told(env, shop)) == expected


def test_buyers_and_a_closing_till_never_oversell(race, shop):
    """given three units, when the till has sold two and many buyers come while its session closes, one gets one"""
    race.commit(lambda env: sell(env, shop, 2), shop["seller"])

    def buy(env):
        line = Command.create({"product_id": shop["product"], "product_uom_qty": 1})
        basket = env["sale.order"].create(
            {"partner_id": shop["customer"], "warehouse_id": shop["store"], "order_line": [line]}
        )
        env.cr.commit()
        basket.action_confirm()
        env.cr.commit()
        return "bought"

    outcomes = race.run([lambda env: close(env, shop), *[buy] * 6], retry=True)
    assert outcomes[0] is None, outcomes
    assert outcomes.count("bought") == 1, outcomes
    assert race.commit(lambda env: state(env, shop))[0][:2] == (0, 0)
