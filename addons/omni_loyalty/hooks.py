from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


def pre_init_hook(env):
    """Leave each customer one card a program: from here on the database allows no second one."""
    if not column_exists(env.cr, "loyalty_card", "omni_account"):
        create_column(env.cr, "loyalty_card", "omni_account", "bool")
    env.cr.execute(
        SQL(
            """
            UPDATE loyalty_card AS c
               SET omni_account = p.applies_on = 'both'
                                  OR (p.applies_on = 'future' AND p.program_type IN ('ewallet', 'loyalty'))
              FROM loyalty_program AS p
             WHERE p.id = c.program_id
            """
        )
    )
    env.cr.execute(
        SQL(
            """
            SELECT array_agg(id ORDER BY id)
              FROM loyalty_card
             WHERE omni_account AND active AND partner_id IS NOT NULL
             GROUP BY program_id, partner_id
            HAVING count(*) > 1
            """
        )
    )
    for (ids,) in env.cr.fetchall():
        _join_cards(env, ids[0], ids[1:])
    env.invalidate_all()


def _join_cards(env, kept_id, other_ids):
    """Move the points and documents of the other cards of one customer to the card that they keep."""
    others = tuple(other_ids)
    env.cr.execute(
        SQL(
            "UPDATE loyalty_card SET points = (SELECT COALESCE(sum(points), 0) FROM loyalty_card WHERE id IN %s)"
            " WHERE id = %s",
            (kept_id, *others),
            kept_id,
        )
    )
    env.cr.execute(SQL("UPDATE loyalty_card SET points = 0, active = FALSE WHERE id IN %s", others))
    for table, column in (
        ("loyalty_history", "card_id"),
        ("pos_order_line", "coupon_id"),
        ("sale_order_line", "coupon_id"),
    ):
        env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE %s IN %s",
                SQL.identifier(table),
                SQL.identifier(column),
                kept_id,
                SQL.identifier(column),
                others,
            )
        )
    # An order counts once a card; where it names two of these, the kept card's own entry stands.
    env.cr.execute(
        SQL(
            """
            UPDATE sale_order_coupon_points AS p
               SET coupon_id = %s
             WHERE p.coupon_id IN %s
               AND NOT EXISTS (
                       SELECT FROM sale_order_coupon_points AS q
                        WHERE q.order_id = p.order_id AND (q.coupon_id = %s OR (q.coupon_id IN %s AND q.id < p.id))
                   )
            """,
            kept_id,
            others,
            kept_id,
            others,
        )
    )


def post_init_hook(env):
    """Open the ledger with the balance of every card, and make room for a program that is already running."""
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            INSERT INTO omni_loyalty_entry (
                   card_id, code, partner_id, program_id, company_id, points, balance, reason, at, key,
                   create_uid, create_date, write_uid, write_date)
            SELECT c.id, c.code, c.partner_id, c.program_id, c.company_id, c.points, c.points, 'opening',
                   now() AT TIME ZONE 'UTC', 'opening,' || c.id,
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM loyalty_card AS c
             WHERE c.points <> 0
            """,
            uid=env.uid,
        )
    )
    env["loyalty.reward"].search([])._omni_describe()
    ready = env.ref("omni_loyalty.loyalty_program")
    running = env["loyalty.program"].search_count(
        [("program_type", "=", "loyalty"), ("company_id", "in", (False, ready.company_id.id)), ("id", "!=", ready.id)]
    )
    if running:
        ready.active = False  # a customer does not earn twice; the retailer may open ours when they want


def uninstall_hook(env):
    """Leave the ready program to the retailer if customers hold its cards, else take it along."""
    program = env.ref("omni_loyalty.loyalty_program", raise_if_not_found=False)
    if not program:
        return
    program = program.with_context(active_test=False)
    if program.coupon_ids:
        env["ir.model.data"].search([("module", "=", "omni_loyalty"), ("model", "=", "loyalty.program")]).unlink()
        return
    products = program.reward_ids.discount_line_product_id
    program.active = False
    program.unlink()
    products.unlink()
