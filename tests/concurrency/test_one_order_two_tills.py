"""One order, two tills: which ticket takes its payment, and what becomes of it when both did."""

from uuid import uuid4

import pytest
from tills import open_session

from odoo import Command

TILLS, TRIALS = 8, 5
GROUPS = ("base.group_user", "point_of_sale.group_pos_user", "sales_team.group_sale_salesman_all_leads")
PRICE = 10


@pytest.fixture
def stall(race):
    """A store with two open tills, and a function that gives a confirmed order of 2: ids."""

    def build(env):
        env.company.point_of_sale_update_stock_quantities = "real"
        code = uuid4().hex[:4].upper()
        store = env["stock.warehouse"].create({"name": f"Twice {code}", "code": code})
        product = env["product.product"].create(
            {"name": f"Twice {code}", "is_storable": True, "taxes_id": False, "list_price": PRICE}
        )
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, 1000)
        seller = env["res.users"].create(
            {
                "name": "Seller",
                "login": f"twice_{code}".lower(),
                "group_ids": [Command.set([env.ref(group).id for group in GROUPS])],
            }
        )
        opened = [open_session(env, f"{letter}{code}"[:5], store, seller) for letter in "AB"]
        return {
            "store": store.id,
            "product": product.id,
            "customer": env["res.partner"].create({"name": "Twice"}).id,
            "sessions": [(session.id, card.id) for session, card in opened],
            "tills": [session.config_id.id for session, _card in opened],
        }

    ids = race.commit(build)

    def order(env):
        line = Command.create({"product_id": ids["product"], "product_uom_qty": 2})
        order = env["sale.order"].create(
            {"partner_id": ids["customer"], "warehouse_id": ids["store"], "order_line": [line]}
        )
        order.action_confirm()
        return order.id

    return ids | {"order": lambda: race.commit(order)}


def pay(env, stall, number, order_id):
    """Post a paid ticket that settles the order, as a till sends it."""
    order, (session, card) = env["sale.order"].browse(order_id), stall["sessions"][number % 2]
    amount = 2 * PRICE
    line = {
        "product_id": stall["product"],
        "qty": 2,
        "price_unit": PRICE,
        "price_subtotal": amount,
        "price_subtotal_incl": amount,
        "tax_ids": [],
        "uuid": str(uuid4()),
        "sale_order_origin_id": order.id,
        "sale_order_line_id": order.order_line.id,
    }
    ticket = {
        "uuid": str(uuid4()),
        "access_token": "",
        "state": "paid",
        "session_id": session,
        "company_id": env.company.id,
        "pricelist_id": False,
        "user_id": env.uid,
        "partner_id": stall["customer"],
        "amount_total": amount,
        "amount_paid": amount,
        "amount_tax": 0,
        "amount_return": 0,
        "to_invoice": False,
        "payment_ids": [Command.create({"amount": amount, "payment_method_id": card, "uuid": str(uuid4())})],
        "lines": [Command.create(line)],
    }
    return env["pos.order"].sync_from_ui([ticket])["pos.order"][0]["id"]


def test_one_ticket_has_it(race, stall):
    """Of many tickets that open one order at the same moment, one has it, and all others read who."""
    for trial in range(TRIALS):
        order = stall["order"]()

        def claim(env, number, trial=trial, order=order):
            till = env["pos.config"].browse(stall["tills"][number % 2])
            return till.omni_claim_orders(f"{trial}-{number}-{order}", [order], "open", f"Seller {number}")

        answers = race.run([lambda env, number=number: claim(env, number) for number in range(TILLS)], retry=True)
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        winners = [number for number, answer in enumerate(answers) if answer == []]
        assert len(winners) == 1, answers
        assert all(f"Seller {winners[0]} has" in answer[0]["why"] for answer in answers if answer)


def test_paid_at_once_at_two_tills(race, stall):
    """Of two tickets that take the payment at the same moment, one counts, and the other is to be given back."""
    for _trial in range(TRIALS):
        order_id = stall["order"]()
        answers = race.run(
            [lambda env, number=number, order_id=order_id: pay(env, stall, number, order_id) for number in range(2)],
            retry=True,
        )
        assert all(isinstance(answer, int) for answer in answers), answers

        def look(env, order_id=order_id, answers=answers):
            order, tickets = env["sale.order"].browse(order_id), env["pos.order"].browse(answers)
            twice = tickets.lines.filtered("omni_twice_order_id")
            return (
                order.order_line.qty_delivered,
                order.order_line.qty_invoiced,
                order._omni_amount_paid(),
                len(twice),
                len(order.activity_ids),
                sum(tickets.picking_ids.move_ids.mapped("quantity")),
            )

        assert race.commit(look) == (2, 2, 2 * PRICE, 1, 1, 2)
