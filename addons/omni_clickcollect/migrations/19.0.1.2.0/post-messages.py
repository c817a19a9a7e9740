from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.sql import table_exists

MESSAGES = """
    INSERT INTO omni_message (code, key, purpose, partner_id, recipient, res_model, res_id, about, company_id,
                              warehouse_id, channels, everywhere, urgent, state, why, due_at, at, error,
                              by_mail, by_sms, by_push, mail_message_id,
                              create_uid, create_date, write_uid, write_date)
    SELECT 'pickup.' || m.kind, m.occasion, 'service', p.partner_id, 'res.partner,' || p.partner_id, 'omni.pickup',
           p.id, o.name, p.company_id, p.warehouse_id, 'mail,sms,push', true, true,
           CASE WHEN m.by_mail OR m.by_sms OR m.by_push THEN 'sent' WHEN m.error <> '' THEN 'failed' ELSE 'held' END,
           CASE WHEN m.by_mail OR m.by_sms OR m.by_push OR m.error <> '' THEN NULL ELSE 'unreachable' END,
           m.at, m.at, m.error, m.by_mail, m.by_sms, m.by_push, m.mail_message_id,
           m.create_uid, m.at, m.write_uid, m.write_date
      FROM omni_pickup_message AS m
      JOIN omni_pickup AS p ON p.id = m.pickup_id
      LEFT JOIN sale_order AS o ON o.id = p.order_id
     ORDER BY m.at, m.id
        ON CONFLICT DO NOTHING
"""
DEVICES = """
    INSERT INTO omni_push_device (res_model, res_id, number, endpoint, keys,
                                  create_uid, create_date, write_uid, write_date)
    SELECT 'omni.pickup', pickup_id, number, endpoint, keys, create_uid, create_date, write_uid, write_date
      FROM omni_pickup_push
        ON CONFLICT DO NOTHING
"""
NOTES = """
    INSERT INTO omni_push_note (device_id, message_id, payload, tries, next_at,
                                create_uid, create_date, write_uid, write_date)
    SELECT d.id, m.id, n.payload, n.tries, n.next_at, n.create_uid, n.create_date, n.write_uid, n.write_date
      FROM omni_pickup_push_note AS n
      JOIN omni_pickup_push AS p ON p.id = n.push_id
      JOIN omni_pickup_message AS t ON t.id = n.message_id
      JOIN omni_push_device AS d ON d.res_model = 'omni.pickup' AND d.res_id = p.pickup_id AND d.endpoint = p.endpoint
      JOIN omni_message AS m
        ON m.res_model = 'omni.pickup' AND m.res_id = t.pickup_id
       AND m.code = 'pickup.' || t.kind AND m.key = t.occasion
        ON CONFLICT DO NOTHING
"""


def migrate(cr, version):
    """What customers were told about pickups, the phones that are told, and what still waits to be sent to them, are
    kept for all add-ons from now on.
    """
    if not table_exists(cr, "omni_pickup_message"):
        return
    for statement in (MESSAGES, DEVICES, NOTES):
        cr.execute(SQL(statement))
    cr.execute(SQL("DROP TABLE omni_pickup_push_note, omni_pickup_push, omni_pickup_message CASCADE"))
    job = api.Environment(cr, SUPERUSER_ID, {}).ref("omni_clickcollect.ir_cron_pickup_push", raise_if_not_found=False)
    if job:
        action = job.ir_actions_server_id
        job.unlink()
        action.unlink()
