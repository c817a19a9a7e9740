from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    omni_phone_channel_id = fields.Many2one(
        "omni.channel",
        string="Phone Channel",
        copy=False,
        help="Channel of orders taken by phone or in the back office.",
    )
    omni_profile_days = fields.Integer(
        string="Purchase history shown to sellers",
        default=730,
        help="How many days back a seller sees what a customer bought.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._omni_create_phone_channel()
        return companies

    def _omni_create_phone_channel(self):
        """Give each company that has none the channel of its phone and back-office orders."""
        companies = self.filtered(lambda company: not company.omni_phone_channel_id)
        channels = (
            self.env["omni.channel"]
            .sudo()  # who may create a company need not manage channels
            .create(
                [
                    {"name": self.env._("Phone"), "kind": "phone", "company_id": company.id, "sequence": 90}
                    for company in companies
                ]
            )
        )
        for company, channel in zip(companies, channels, strict=True):
            company.omni_phone_channel_id = channel
