"""How sales rise and fall: over the year, over the week, and by kind of product."""

from datetime import date, timedelta

# Share of a usual month's demand, January to December
SEASONS = {
    "all": (0.9, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 1.1, 1.1, 1.1, 1.3),
    "winter": (1.5, 1.3, 0.8, 0.4, 0.2, 0.1, 0.1, 0.3, 0.8, 1.4, 1.8, 2.0),
    "summer": (0.3, 0.4, 0.7, 1.1, 1.5, 1.9, 1.8, 1.2, 0.7, 0.4, 0.3, 0.5),
    "rain": (0.9, 0.9, 1.2, 1.2, 0.9, 0.5, 0.4, 0.6, 1.1, 1.5, 1.4, 1.1),
    "school": (0.7, 0.6, 0.7, 0.8, 0.8, 0.8, 0.9, 1.8, 1.9, 1.0, 0.9, 1.3),
    "gift": (0.5, 0.6, 0.6, 0.5, 0.6, 0.7, 0.5, 0.5, 0.8, 1.0, 1.5, 2.8),
}
WEEK = {  # Monday to Sunday
    "store": (0.7, 0.8, 1.0, 0.9, 1.1, 1.9, 1.2),
    "web": (1.0, 0.95, 0.9, 0.95, 0.95, 1.1, 1.35),
    "phone": (1.2, 1.0, 0.9, 1.0, 0.9, 0.0, 0.0),
}
GROWTH = {"store": 1.08, "web": 1.6, "phone": 0.9}  # from the first day of a year to its last


def demand(day, channel, start, end):
    """Return how busy ``day`` is on a channel, 1 being usual, in a story from ``start`` to ``end``."""
    share = (day - start).days / max((end - start).days, 1)
    return WEEK[channel][day.weekday()] * (1 + (GROWTH[channel] - 1) * share) * _event(day)


def discounts(day):
    """Return ``(share of lines on offer, discounts in percent)`` of a day."""
    if in_sales(day):
        return 0.45, (20, 30, 30, 40)
    if day in black_friday(day.year):
        return 0.35, (20,)
    return 0.02, (10,)


def in_sales(day):
    """Return whether the French winter or summer sales are on: four weeks from January and from June."""
    winter, summer = _weekday(date(day.year, 1, 12), 2), _weekday(date(day.year, 6, 28), 2)
    return any(begin <= day < begin + timedelta(weeks=4) for begin in (winter, summer))


def black_friday(year):
    """Return the four days from Black Friday to Monday."""
    friday = _weekday(date(year, 11, 29), 4)
    return [friday + timedelta(days=number) for number in range(4)]


def _weekday(day, weekday):
    """Return the last day with this weekday (0: Monday) up to ``day``."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _event(day):
    if day.month == 12 and day.day <= 24:
        return 1.5 + day.day / 30
    if (day.month, day.day) in ((12, 25), (1, 1), (5, 1)):
        return 0.05
    if in_sales(day):
        return 1.35
    if day in black_friday(day.year):
        return 1.9
    return {2: 0.8, 8: 0.75, 9: 1.1}.get(day.month, 1.0)
