from odoo.tools import SQL


def migrate(cr, version):
    """The history of a pickup keeps what its customer was told, and no more what opens it."""
    cr.execute(
        SQL(
            """
            UPDATE mail_message AS m
               SET body = replace(replace(replace(m.body, p.access_token, '…'), p.code, '…'),
                                  COALESCE(p.delegate_code, p.code), '…')
              FROM omni_pickup AS p
             WHERE m.model = 'omni.pickup' AND m.res_id = p.id AND p.forgotten_at IS NULL
               AND (position(p.access_token IN m.body) > 0 OR position(p.code IN m.body) > 0
                    OR position(p.delegate_code IN m.body) > 0)
            """
        )
    )
