import secrets

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.omni_base.models.omni_code import LENGTH

BATCH = 500
REMOVED = "…"  # in the place of a note: that there was one still counts


class OmniPickup(models.Model):
    """Personal data goes a set time after the end: figures and the steps stay."""

    _inherit = "omni.pickup"

    forgotten_at = fields.Datetime(string="Personal Data Removed", readonly=True, copy=False)

    @api.model
    def _cron_forget(self):
        """Remove what says who came, batch by batch."""
        cron = self.env["ir.cron"]
        due = self._ids_to_forget()
        cron._commit_progress(remaining=len(due))
        for start in range(0, len(due), BATCH):
            batch = self.sudo().browse(due[start : start + BATCH])
            batch._forget_persons()
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _ids_to_forget(self):
        self.flush_model(["closed_at", "forgotten_at", "warehouse_id"])
        self.env["stock.warehouse"].flush_model(["omni_privacy_months"])
        query = SQL(
            """
            SELECT p.id
              FROM omni_pickup AS p
              JOIN stock_warehouse AS w ON w.id = p.warehouse_id
             WHERE p.forgotten_at IS NULL
               AND p.closed_at + make_interval(months => w.omni_privacy_months) <= %s
             ORDER BY p.id
            """,
            fields.Datetime.now(),
        )
        rows = self.env.execute_query(query)
        return [pickup_id for (pickup_id,) in rows]

    def _forgotten_values(self):
        """Return what is written in the place of personal data; an add-on with such a field extends this."""
        return {
            "delegate_name": False,
            "delegate_code": False,
            "signature": False,
            "signed_by": False,
            "bay": False,
            "plate": False,
            "code": "-" * LENGTH,
            "forgotten_at": fields.Datetime.now(),
        }

    def _forget_persons(self):
        self.env["omni.push.device"]._of(self).unlink()
        self.write(self._forgotten_values())
        for pickup in self:
            pickup.access_token = secrets.token_hex(16)
        self.env["mail.message"].search([("model", "=", self._name), ("res_id", "in", self.ids)]).unlink()
        self.flush_recordset()
        # The history is not rewritten but for this.
        self.env.cr.execute(
            "UPDATE omni_pickup_step SET note = %s WHERE pickup_id = ANY(%s) AND note IS NOT NULL", [REMOVED, self.ids]
        )
        self.step_ids.invalidate_recordset(["note"])
