from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

MEMO = "omni_channel_warehouses"  # in the cache of a transaction


class OmniChannel(models.Model):
    """Where a customer buys. Orders carry the channel in which they were placed."""

    _name = "omni.channel"
    _inherit = ["omni.kept"]
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
    # Who sets up channels need not work at a till, and may not read what a till keeps.
    till_names = fields.Char("Tills", compute="_compute_till_names", compute_sudo=True)

    @api.depends("pos_config_ids.name")
    def _compute_till_names(self):
        for channel in self:
            channel.till_names = format_list(self.env, channel.pos_config_ids.mapped("name"), "unit")

    @api.model
    def _create_for(self, kind, records, **values):
        """Return a new channel for each of these websites, tills or stores, in their order, named as they are."""
        # sudo: who may create these need not manage channels
        return self.sudo().create(
            [{"name": one.name, "kind": kind, "company_id": one.company_id.id, **values} for one in records]
        )

    def write(self, vals):
        if "company_id" in vals and any(channel.company_id.id != vals["company_id"] for channel in self):
            raise UserError(self.env._("A channel stays with its company. Make another one there."))
        result = super().write(vals)
        self._omni_forget_warehouses()
        return result

    def _follow(self, opened):
        """Leave the lists when the last till or store of a channel goes, and come back with the next one. Orders, and
        figures, keep the channel that they have.

        :param bool opened: whether a till or store came back, or went
        """
        stores = self.env["stock.warehouse"].search([("omni_channel_id", "in", self.ids)])
        for channel in self.filtered(lambda channel: channel.kind == "store" and channel.active != bool(opened)):
            if opened or not (channel.pos_config_ids or channel.website_ids or channel in stores.omni_channel_id):
                channel.active = bool(opened)

    def _omni_warehouses(self):
        """Return the warehouses that this channel may sell from, in order of preference.

        Without a channel: those of the current company. A page of the shop asks many times: it is remembered as long
        as the transaction lasts.
        """
        self_sudo = self.sudo()  # a shopper's basket asks too; only the warehouses' identity comes out
        stores, company = self_sudo.env["stock.warehouse"], self_sudo.company_id or self.env.company
        # What is not saved yet, as on a form, may name other warehouses than what is.
        known = self.env.cr.cache.setdefault(MEMO, {}) if all(self._ids) else {}
        asked = (self.id, company.id, self.env.context.get("active_test", True))
        if asked not in known:
            found = self_sudo.warehouse_ids.sorted() or stores.search([("company_id", "=", company.id)])
            known[asked] = found._ids
        return stores.browse(known[asked])

    @api.model
    def _omni_forget_warehouses(self):
        """Forget which warehouses channels sell from: a warehouse or a channel has changed."""
        self.env.cr.cache.pop(MEMO, None)
