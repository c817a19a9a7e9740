from itertools import product as cartesian
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Read(NamedTuple):
    """What a page has read for the basket ``owner``: ``{(product_id, warehouse_id): quantity}``. It travels in the
    context, as a type that no call from outside can make.
    """

    owner: object
    available: dict


class Website(models.Model):
    _inherit = "website"

    omni_channel_id = fields.Many2one(
        "omni.channel", string="Sales Channel", copy=False, index=True, ondelete="restrict"
    )

    @api.constrains("omni_channel_id")
    def _check_channel(self):
        for website in self.filtered("omni_channel_id"):
            if website.sudo().omni_channel_id.company_id != website.company_id:  # sudo: only compared
                raise ValidationError(self.env._("The sales channel belongs to another company."))

    @api.model_create_multi
    def create(self, vals_list):
        websites = super().create(vals_list)
        websites._omni_create_channel()
        return websites

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            # Orders may not carry a channel of another company; those of before keep the one that they have.
            websites = self.sudo()  # who moves a website may not see the company that it leaves
            moved = websites.filtered(lambda website: website.omni_channel_id.company_id != website.company_id)
            moved.omni_channel_id = False
            moved._omni_create_channel()
        return result

    def _omni_create_channel(self):
        """Give each website that has none a channel of its own."""
        websites = self.filtered(lambda website: not website.omni_channel_id)
        channels = self.env["omni.channel"]._create_for("web", websites, sequence=1)
        for website, channel in zip(websites, channels, strict=True):
            website.omni_channel_id = channel

    # -- what can be promised ----------------------------------------------------------------------------------------

    def _omni_available(self, products, stores):
        """Return ``{(product_id, warehouse_id): quantity}`` that this website can promise of these products
        (``product.product``); the basket that asks is in the context key ``omni_owner``, what was read for it before,
        for the same page, in ``omni_read_before``.
        """
        pairs = list(cartesian(products.ids, stores.ids))
        read, owner = self.env.context.get("omni_read_before"), self.env.context.get("omni_owner")
        if isinstance(read, Read) and read.owner == owner and all(pair in read.available for pair in pairs):
            return {pair: read.available[pair] for pair in pairs}
        availability = self.env["omni.availability"].sudo()  # sudo: a visitor may know what the shop shows
        return availability.available(products.ids, stores.ids, self.sudo().omni_channel_id)

    def _omni_having_read(self, available):
        """Return this website as it asks on the rest of a page: what :meth:`_omni_available` gave is not read again."""
        return self.with_context(omni_read_before=Read(self.env.context.get("omni_owner"), available))
