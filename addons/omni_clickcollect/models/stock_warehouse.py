from datetime import timedelta

import pytz
from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.http import request
from odoo.tools.misc import babel_locale_parse, get_lang

LONGEST_CLOSURE = 30  # days; a store closed for longer has no next opening


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
    omni_reserve = fields.Boolean(
        string="Reservations", default=True, help="Customers can reserve, try and pay in this store."
    )
    omni_reserve_hours = fields.Float(
        string="Reserved For",
        default=24.0,
        help="Hours that a reservation is kept after the promised time. It never ends while the store is closed.",
    )
    omni_reserve_max_open = fields.Integer(
        string="Open Reservations",
        default=3,
        help="How many a customer may have at a time, in all stores. 0: no limit.",
    )
    omni_reserve_max_amount = fields.Float(
        string="Value of a Reservation", default=500.0, help="In the currency of the company. 0: no limit."
    )
    omni_reserve_max_quantity = fields.Float(
        string="Quantity of One Product", default=3.0, help="In one reservation. 0: no limit."
    )
    omni_no_show_limit = fields.Integer(
        string="Pay First After",
        default=3,
        help="Who did not come so often cannot reserve without paying first. 0: everybody can.",
    )
    omni_no_show_months = fields.Integer(string="Within Months", default=6)
    omni_reminder_hours = fields.Float(
        string="Reminder", default=48.0, help="Hours before the last moment of a pickup. 0: none."
    )
    omni_last_day_hours = fields.Float(
        string="Last Day",
        default=10.0,
        help="Hours before the last moment at which the customer is told. 0: not at all.",
    )
    omni_extend_times = fields.Integer(
        string="Extensions", default=1, help="How often a pickup can be kept longer. 0: never."
    )
    omni_extend_hours = fields.Float(string="Hours of an Extension", default=24.0)
    omni_sms = fields.Boolean(
        string="Text Messages", help="Send the messages of this store by SMS too, to customers with a phone number."
    )

    _omni_deadlines_positive = models.Constraint(
        "CHECK (omni_reserve_hours > 0 AND omni_extend_hours > 0 AND omni_no_show_months > 0)",
        "How long goods are kept, and for how long no-shows count, is more than zero.",
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

    def _omni_kept_until(self, start, hours):
        """Return ``hours`` after ``start`` (naive UTC); when the store is closed then, the end of its next opening."""
        end = pytz.utc.localize(start + timedelta(hours=hours))
        if calendar := self._omni_calendar():
            before, after = end - timedelta(seconds=1), end + timedelta(days=LONGEST_CLOSURE)
            opening = calendar._work_intervals_batch(before, after)[False]
            opens, closes = next(((opens, closes) for opens, closes, _meta in opening), (end, end))
            end = end if opens <= end else closes
        return end.astimezone(pytz.utc).replace(tzinfo=None)

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
        waits = request or self.env.context.get("omni_no_geocoder")
        if not waits or (partner.partner_latitude, partner.partner_longitude) != (0, 0):
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
