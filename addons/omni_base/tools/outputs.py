"""What is told to callers, over transports that do not know all that Python knows."""

from math import isinf


def with_end(quantity):
    """Return a quantity as JSON can say it: None is without end, as of goods whose stock is not counted."""
    return None if isinf(quantity) else quantity
