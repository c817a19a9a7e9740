from odoo.tools import SQL


def post_init_hook(env):
    """Give every website, till and company its channel, and every order made before the install its own."""
    env["res.company"].search([])._omni_create_phone_channel()
    env["website"].search([])._omni_create_channel()
    env["pos.config"].with_context(active_test=False).search([])._omni_create_channel()
    env["pos.config"].with_context(active_test=False).search([])._omni_store()._omni_create_channel()
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            UPDATE sale_order AS o
               SET omni_channel_id = COALESCE(w.omni_channel_id, c.omni_phone_channel_id)
              FROM res_company AS c, sale_order AS s
              LEFT JOIN website AS w ON w.id = s.website_id
             WHERE s.id = o.id AND c.id = o.company_id AND o.omni_channel_id IS NULL
            """
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE pos_order AS o
               SET omni_channel_id = c.omni_channel_id
              FROM pos_session AS s
              JOIN pos_config AS c ON c.id = s.config_id
             WHERE s.id = o.session_id AND o.omni_channel_id IS NULL
            """
        )
    )
    env["sale.order"].invalidate_model(["omni_channel_id"])
    env["sale.order.line"]._omni_fill_way()
    env["pos.order"].invalidate_model(["omni_channel_id"])
    env["pos.order"]._omni_fill_stores()
    env["pos.order.line"]._omni_know_parts()


def uninstall_hook(env):
    """Take along what PostgreSQL does for this add-on."""
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS omni_unmoved(int[])"))
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS omni_unmoved(pos_order_line, pos_order, pos_session, pos_config)"))
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS omni_expired, omni_expires"))
    env.cr.execute(SQL("DROP TABLE IF EXISTS omni_rate_limit, omni_quota"))
