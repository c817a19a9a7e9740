"""The chain that French law asks of tills: every ticket has a number of its own and a seal that covers the one before."""

from clone import numbers

from odoo.tools import SQL

FIELDS = ("l10n_fr_secure_sequence_number", "l10n_fr_hash", "previous_order_id")


def seal(env, tickets):
    """Seal copied tickets (``pos.order``, oldest first) as Odoo does with one that is paid, after those that are sealed."""
    company = env.company
    if not tickets:
        return
    sequence = company.l10n_fr_pos_cert_sequence_id
    places = [int(number) for number in numbers(sequence, len(tickets))]
    before = env["pos.order"].search(
        [("company_id", "=", company.id), ("l10n_fr_secure_sequence_number", "=", places[0] - 1)]
    )
    seals, seal_before = [], before.l10n_fr_hash or ""
    for ticket in tickets:
        seal_before = ticket._compute_hash(seal_before)
        seals.append(seal_before)
    env.cr.execute(
        SQL(
            """
            UPDATE pos_order
               SET l10n_fr_secure_sequence_number = row.place, l10n_fr_hash = row.seal, previous_order_id = row.before
              FROM unnest(%s::int[], %s::int[], %s::text[], %s::int[]) AS row (id, place, seal, before)
             WHERE pos_order.id = row.id
            """,
            tickets.ids,
            places,
            seals,
            [before.id or None, *tickets.ids[:-1]],
        )
    )
    env.invalidate_all()
