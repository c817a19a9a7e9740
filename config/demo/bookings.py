"""What the sessions of a till put into the books: sales, their VAT, and the money taken by card and in cash."""

from collections import defaultdict

from clone import clone, ids, link, stamped


def post(env, till, monday, week):
    """Make and post the entry of one week of a till, by Odoo; ``week``: as in :func:`write`."""
    name, tickets = week
    repartition = till.tax.invoice_repartition_line_ids.filtered(lambda line: line.repartition_type == "tax")
    sales = till.config.company_id.income_account_id
    untaxed, *_others = sums = _sums(till, tickets)
    lines = [
        {"name": "Sales", "account_id": sales.id, "tax_ids": [(6, 0, till.tax.ids)]},
        {
            "name": till.tax.name,
            "account_id": repartition.account_id.id or sales.id,
            "tax_repartition_line_id": repartition.id,
            "tax_base_amount": untaxed,
        },
        {"name": till.card.name, "account_id": till.card.journal_id.default_account_id.id},
        {"name": till.cash.name, "account_id": till.cash.journal_id.default_account_id.id},
    ]
    entries = env["account.move"].with_context(skip_invoice_sync=True)
    move = entries.create(
        {
            "journal_id": till.config.journal_id.id,
            "date": monday,
            "ref": name,
            "line_ids": [
                (0, 0, {**line, "balance": balance}) for line, balance in zip(lines, _balances(*sums), strict=True)
            ],
        }
    )
    move.action_post()
    return move


def write(env, till, template, weeks):
    """Book ``{monday: (name of the session, tickets)}`` of a till by copies of an entry that is posted, numbered on by month.

    Return ``{monday: id of the account.move}``.
    """
    booked = {template.date: template.id}
    others = [monday for monday in weeks if monday != template.date]
    booked |= dict(zip(others, ids(env, "account_move", len(others)), strict=True))
    count = _counter(env, template)
    moves, lines = [], defaultdict(list)
    for monday in others:
        name, tickets = weeks[monday]
        prefix = template.sequence_prefix.replace(f"{template.date:%Y/%m}", f"{monday:%Y/%m}")
        count[prefix] += 1
        dates = {**stamped(tickets[-1].moment), "date": monday}
        number = f"{prefix}{count[prefix]:04d}"
        sums = _sums(till, tickets)
        total = sum(amount for amount in _balances(*sums) if amount > 0)
        moves.append(
            {
                **dates,
                "id": booked[monday],
                "name": number,
                "ref": name,
                "sequence_prefix": prefix,
                "sequence_number": count[prefix],
                "invoice_date_due": monday,
                "amount_total": total,
                "amount_total_signed": total,
                "amount_total_in_currency_signed": total,
            }
        )
        for line, balance in zip(template.line_ids.sorted("id"), _balances(*sums), strict=True):
            lines[line].append(
                {
                    **dates,
                    "move_id": booked[monday],
                    "move_name": number,
                    "ref": name,
                    "balance": balance,
                    "amount_currency": balance,
                    "debit": max(balance, 0),
                    "credit": max(-balance, 0),
                    "tax_base_amount": sums[0] if line.tax_line_id else 0,
                }
            )
    clone(env, "account_move", template.id, moves)
    for line, rows in lines.items():
        line_ids = ids(env, "account_move_line", len(rows))
        for line_id, row in zip(line_ids, rows, strict=True):
            row["id"] = line_id
        clone(env, "account_move_line", line.id, rows)
        for field in ("tax_ids", "tax_tag_ids"):
            link(
                env, "account.move.line", field, [(line_id, other) for line_id in line_ids for other in line[field].ids]
            )
    return booked


def _sums(till, tickets):
    """Return sales without VAT, their VAT, and what was taken by card and in cash."""
    untaxed = sum(ticket.purchase.untaxed * ticket.sign for ticket in tickets)
    total = sum(ticket.purchase.total * ticket.sign for ticket in tickets)
    cash = sum(ticket.purchase.total * ticket.sign for ticket in tickets if till.paid_by[ticket.id] == till.cash)
    return round(untaxed, 2), round(total - untaxed, 2), round(total - cash, 2), round(cash, 2)


def _balances(untaxed, tax, card, cash):
    """Return the balance of each line of an entry, in their order."""
    return -untaxed, -tax, card, cash


def _counter(env, template):
    """Return the last number used in each month of the journal: ``{prefix: number}``."""
    groups = env["account.move"]._read_group(
        [("journal_id", "=", template.journal_id.id)], ["sequence_prefix"], ["sequence_number:max"]
    )
    return defaultdict(int, dict(groups))
