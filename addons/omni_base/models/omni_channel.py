from odoo import fields, models


class OmniChannel(models.Model):
    """Where a customer buys. Orders carry the channel in which they were placed."""

    _name = "omni.channel"
    _description = "Sales Channel"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("web", "Web shop"),
            ("store", "Store"),
            ("phone", "Phone and back office"),
            ("marketplace", "Marketplace"),
            ("kiosk", "Kiosk"),
            ("app", "Mobile app"),
        ],
        required=True,
        default="store",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "omni_channel_warehouse_rel",
        "channel_id",
        "warehouse_id",
        string="Sells from",
        check_company=True,
        help="Stores and warehouses whose stock this channel may sell. Leave empty to sell from all of the company.",
    )
    website_ids = fields.One2many("website", "omni_channel_id", string="Websites", readonly=True)
    pos_config_ids = fields.One2many("pos.config", "omni_channel_id", string="Tills", readonly=True)

    def _omni_warehouses(self):
        """Return the warehouses that this channel may sell from, in order of preference.

        Without a channel: those of the current company.
        """
        self_sudo = self.sudo()  # a shopper's basket asks too; only the warehouses' identity comes out
        if self_sudo.warehouse_ids:
            return self_sudo.warehouse_ids.sorted()
        company = self_sudo.company_id or self.env.company
        return self_sudo.env["stock.warehouse"].search([("company_id", "=", company.id)])
