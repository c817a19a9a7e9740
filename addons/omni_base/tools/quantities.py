"""Quantities of goods, by what they are of."""

from collections import defaultdict


def add_up(rows):
    """Return ``{key: quantity}`` of ``(key, quantity)`` rows, those of one key added up; of what is in none, 0."""
    sums = defaultdict(float)
    for key, quantity in rows:
        sums[key] += quantity
    return sums
