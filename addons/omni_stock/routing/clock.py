"""When goods are ready and when they arrive. Moments are naive UTC; hours of the day are local."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytz


def always(start):
    return [(start, datetime.max)]


@dataclass(frozen=True)
class Hours:
    """When a store is open.

    :ivar zone: name of its time zone
    :ivar openings: gives, for a moment, the ``(from, to)`` of when it is open from then on, in order
    """

    zone: str = "UTC"
    openings: Callable = always

    def local(self, moment):
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self.zone))

    def tomorrow(self, moment):
        """Return when the next day begins there."""
        day = self.local(moment).date() + timedelta(days=1)
        midnight = pytz.timezone(self.zone).localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)


def work(hours, start, minutes):
    """Return when ``minutes`` of opening time have passed since ``start``; a store that does not open counts them all
    the same.
    """
    left = timedelta(minutes=minutes)
    for opens, closes in hours.openings(start):
        if left <= closes - opens:
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
