"""Recount the sales of a database, by channel, against Odoo's own sales report and the tickets of the tills' sessions.

    make -s shell DB=demo < config/demo/recount.py

Prints a table in the company's currency; both differences must be 0.00 in every row. Odoo's report does not take off
what comes back of orders by returns and credit notes: these are shown, and added to its own figure, from the documents.
"""

from collections import defaultdict

from odoo.tools import SQL


def rows(env):
    """Return ``[(channel, facts, came back, sale.report, difference, tickets, difference)]``, names and amounts."""
    env.flush_all()
    facts, company = env["omni.fact"], env.company

    def sums(query, *params):
        """Return ``{channel id: amount}`` of a query that gives channels and amounts."""
        found = defaultdict(float)
        for channel, amount in env.execute_query(SQL(query, *params)):
            found[channel] += float(amount or 0)
        return found

    by_source = {
        name: sums(
            "SELECT channel_id, SUM(amount_total) FROM (%s) AS f WHERE company_id = %s GROUP BY 1", sql, company.id
        )
        for name, sql in facts._sources().items()
    }
    report = sums(
        """
        SELECT COALESCE(o.omni_channel_id, bought.omni_channel_id), SUM(r.price_total)
          FROM (%s) AS r
          LEFT JOIN sale_order AS o ON r.order_reference = 'sale.order,' || o.id
          LEFT JOIN pos_order AS p ON r.order_reference = 'pos.order,' || p.id
          LEFT JOIN LATERAL (SELECT COALESCE(x.omni_channel_id, p.omni_channel_id) AS omni_channel_id
                               FROM (SELECT 1) AS one
                               LEFT JOIN LATERAL (SELECT b.omni_channel_id
                                                    FROM pos_order_line AS l
                                                    JOIN pos_order_line AS rl ON rl.id = l.refunded_orderline_id
                                                    LEFT JOIN sale_order AS so ON so.id = rl.sale_order_origin_id
                                                    JOIN pos_order AS po ON po.id = rl.order_id
                                                   CROSS JOIN LATERAL (SELECT COALESCE(so.omni_channel_id,
                                                       po.omni_channel_id) AS omni_channel_id) AS b
                                                   WHERE l.order_id = p.id LIMIT 1) AS x ON TRUE) AS bought ON TRUE
         WHERE r.company_id = %s AND r.state IN ('sale', 'paid', 'done')
         GROUP BY 1
        """,
        SQL(str(env["sale.report"]._query()).replace("%", "%%")),
        company.id,
    )
    tills = sums(
        """
        SELECT o.omni_channel_id, SUM(o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1))
          FROM pos_order AS o JOIN pos_session AS s ON s.id = o.session_id
         WHERE o.company_id = %s AND o.state IN ('paid', 'done') GROUP BY 1
        """,
        company.id,
    )
    settling = sums(
        """
        SELECT o.omni_channel_id, SUM(%s / COALESCE(NULLIF(o.currency_rate, 0), 1))
          FROM pos_order_line AS l
          JOIN pos_order AS o ON o.id = l.order_id AND o.state IN ('paid', 'done')
          LEFT JOIN pos_order_line AS r ON r.id = l.refunded_orderline_id
         WHERE o.company_id = %s AND COALESCE(l.sale_order_origin_id, r.sale_order_origin_id) IS NOT NULL GROUP BY 1
        """,
        env["pos.order.line"]._omni_signed("price_subtotal_incl"),
        company.id,
    )
    channels = env["omni.channel"].with_context(active_test=False).search([("company_id", "=", company.id)])
    found = []
    for channel in channels:
        total = sum(source[channel.id] for source in by_source.values())
        back, own = by_source["sale_back"][channel.id], by_source["pos"][channel.id]
        sold, rung = report[channel.id], tills[channel.id] - settling[channel.id]
        found.append((channel.name, total, back, sold, total - back - sold, rung, own - rung))
    return found


def table(env):
    """Return the rows as lines of text."""
    names = ("facts", "came back", "sale.report", "difference", "tickets", "difference")
    yield f"{'channel':24}" + "".join(f"{name:>14}" for name in names)
    for name, *amounts in rows(env):
        yield f"{name:24}" + "".join(f"{amount:14.2f}" for amount in amounts)


if "env" in globals():  # run by itself, in a shell
    print(*table(env), sep="\n")  # noqa: F821
