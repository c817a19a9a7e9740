"""Looks at what the generator made: a demo that lacks what it is to show, or shows what is not so, is not handed out."""

import recount

from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

PAGES = "omni_base.menu_omni_root"  # below it, no list is empty


def look(env):
    """Look at everything.

    :raises SystemExit: with every fault in words
    """
    env.invalidate_all()
    if faults := [fault for find in FINDERS for fault in find(env)]:
        raise SystemExit("The demo retailer is not what it is to be:\n" + "\n".join(faults))


def _phones(env):
    """Everybody is found by the phone number that stands on their card, and can get a text message."""
    people = env["res.partner"].search([("phone", "!=", False)])
    for partner in people:
        if not partner.phone_sanitized:
            yield f"{partner.phone} of {partner.name} is no number to search for or to write to."
    for partner in people.filtered(lambda partner: partner.type == "contact" and not partner.parent_id):
        if env["res.partner"].omni_identify(phone=partner.phone) != partner:
            yield f"{partner.name} is not found by {partner.phone}."
        if partner not in env["res.partner"].search([("phone_mobile_search", "ilike", partner.phone[-5:])]):
            yield f"{partner.name} is not found by the last digits of {partner.phone}."


def _taxes(env):
    """Receipts, baskets and invoices name each tax by its rate, in each language."""
    for lang, _name in env["res.lang"].get_installed():
        for tax in env["account.tax"].with_context(lang=lang).search([("company_id", "=", env.company.id)]):
            if f"{tax.amount:g}%" not in tax.tax_group_id.name.replace(" ", "").replace(",", "."):
                yield f"A tax of {tax.amount:g} % is called {tax.tax_group_id.name} ({lang})."


def _tills(env):
    """Each till can take a part of an order's price, and its list and its opening say the same balance."""
    for till in env["pos.config"].search([]):
        if not till.down_payment_product_id:
            yield f"The till {till.name} has no down payment product."
        last = till.session_ids.filtered(lambda session: session.state == "closed").sorted("id")[-1:]
        if till.currency_id.compare_amounts(last.cash_register_balance_end_real, till.last_session_closing_cash):
            yield f"The till {till.name} asks for another balance than its list shows."
    if env["pos.session"].search_count([("state", "!=", "closed")]):
        yield "A till is open: after a day it lets nobody sell before they have closed it."


def _chain(env):
    """Each ticket is sealed, and its seal covers the one before, as French law asks."""
    seal = ""
    tickets = env["pos.order"].search([("state", "in", ("paid", "done"))], order="l10n_fr_secure_sequence_number")
    for ticket in tickets:
        seal = ticket._compute_hash(seal)
        if ticket.l10n_fr_hash != seal:
            yield f"The chain of seals is broken at {ticket.name}."
            return


def _refunds(env):
    """What goes back at a till is stored as Odoo's till does: quantity below 0, the lines' prices not."""
    rows = env.execute_query(
        SQL(
            """
            SELECT o.name FROM pos_order_line AS l JOIN pos_order AS o ON o.id = l.order_id
             WHERE l.qty < 0 AND (l.price_subtotal_incl < 0 OR o.amount_total > 0 OR l.refunded_orderline_id IS NULL)
            """
        )
    )
    return [f"The refund {name} is not stored as a till stores it." for (name,) in rows]


def _money(env):
    """What came in is counted once, whoever counts."""
    for name, _facts, _back, _report, apart, _tickets, at_tills in recount.rows(env):
        if round(apart, 2) or round(at_tills, 2):
            yield f"{name}: the facts differ by {apart:.2f} from the sales report, by {at_tills:.2f} from the tickets."


def _pages(env):
    """No list of our menus is empty."""
    menus = env["ir.ui.menu"].search([("id", "child_of", env.ref(PAGES).id)])
    for menu in menus:
        action = menu.action
        if not action or action._name != "ir.actions.act_window" or env[action.res_model]._transient:
            continue
        domain = safe_eval(action.domain or "[]", {"uid": env.uid, "allowed_company_ids": env.companies.ids})
        if not env[action.res_model].search_count(domain, limit=1):
            yield f"Nothing is in {menu.complete_name}."


def _slots(env):
    """Where a shop has times, customers have chosen some that are yet to come."""
    if "omni.pickup.slot" in env and not env["omni.pickup.slot"].search_count([("booked", ">", 0)]):
        yield "No customer has chosen a time."


FINDERS = (_phones, _taxes, _tills, _chain, _refunds, _money, _pages, _slots)
