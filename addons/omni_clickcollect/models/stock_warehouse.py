from datetime import timedelta

import pytz
from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.http import request
from odoo.tools.misc import babel_locale_parse, get_lang


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    omni_preparation_hours = fields.Float(
        string="Preparation Time", default=2.0, help="Hours between the order and its pickup being ready."
    )
    omni_collect_days = fields.Integer(
        string="Days Kept", default=7, help="Days that a pickup is kept for its customer after the promised time."
    )
    omni_desk_user_ids = fields.Many2many(
        "res.users",
        "omni_desk_user_rel",
        "warehouse_id",
        "user_id",
        string="Pickup Desk Users",
        domain="[('share', '=', False)]",
        help="They handle the pickups of this store. Users of the pickup desk who are named in no store handle all.",
    )

    omni_drive_in = fields.Boolean(
        string="Drive-in",
        help="Customers can say that they are here, in which bay, and goods are brought to their car.",
    )
    omni_link_days = fields.Integer(
        string="Links Work For",
        default=30,
        help="Days after the end of a pickup before its link opens nothing any more.",
    )
    omni_privacy_months = fields.Integer(
        string="Personal Data Kept For",
        default=12,
        help="Months after the end of a pickup before names, number plates, notes and messages are removed from it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        if any("omni_desk_user_ids" in vals for vals in vals_list):
            self.env.registry.clear_cache()  # record rules are kept with the stores of each user
        return warehouses

    def write(self, vals):
        result = super().write(vals)
        if "omni_desk_user_ids" in vals:
            self.env.registry.clear_cache()
        return result

    # -- opening hours -----------------------------------------------------------------------------------------------

    def _omni_calendar(self):
        return self.opening_hours or super()._omni_calendar()

    def _omni_tz(self):
        """Return the name of the time zone of this store."""
        return self._omni_calendar().tz or self.partner_id.tz or self.company_id.partner_id.tz or "UTC"

    def _omni_ready_at(self, moment):
        """Return when goods ordered at ``moment`` (naive UTC) are prepared, in the hours that this store is open."""
        calendar = self._omni_calendar()
        # Nothing is ready within a year in a store that does not open: then the bare hours.
        ready = calendar and calendar.plan_hours(self.omni_preparation_hours, moment, compute_leaves=True)
        return ready or moment + timedelta(hours=self.omni_preparation_hours)

    def _omni_hours_today(self):
        """Return today's opening hours of these stores, with as many queries for fifty as for one.

        :return: ``{warehouse id: ["09:00 - 12:00", ...]}``: an empty list is closed today, None is not known
        """
        now = pytz.utc.localize(fields.Datetime.now())
        calendars = {store: store._omni_calendar() for store in self}
        closures = self.env["resource.calendar.leaves"].search(
            [
                ("calendar_id", "in", [calendar.id for calendar in calendars.values() if calendar]),
                ("resource_id", "=", False),
                ("date_from", "<", now.replace(tzinfo=None) + timedelta(days=1)),
                ("date_to", ">", now.replace(tzinfo=None) - timedelta(days=1)),
            ]
        )
        closed = closures.grouped("calendar_id")
        return {
            store.id: calendar._omni_hours(now, closed.get(calendar, closures.browse())) if calendar else None
            for store, calendar in calendars.items()
        }

    def _omni_week_hours(self):
        """Return the hours of a week with the days in the reader's language: ``[{"name": str, "hours": [str]}]``."""
        week = self._omni_calendar()._omni_week()
        names = get_day_names("wide", locale=babel_locale_parse(get_lang(self.env).code)) if week else {}
        return [{"name": names[int(day)].capitalize(), "hours": hours} for day, hours in week.items()]

    # -- place -------------------------------------------------------------------------------------------------------

    def _omni_is_located(self):
        """Whether the coordinates of this store are known; 1000 is how stock Odoo marks those it could not find."""
        partner = self.partner_id
        place = (partner.partner_latitude, partner.partner_longitude)
        return place != (0, 0) and abs(place[0]) <= 90 and abs(place[1]) <= 180

    def _prepare_pickup_location_data(self):
        """Override of `website_sale_collect`: no page waits for a geocoder. While a visitor waits, a store whose place
        is not known is shown without it, and nothing is written.
        """
        partner = self.partner_id
        if not request or (partner.partner_latitude, partner.partner_longitude) != (0, 0):
            return super()._prepare_pickup_location_data()
        if not (partner.name and partner.street and partner.city):
            return {}
        return {
            "id": self.id,
            "name": partner.name.title(),
            "street": partner.street.title(),
            "city": partner.city.title(),
            "state": partner.state_id.code or "",
            "zip_code": partner.zip or "",
            "country_code": partner.country_code,
            "latitude": 0.0,
            "longitude": 0.0,
            "opening_hours": self.opening_hours._omni_week(),
        }
