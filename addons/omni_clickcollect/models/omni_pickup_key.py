from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.rows import insert_new

KEPT_DAYS = 30  # a desk that was away for longer has lost its steps


class OmniPickupKey(models.Model):
    """Keys of the steps that a desk has sent: the unique index says, once for all, that a step is done already."""

    _name = "omni.pickup.key"
    _description = "Pickup Step Key"

    key = fields.Char(required=True)

    _key_uniq = models.UniqueIndex("(key)")

    @api.model
    def _take(self, key):
        """Return whether ``key`` is new. It stays taken if, and only if, this transaction is saved.

        :raises InvalidInput: it is no key
        """
        return bool(insert_new(self, [{"key": inputs.key(self.env, key, least=8)}]))

    @api.autovacuum
    def _gc_keys(self):
        self.search([("create_date", "<", fields.Datetime.now() - timedelta(days=KEPT_DAYS))]).unlink()
