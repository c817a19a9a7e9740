from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.omni_base.exceptions import InvalidInput
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.owners import Owner

from .omni_channel import LONGEST

READ = "SELECT * FROM omni_promise.read(%s::int[], %s::int[], %s, %s, %s, %s)"
# What it is made of and the ORM may not have written yet; holds are written by SQL alone.
PROMISE_FIELDS = {
    "stock.quant": None,  # all of it: one that Odoo's Expiration Dates add may be among them
    "stock.move": [
        "product_id",
        "location_id",
        "location_dest_id",
        "location_final_id",
        "state",
        "product_qty",
        "product_uom_qty",
        "quantity",
        "move_dest_ids",
    ],
    "pos.order.line": ["order_id", "product_id", "qty", "omni_parts", "omni_twice_order_id"],
    "pos.order": ["state", "shipping_date", "account_move", "session_id"],
    "pos.session": ["state", "update_stock_at_closing"],
    "pos.config": ["picking_type_id"],
    "omni.confidence.buffer": ["applied_quantity"],
    "omni.safety.stock": ["kind", "channel_id", "warehouse_id", "quantity", "percent"],
    "product.template": ["is_storable", "categ_id", "allow_out_of_stock_order"],
    "product.product": ["active"],
    "stock.warehouse": ["active"],
}
LEASE = 300  # seconds that a document may take from its hold to its commit


class OmniAvailability(models.AbstractModel):
    """Available to promise: on hand - reserved - confirmed but not reserved demand - what a till sold and has not moved
    yet - holds in force - safety stock - what is past its removal date, never below 0. PostgreSQL keeps it: see
    ``omni.promise``.
    """

    _inherit = "omni.availability"

    def _withheld(self, kits, channel):
        """Those that are archived, or not sold on this channel."""
        self._flush_promise()
        channel = inputs.record(self.env["omni.channel"], channel)
        [[excluded]] = self.env.execute_query(
            SQL("SELECT omni_promise.excluded_products(%s, %s::int[])", channel.id or None, kits.ids)
        )
        return super()._withheld(kits, channel) | kits.filtered(lambda kit: not kit.active or kit.id in excluded)

    def _read_available(self, product_ids, warehouse_ids, channel):
        owner = self._asking()
        self._flush_promise()
        companies = None if self.env.su else self.env.companies.ids
        channel = inputs.record(self.env["omni.channel"], channel).id or None
        self.env.cr.execute(READ, (product_ids, warehouse_ids, companies, channel, *owner))
        return self.env.cr.fetchall()

    def _asking(self):
        """Return ``(model, id)`` of the document for which this is asked: one that our own code names, or one that the
        caller may change, whatever is asked in sudo mode; else ``(None, None)``.
        """
        owner = self.env.context.get("omni_owner")
        if isinstance(owner, Owner):
            return owner
        if not owner:
            return None, None
        try:
            return self.sudo(False)._parse_owner(owner)
        except UserError:
            return None, None

    def _flush_promise(self):
        # Asked thousands of times a second, mostly when nothing waits to be written.
        waiting = {field.model_name for field in (*self.env.fields_to_compute(), *self.env._field_dirty)}
        for model in waiting & PROMISE_FIELDS.keys():
            self.env[model].flush_model(PROMISE_FIELDS[model])

    # -- holds -------------------------------------------------------------------------------------------------------

    def _hold(self, model, res_id, asked, channel, ttl):
        """See the contract. The hold lasts ``ttl`` seconds, by default as long as the channel's setting says."""
        # sudo: how long a channel keeps stock is no secret to who may hold it
        seconds = channel.sudo()._hold_seconds() if ttl is None else self._parse_ttl(ttl)
        self._flush_promise()
        return self.env["omni.hold"]._take(model, res_id, asked, channel, seconds)

    @api.model
    def release(self, owner):
        super().release(owner)
        self.env["omni.hold"]._end_of_owner("released", *self._parse_owner(owner))

    @api.model
    def extend(self, owner, ttl):
        """See the contract. What ran out meanwhile is not held again: ask :meth:`hold` for it."""
        super().extend(owner, ttl)
        self.env["omni.hold"]._extend(*self._parse_owner(owner), self._parse_ttl(ttl))

    @api.model
    def commit(self, owner):
        """See the contract. Call it in the transaction that confirms the document whose moves take the goods."""
        super().commit(owner)
        key = self._parse_owner(owner)
        holds = self.env["omni.hold"]
        if holds._held(*key):
            holds._sell(*key, LEASE)

    def _parse_ttl(self, ttl):
        if not inputs.is_number(ttl) or not 0 < ttl <= 10**9:
            raise InvalidInput(self.env._("The time of a hold is a number of seconds above zero."))
        if ttl > LONGEST and not self.env.su:
            raise InvalidInput(self.env._("Goods can be held for %s days at most.", LONGEST // 86400))
        return ttl
