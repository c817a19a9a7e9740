from datetime import datetime, time, timedelta

import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

from ..tools.documents import open_form


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "omni.settings"]

    omni_phone_channel_id = fields.Many2one(
        "omni.channel",
        string="Phone Channel",
        readonly=True,
        copy=False,
        help="Channel of orders taken by phone or in the back office.",
    )
    omni_profile_days = fields.Integer(
        string="Purchase History Shown to Sellers",
        default=730,
        help="How many days back a seller sees what a customer bought.",
    )
    omni_quiet_from = fields.Float(
        string="Quiet From",
        default=21.0,
        groups="base.group_user",
        help="From this hour of the customer's day, messages that can wait are not sent.",
    )
    omni_quiet_to = fields.Float(
        string="Quiet To",
        default=8.0,
        groups="base.group_user",
        help="From this hour of the customer's day, they are sent again.",
    )
    omni_messages_a_day = fields.Integer(
        string="Messages per Day",
        default=2,
        groups="base.group_user",
        help="How many messages a customer gets in a day, not counting those that an order needs. 0: no limit.",
    )

    _omni_quiet_hours = models.Constraint(
        "CHECK (omni_quiet_from >= 0 AND omni_quiet_from < 24 AND omni_quiet_to >= 0 AND omni_quiet_to < 24)",
        "Quiet hours are times of the day.",
    )
    _omni_messages_limit = models.Constraint("CHECK (omni_messages_a_day >= 0)", "A limit is not below 0.")

    @api.constrains("omni_phone_channel_id")
    def _check_phone_channel(self):
        for company in self:
            if company.omni_phone_channel_id and company.omni_phone_channel_id.company_id != company:
                raise ValidationError(self.env._("The phone channel belongs to another company."))

    @api.model
    def action_omni_settings(self):
        """Open what managers of all channels set for the current company."""
        views = [(self.env.ref("omni_base.res_company_view_form_settings").id, "form")]
        return open_form(self._name, self.env.company.id, name=self.env._("Settings"), views=views)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._omni_create_phone_channel()
        return companies

    @api.model
    def _omni_mine(self):
        """Return the companies that the caller works for just now. In sudo mode Odoo takes those of the context as they
        come, and anybody writes a context.
        """
        companies = self.env.companies
        return companies if self.env.uid == SUPERUSER_ID else companies & self.browse(self.env.user._get_company_ids())

    def _omni_after_quiet_hours(self, moment, zone):
        """Return ``moment``, naive UTC, or when the quiet hours in which it is end, in the time zone of this name."""
        begin, end = self.omni_quiet_from, self.omni_quiet_to
        zone = pytz.timezone(zone)
        local = pytz.utc.localize(moment).astimezone(zone)
        hour = local.hour + local.minute / 60
        if not (begin <= hour < end if begin <= end else hour >= begin or hour < end):
            return moment
        day = local.date() + timedelta(days=hour >= end)
        morning = zone.localize(datetime.combine(day, time()) + timedelta(hours=end))
        return morning.astimezone(pytz.utc).replace(tzinfo=None)

    def _omni_managers(self):
        """Return who manages all channels of this company, in sudo mode, for what they are told and asked."""
        self.ensure_one()
        managers = self.env.ref("omni_base.group_manager").sudo().all_user_ids  # sudo: their names, to tell them
        return managers.filtered(lambda user: user.active and user.id != SUPERUSER_ID and self in user.company_ids)

    def _omni_create_phone_channel(self):
        """Give each company that has none the channel of its phone and back-office orders."""
        # sudo: who may create a company need not manage channels, and its own is written by nobody else
        companies = self.sudo().filtered(lambda company: not company.omni_phone_channel_id)
        channels = companies.env["omni.channel"].create(
            [
                {"name": self.env._("Phone"), "kind": "phone", "company_id": company.id, "sequence": 90}
                for company in companies
            ]
        )
        for company, channel in zip(companies, channels, strict=True):
            company.omni_phone_channel_id = channel
