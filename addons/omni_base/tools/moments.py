"""Moments, naive UTC datetimes, as people say them."""

from datetime import timedelta


def whole_minute(moment):
    """Return ``moment`` to the next full minute; a fraction of a second is a matter of counting."""
    moment = (moment + timedelta(seconds=0.5)).replace(microsecond=0)
    return moment + timedelta(seconds=-moment.second % 60)
