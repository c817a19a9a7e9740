from odoo import SUPERUSER_ID, Command, api
from odoo.tools import SQL
from odoo.tools.sql import column_exists

OLD = ("refund_amount", "refund_due", "refund_by_hand")  # what a pickup told in figures


def migrate(cr, version):
    """What pickups have promised to pay back, in figures until now, is a row each. At the end: what providers can do is
    known when all add-ons are loaded.
    """
    if not column_exists(cr, "omni_pickup", "refund_due"):
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        SQL(
            """
            SELECT p.id, p.refund_state, COALESCE(p.refund_due, 0), COALESCE(p.refund_by_hand, 0)
              FROM omni_pickup AS p
             WHERE p.order_id IS NOT NULL
               AND (p.refund_state IS NOT NULL OR p.refund_due > 0 OR p.refund_by_hand > 0
                    OR EXISTS (SELECT FROM payment_transaction AS t WHERE t.omni_pickup_id = p.id))
             ORDER BY p.id
            """
        )
    )
    for pickup_id, state, due, by_hand in cr.fetchall():
        _move(env["omni.pickup"].browse(pickup_id), state, float(due), float(by_hand))
    env.flush_all()
    for name in OLD:
        cr.execute(SQL("ALTER TABLE omni_pickup DROP COLUMN %s", SQL.identifier(name)))


def _move(pickup, state, due, by_hand):
    """Make the rows of one pickup: of each request to a provider, what waits to be asked, what is left to a person."""
    env, order = pickup.env, pickup.order_id
    round_ = order.currency_id.round
    common = {
        "order_id": order.id,
        "currency_id": order.currency_id.id,
        "pickup_id": state and pickup.id,  # one that came back to life had forgotten them
        "reason": env._("The customer paid for these goods and did not get them."),
        "key": f"{pickup._name},{pickup.id},before",
    }
    rows = []
    env.cr.execute(SQL("SELECT id FROM payment_transaction WHERE omni_pickup_id = %s ORDER BY id", pickup.id))
    requests = env["payment.transaction"].browse(id for (id,) in env.cr.fetchall())
    for request in requests:
        amount = -request.amount
        is_refused = not request._omni_is_refund()
        if amount <= 0 or is_refused and round_(by_hand - amount) < 0:
            continue
        values = {"amount": amount, "transaction_id": request.source_transaction_id.id}
        values |= {"asked_at": request.create_date, "request_ids": [Command.set(request.ids)]}
        if is_refused:
            by_hand = round_(by_hand - amount)
            words = env._("The payment provider did not refund it: %s", request.reference)
            values |= {"state": "by_hand", "failed": words}
        elif request.state == "done":
            values |= {"state": "done", "done_at": request.last_state_change}
        else:
            values |= {"state": "asked"}
        rows.append(values)
    if by_hand > 0:
        rows.append({"amount": by_hand, "state": "by_hand", "failed": env._("No payment provider can do it.")})
    if due > 0:
        # What was being asked when somebody died is looked after by a person: no payment is named.
        shares = order._omni_refund_shares(due) if state == "due" else []
        shares.append((env["payment.transaction"], round_(due - sum(share for _payment, share in shares))))
        told = "asked" if state == "asked" else "due"
        rows += [{"amount": share, "transaction_id": paid.id, "state": told} for paid, share in shares if share > 0]
    refunds = env["omni.refund"].create([common | values | {"part": part} for part, values in enumerate(rows)])
    for refund in refunds.filtered(lambda refund: refund.state == "by_hand"):
        # Whoever is to do it has it among the activities already.
        label = refund._amount_label()
        known = [one for one in order.activity_ids if label in (one.summary or "")]
        quiet = refund.with_context(mail_activity_automation_skip=True)
        task = quiet._ask_person(env._("Refund %s", label), f"{refund.reason} {refund.failed}")
        task.activity_id = known and known[0]
