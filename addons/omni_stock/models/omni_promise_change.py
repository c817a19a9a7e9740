from odoo import fields, models


class OmniPromiseChange(models.Model):
    """What happened to the promise of a product in a store since its row was last written: rows are only appended.

    PostgreSQL writes them when quants and moves change, ``omni.hold`` when a hold ends with its document's transaction.
    Folding them into the row deletes them. No foreign keys: appending must never wait for anybody.
    """

    _name = "omni.promise.change"
    _description = "Change of Available to Sell"
    _log_access = False

    product_id = fields.Integer(required=True)
    warehouse_id = fields.Integer(required=True)
    free = fields.Float(digits="Product Unit", help="How much more is available to sell; below 0: less.")
    recount = fields.Boolean(help="What is kept back of this product here is to be read anew.")
    facts = fields.Boolean(help="What is there and what is on hold are to be counted anew, too.")
    hold_id = fields.Integer(help="The hold that ended.")
    how = fields.Char(help="How the hold ended.")
    user_id = fields.Integer(help="Who ended it.")
    at = fields.Datetime(required=True)

    _facts_idx = models.Index("(product_id, warehouse_id) WHERE facts")
    _pair_idx = models.Index("(product_id, warehouse_id)")
    _hold_idx = models.Index("(hold_id) WHERE hold_id IS NOT NULL")
