"""Tickets of the months past, each a copy of one that was really rung up at the same till."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import NamedTuple

import bookings
import chain
from clone import clone, ids, link, numbers, stamped
from plan import utc
from stock import clone_moves
from tills import FLOAT


class Ticket(NamedTuple):
    """One row of a till's roll: a purchase (``sign`` 1) or its return (-1), ``of`` whose ticket."""

    purchase: object
    moment: datetime
    sign: int
    id: int
    of: object = None


def write(env, clock, plan, tills, purchases, until):
    """Write the tickets of ``purchases`` and their returns up to ``until`` (a date), in sessions of a week, closed and
    booked.

    Return ``[(purchase, id of its pos.order)]``, oldest first.
    """
    rolls = {}
    for till in tills:
        if mine := [purchase for purchase in purchases if purchase.shop == till.shop]:
            rolls[till] = _roll(env, till, mine, until)
    sessions = sorted(
        {(_monday(ticket.moment), till.config.id, till) for till, roll in rolls.items() for ticket in roll},
        key=lambda key: key[:2],
    )
    sequence = env["ir.sequence"].search([("code", "=", "pos.session")], limit=1)
    clock.set(datetime.combine(plan.start, time(8)))
    templates = {till: _ring_up_template(plan, till, roll) for till, roll in rolls.items()}
    names = defaultdict(dict)
    for (monday, _id, till), number in zip(sessions, numbers(sequence, len(sessions)), strict=True):
        names[till][monday] = till.config.name + number
    weeks = {till: _weeks(roll, names[till]) for till, roll in rolls.items()}
    entries = {till: bookings.post(env, till, *next(iter(weeks[till].items()))) for till in rolls}
    for till, roll in rolls.items():
        sessions = _write_sessions(env, plan, till, templates[till][0].session_id, weeks[till], entries[till])
        for sign, template in zip((1, -1), templates[till], strict=True):
            _write_tickets(env, till, template, [ticket for ticket in roll if ticket.sign == sign], sessions)
    env.invalidate_all()
    written = sorted((ticket for roll in rolls.values() for ticket in roll), key=lambda ticket: ticket.moment)
    chain.seal(env, env["pos.order"].browse(ticket.id for ticket in written))
    return sorted(
        ((ticket.purchase, ticket.id) for roll in rolls.values() for ticket in roll if ticket.sign > 0),
        key=lambda row: row[0].moment,
    )


def _roll(env, till, purchases, until):
    """Return the tickets of purchases and of what came back, oldest first, and settle how each is paid."""
    back = [purchase for purchase in purchases if purchase.returned and purchase.returned.date() < until]
    order_ids = ids(env, "pos_order", len(purchases) + len(back))
    roll = []
    for purchase in purchases:
        ticket = Ticket(purchase, purchase.moment, 1, order_ids.pop(0))
        method = till.paid_by[ticket.id] = till.method()
        roll.append(ticket)
        if purchase.returned and purchase.returned.date() < until:
            roll.append(Ticket(purchase, purchase.returned, -1, order_ids.pop(0), ticket))
            till.paid_by[roll[-1].id] = method
    return sorted(roll, key=lambda ticket: ticket.moment)


def _monday(moment):
    day = moment.date()
    return day - timedelta(days=day.weekday())


def _ring_up_template(plan, till, roll):
    """Ring up one ticket for real, take it back, close; return both orders."""
    till.open()
    first = roll[0].purchase
    purchase = plan.purchase("store", utc(plan.start, 10), first.customer, till.shop, first.items[:1])
    order = till.ring_up(purchase)
    refund = till.take_back(order, order.date_order)
    till.close()
    return order, refund


def _weeks(roll, names):
    """Return ``{monday: (name of the session, tickets)}``."""
    weeks = {}
    for ticket in roll:
        monday = _monday(ticket.moment)
        weeks.setdefault(monday, (names[monday], []))[1].append(ticket)
    return weeks


def _write_sessions(env, plan, till, template, weeks, entry):
    """Write the sessions of a till and what they book; return ``{monday: id}``."""
    found = dict(zip(weeks, ids(env, "pos_session", len(weeks)), strict=True))
    booked = bookings.write(env, till, entry, weeks)
    rows = []
    for monday, (name, week) in weeks.items():
        last = week[-1].moment.date()
        cash = sum(ticket.purchase.total * ticket.sign for ticket in week if till.paid_by[ticket.id] == till.cash)
        stop = utc(last, plan.hours[till.shop][last.weekday()][1] + 0.3)
        start = utc(week[0].moment.date(), plan.hours[till.shop][week[0].moment.weekday()][0] - 0.2)
        rows.append(
            {
                **stamped(start),
                "id": found[monday],
                "name": name,
                "access_token": till.uuid(),
                "start_at": start,
                "stop_at": stop,
                "move_id": booked[monday],
                "cash_register_balance_start": FLOAT,
                "cash_register_balance_end_real": round(FLOAT + cash, 2),
                "cash_real_transaction": 0,
            }
        )
    clone(env, "pos_session", template.id, rows)
    return found


def _write_tickets(env, till, template, tickets, sessions):
    config, picking = till.config, template.picking_ids
    sequence = config.order_backend_seq_id
    references = numbers(sequence, len(tickets))
    picking_ids = ids(env, "stock_picking", len(tickets))
    picking_names = numbers(picking.picking_type_id.sequence_id, len(tickets))
    line_ids = iter(ids(env, "pos_order_line", sum(len(ticket.purchase.items) for ticket in tickets)))
    payment_ids = ids(env, "pos_payment", len(tickets))
    orders, lines, payments, pickings, moves = [], [], [], [], []
    for number, ticket in enumerate(tickets):
        purchase, moment, sign = ticket.purchase, ticket.moment, ticket.sign
        partner = purchase.customer.partner if purchase.customer else None
        session_id = sessions[_monday(moment)]
        name = till.names[ticket.of.id] + " REFUND" if ticket.of else f"{config.name} - {references[number]}"
        till.names[ticket.id] = name
        dates = stamped(moment)
        orders.append(
            {
                **dates,
                "id": ticket.id,
                "name": name,
                "pos_reference": f"{moment:%y}0-{config.id}-{references[number]}",
                "tracking_number": str(int(references[number]) % 1000),
                "sequence_number": int(references[number]),
                "uuid": till.uuid(),
                "access_token": till.uuid(),
                "session_id": session_id,
                "date_order": moment,
                "partner_id": partner and partner.id,
                "email": partner and partner.email,
                "mobile": None,
                **dict.fromkeys(chain.FIELDS),
                "amount_total": sign * purchase.total,
                "amount_paid": sign * purchase.total,
                "amount_tax": sign * round(purchase.total - purchase.untaxed, 2),
                "amount_difference": 0,
            }
        )
        for item in purchase.items:
            line_id = next(line_ids)
            lines.append({**dates, "id": line_id, "order_id": ticket.id, **_line(till, item, sign)})
            if ticket.of:
                lines[-1]["refunded_orderline_id"] = till.line_ids[ticket.of.id, item.article.id]
            else:
                till.line_ids[ticket.id, item.article.id] = line_id
            move = {
                "picking_id": picking_ids[number],
                "partner_id": partner and partner.id,
                "reference": picking_names[number],
            }
            moves.append({"product": item.article, "quantity": item.quantity, "moment": moment, "move": move})
        payments.append(
            {
                **dates,
                "id": payment_ids[number],
                "uuid": till.uuid(),
                "pos_order_id": ticket.id,
                "session_id": session_id,
                "payment_method_id": till.paid_by[ticket.id].id,
                "payment_date": moment,
                "amount": sign * purchase.total,
            }
        )
        pickings.append(
            {
                **dates,
                "id": picking_ids[number],
                "name": picking_names[number],
                "origin": name,
                "pos_order_id": ticket.id,
                "pos_session_id": session_id,
                "partner_id": partner and partner.id,
                "date_done": moment,
                "scheduled_date": moment,
            }
        )
    clone(env, "pos_order", template.id, orders)
    clone(env, "pos_order_line", template.lines.id, lines)
    clone(env, "pos_payment", template.payment_ids.id, payments)
    clone(env, "stock_picking", picking.id, pickings)
    clone_moves(env, picking.move_ids, moves)
    link(env, "pos.order.line", "tax_ids", [(line["id"], tax) for line in lines for tax in template.lines.tax_ids.ids])


def _line(till, item, sign):
    return {
        "uuid": till.uuid(),
        "product_id": item.article.id,
        "full_product_name": item.article.name,
        "qty": sign * item.quantity,
        "qty_delivered": item.quantity if sign > 0 else 0,
        "price_unit": item.article.price,
        "discount": item.discount,
        "price_subtotal": item.untaxed,  # above 0 of what goes back, too, as Odoo's till stores it
        "price_subtotal_incl": item.total,
        "total_cost": round(sign * item.quantity * item.article.cost, 2),
    }
