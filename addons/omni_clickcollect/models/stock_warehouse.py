from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta

import pytz
from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_datetime
from odoo.tools.misc import babel_locale_parse, get_lang

from .omni_pickup import OPEN_STATES

LONGEST_CLOSURE = 30  # days; a store closed for longer has no next opening
SLOT_HORIZON = timedelta(days=60)  # how far ahead slots are offered


def whole_minute(moment):
    """Return ``moment`` to the next full minute, as people say it; a fraction of a second is a matter of counting."""
    moment = (moment + timedelta(seconds=0.5)).replace(microsecond=0)
    return moment + timedelta(seconds=-moment.second % 60)


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    omni_preparation_hours = fields.Float(
        string="Preparation Time", default=2.0, help="Hours between the order and its pickup being ready."
    )
    omni_collect_days = fields.Integer(
        string="Days Kept", default=7, help="Days that a pickup is kept for its customer after the promised time."
    )
    omni_collect_cutoff = fields.Float(
        string="Last Orders for Today",
        help="From this hour on, orders are prepared from the next opening day. Midnight: no such hour.",
    )
    omni_collect_queue_minutes = fields.Integer(
        string="Minutes a Pickup Ahead",
        default=5,
        help="Each pickup that waits to be prepared delays the next one by so much. 0: they do not.",
    )
    omni_collect_per_hour = fields.Integer(
        string="Pickups an Hour", help="No more are promised for one hour. 0: as many as there are."
    )
    omni_collect_transfer_days = fields.Integer(
        string="Days from Another Store",
        default=2,
        help="How long goods take that come from another store, where its routing does not say.",
    )
    omni_slot_rule_ids = fields.One2many("omni.pickup.slot.rule", "warehouse_id", string="Pickup Slots")
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

    _omni_collect_settings = models.Constraint(
        "CHECK (omni_collect_cutoff >= 0 AND omni_collect_cutoff < 24 AND omni_collect_queue_minutes >= 0"
        " AND omni_collect_per_hour >= 0 AND omni_collect_transfer_days >= 0)",
        "Minutes, days and pickups of a store cannot be below zero, nor its last orders after midnight.",
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

    # -- when --------------------------------------------------------------------------------------------------------

    def omni_promise(self, demand):
        """Return when these goods can be ready to collect in this store.

        :param demand: ``[(product_id, quantity), ...]``, in the product's own unit of measure
        :return: naive UTC datetime, or False: they cannot be had
        :raises AccessError: the caller is neither a seller nor a stock or omnichannel user
        :raises ValidationError: the demand is malformed
        """
        self.ensure_one()
        self.check_access("read")
        wanted = defaultdict(float)
        for product_id, quantity in self.env["omni.routing"]._check_lines(demand):
            wanted[product_id] += quantity
        channel = self.env.context.get("omni_channel")
        here = self.env["omni.availability"].available(wanted, self.ids, channel)
        missing = {
            product.id: wanted[product.id] - here[product.id, self.id]
            for product in self.env["product.product"].sudo().browse(wanted)  # sudo: only units are read
            if here[product.id, self.id] < wanted[product.id]
        }
        if not missing:
            return self._omni_ready_at()[self]
        legs = self.env["omni.routing"].plan(list(wanted.items()), channel=channel, collect_at=self)
        transfers = [leg for leg in legs if leg["mode"] == "transfer" and leg["warehouse_id"]]
        for leg in transfers:
            for product_id, quantity in leg["lines"]:
                missing[product_id] = missing.get(product_id, 0.0) - quantity
        if any(quantity > 1e-6 for quantity in missing.values()):
            return False
        # A leg that says when means the customer: then its goods are prepared.
        promised = [leg["promised_at"] for leg in transfers]
        late = not all(promised)
        return self._omni_ready_at(brought=late, not_before=max(filter(None, promised), default=None))[self]

    def _omni_ready_at(self, brought=False, not_before=None):
        """Return when goods that are ordered now are prepared, with as many queries for fifty stores as for one.

        :param bool brought: they come from another store first, in the days that the setting says
        :param not_before: naive UTC datetime
        :return: ``{warehouse: naive UTC datetime}``
        """
        now = fields.Datetime.now()
        queues, busy = self._omni_queues(), self._omni_busy_hours(now)
        result = {}
        # sudo: settings of the store; only a moment comes out
        for store, settings in zip(self, self.sudo(), strict=True):
            begin = settings._omni_begin(now)
            hours = settings.omni_preparation_hours
            alone = settings._omni_plan(hours, begin)
            ahead = sum(number for slot, number in queues[store.id] if not slot or slot.start <= alone)
            ready = alone
            if ahead or brought:
                begin = settings._omni_plan(ahead * settings.omni_collect_queue_minutes / 60, begin)
                if brought:
                    begin = max(begin, now + timedelta(days=settings.omni_collect_transfer_days))
                ready = settings._omni_plan(hours, begin)
            ready = whole_minute(max(ready, not_before or now))
            if ready != alone:
                ready = settings._omni_plan(0, ready)
            while settings.omni_collect_per_hour and busy[store.id, self._omni_hour(ready, settings)] >= (
                settings.omni_collect_per_hour
            ):
                ready = settings._omni_plan(0, self._omni_hour(ready, settings) + timedelta(hours=1))
            result[store] = ready
        return result

    def _omni_plan(self, hours, moment):
        """Return when ``hours`` of opening time have passed since ``moment`` (naive UTC); at closing time it is the
        next opening. A store that is always open, or not within a year, counts the bare hours.
        """
        left = timedelta(hours=hours)
        calendar = self._omni_calendar()
        for start, stop in calendar._omni_spans(moment, self.company_id) if calendar else ():
            if left < stop - start:
                return start + left
            left -= stop - start
        return moment + timedelta(hours=hours)

    def _omni_begin(self, now):
        """Return from when on what is ordered now is prepared: at once, or from tomorrow."""
        cutoff = round(self.omni_collect_cutoff * 60)
        zone = pytz.timezone(self._omni_tz())
        local = pytz.utc.localize(now).astimezone(zone)
        if not cutoff or local.hour * 60 + local.minute < cutoff:
            return now
        return self._omni_utc(datetime.combine(local.date() + timedelta(days=1), time.min))

    def _omni_queues(self):
        """Return ``{warehouse id: [(slot, number of pickups to prepare)]}``."""
        groups = (
            self.env["omni.pickup"]
            .sudo()
            ._read_group(
                [("warehouse_id", "in", self.ids), ("state", "in", ("to_prepare", "preparing"))],
                ["warehouse_id", "slot_id"],
                ["__count"],
            )
        )
        queues = defaultdict(list)
        for store, slot, number in groups:
            queues[store.id].append((slot, number))
        return queues

    def _omni_busy_hours(self, now):
        """Return how many pickups are promised: ``Counter({(warehouse id, start of the hour): number})``."""
        limited = self.sudo().filtered("omni_collect_per_hour")
        if not limited:
            return Counter()
        pickups = (
            self.env["omni.pickup"]
            .sudo()
            .search_fetch(
                [
                    ("warehouse_id", "in", limited.ids),
                    ("state", "in", OPEN_STATES),
                    ("promised_at", ">=", now - timedelta(hours=1)),
                ],
                ["warehouse_id", "promised_at"],
            )
        )
        return Counter(
            (pickup.warehouse_id.id, self._omni_hour(pickup.promised_at, pickup.warehouse_id)) for pickup in pickups
        )

    @api.model
    def _omni_hour(self, moment, store):
        """Return the start of the hour, by the clock of the store, in which ``moment`` is."""
        local = pytz.utc.localize(moment).astimezone(pytz.timezone(store._omni_tz()))
        return moment - timedelta(minutes=local.minute, seconds=local.second)

    def _omni_utc(self, local):
        """Return what the store's clock shows, a naive datetime, in naive UTC."""
        return pytz.timezone(self._omni_tz()).localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    def _omni_days_until(self, moment):
        """Return in how many days ``moment`` (naive UTC) is, by the store's clock: 0 is today."""
        zone = pytz.timezone(self._omni_tz())
        today, day = (pytz.utc.localize(point).astimezone(zone).date() for point in (fields.Datetime.now(), moment))
        return (day - today).days

    def _omni_when(self, moment):
        """Return ``moment`` (naive UTC) in the reader's words and the store's time: "today 15:00"."""
        store = self.sudo()  # sudo: its time zone
        days, zone = store._omni_days_until(moment), store._omni_tz()
        if days not in (0, 1):
            return format_datetime(self.env, moment, tz=zone, dt_format="EEEE d MMMM, HH:mm")
        hour = format_datetime(self.env, moment, tz=zone, dt_format="HH:mm")
        return self.env._("tomorrow %s", hour) if days else self.env._("today %s", hour)

    def _omni_day_and_hours(self, start, stop):
        """Return the day and the hours of a span in the reader's words: ``("Today", "15:00 - 16:00")``."""
        days, zone = self._omni_days_until(start), self._omni_tz()
        day = format_datetime(self.env, start, tz=zone, dt_format="EEEE d MMMM")
        day = day[:1].upper() + day[1:]
        if days in (0, 1):
            day = self.env._("Tomorrow") if days else self.env._("Today")
        hours = (format_datetime(self.env, edge, tz=zone, dt_format="HH:mm") for edge in (start, stop))
        return day, " - ".join(hours)

    def _omni_span(self, start, stop):
        """Return a span of one day in the reader's words and the store's time: "Friday 6 March, 15:00 - 16:00"."""
        zone = self._omni_tz()
        return " - ".join(
            (
                format_datetime(self.env, start, tz=zone, dt_format="EEEE d MMMM, HH:mm"),
                format_datetime(self.env, stop, tz=zone, dt_format="HH:mm"),
            )
        )

    # -- slots -------------------------------------------------------------------------------------------------------

    def omni_slots(self, date_from, date_to):
        """Return the slots of this store that are open, also those that are full, in order. With the context key
        ``omni_lines``, ``[(product_id, quantity)]``: those that begin when these goods can be ready.

        :param date_from: first day in the store's time (date, or text "2026-03-02"), or moment (naive UTC datetime)
        :param date_to: last day, or moment
        :return: ``omni.pickup.slot``; empty where the store has no slots
        :raises ValidationError: malformed dates
        """
        self.ensure_one()
        self.check_access("read")
        now = fields.Datetime.now()
        # sudo: the address and the hours of a store
        begin = max(self.sudo()._omni_edge(date_from, 0), now)
        end = min(self.sudo()._omni_edge(date_to, 1), now + SLOT_HORIZON)
        if lines := self.env.context.get("omni_lines"):
            ready = self.omni_promise(lines)
            if not ready:
                return self.env["omni.pickup.slot"]
            begin = max(begin, ready)
        return self.env["omni.pickup.slot"]._of_store(self, begin, end)

    def _omni_edge(self, value, days):
        """Return a bound of a period in naive UTC: of a date, the start of the day so many ``days`` after it."""
        try:
            if isinstance(value, str):
                value = fields.Datetime.to_datetime(value) if len(value) > 10 else fields.Date.to_date(value)
            if isinstance(value, datetime):
                return value.astimezone(pytz.utc).replace(tzinfo=None) if value.tzinfo else value
            if not isinstance(value, date):
                raise TypeError
            return self._omni_utc(datetime.combine(value + timedelta(days=days), time.min))
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError(self.env._("Give the first and the last day as dates.")) from error
