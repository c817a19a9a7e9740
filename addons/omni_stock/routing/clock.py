"""When goods are ready and when they arrive. Moments are naive UTC; hours of the day are local."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import pytz

HORIZON = timedelta(days=90)  # a store that does not open for so long is taken to be open


@dataclass(frozen=True)
class Hours:
    """When a store is open.

    :ivar zone: name of its time zone
    :ivar week: ``{(week, weekday): [(from, to)]}`` in hours of the day; ``week`` is 0 or 1 with ``fortnight``, else 0;
        empty: always open
    :ivar closures: ``[(from, to)]``
    """

    zone: str = "UTC"
    week: dict = field(default_factory=dict)
    closures: list = field(default_factory=list)
    fortnight: bool = False

    def openings(self, start):
        """Yield ``(from, to)`` of when it is open from ``start`` on, in order."""
        if not self.week:
            yield start, datetime.max
            return
        end, zone = start + HORIZON, pytz.timezone(self.zone)
        day = self.local(start).date()
        while datetime.combine(day, time.min) <= end:
            for opens, closes in sorted(self.week.get((self._week(day), day.weekday()), [])):
                yield from self._without_closures(max(_utc(zone, day, opens), start), _utc(zone, day, closes))
            day += timedelta(days=1)
        yield end, datetime.max

    def local(self, moment):
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self.zone))

    def tomorrow(self, moment):
        """Return when the next day begins there."""
        day = self.local(moment).date() + timedelta(days=1)
        return _utc(pytz.timezone(self.zone), day, 0)

    def _week(self, day):
        # As resource.calendar.attendance counts its two weeks.
        return (day.toordinal() - 1) // 7 % 2 if self.fortnight else 0

    def _without_closures(self, opens, closes):
        for begins, ends in sorted(self.closures):
            if begins < closes and ends > opens:
                if begins > opens:
                    yield opens, begins
                opens = max(opens, ends)
        if opens < closes:
            yield opens, closes


def work(hours, start, minutes):
    """Return when ``minutes`` of opening time have passed since ``start``."""
    left = timedelta(minutes=minutes)
    for opens, closes in hours.openings(start):
        if closes == datetime.max or opens + left <= closes:
            return opens + left
        left -= closes - opens
    return start + left


def start(hours, now, cutoff=0.0, days_late=0):
    """Return when a store begins with an order: at once, or the next day after its cut-off hour (0: none).

    :param days_late: for how many days it is busy with what it has
    """
    local = hours.local(now)
    begin = now
    if cutoff and local.hour + local.minute / 60 >= cutoff:
        begin = hours.tomorrow(begin)
    for _day in range(days_late):
        begin = hours.tomorrow(begin)
    return begin


def _utc(zone, day, hour):
    return (
        zone.localize(datetime.combine(day, time.min) + timedelta(hours=hour)).astimezone(pytz.utc).replace(tzinfo=None)
    )
