"""What callers send, read in one place.

Public methods and routes are called with anything: ids that no database has, numbers without end, lists where a text
belongs, a million rows. Each reader gives back a plain value that the code behind it can use as it is, or raises
:class:`~odoo.addons.omni_base.exceptions.InvalidInput` with words for the caller (422 over HTTP).
None and False both mean that nothing was said.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import islice

from odoo import fields, models
from odoo.orm.identifiers import NewId

from ..exceptions import InvalidInput
from .quantities import add_up

MOST_ID = 2**31 - 1  # what the database's integers hold
MOST_QUANTITY = 10**9
MOST_AMOUNT = 10**18  # of money, in any currency
MOST_ROWS = 10_000  # of one list
MOST_PAIRS = 100_000  # products times stores of one question
MOST_TEXT = 100  # signs of a text that is looked for
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


def is_nothing(value):
    """Whether the caller left this out. 0 is something."""
    return value is None or value is False


def whole_or_none(value, most=MOST_ID):
    """Return the whole number above zero that this is, or that these ASCII digits spell, else None."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(most)):
        value = int(value)
    return value if type(value) is int and 0 < value <= most else None


def id_or_none(value):
    """Return the id of a record that may exist, of a number or a text as pages send it, else None: no record has it."""
    return whole_or_none(value)


def is_id(value):
    """Whether this is the id of a record that may exist; a text is none."""
    return type(value) is int and 0 < value <= MOST_ID


def record_id(env, value):
    """Return an id, of a record that may exist."""
    if not is_id(value):
        raise InvalidInput(env._("A record is named by its id, a whole number above zero."))
    return value


def record_ids(env, values, most=MOST_ROWS):
    """Return a list of ids, of ``most`` records at most."""
    return [record_id(env, value) for value in listed(env, values, most)]


def pairs(env, product_ids, warehouse_ids):
    """Return ``(product ids, warehouse ids)`` of a question that is about each product in each store."""
    products, stores = record_ids(env, product_ids), record_ids(env, warehouse_ids)
    if len(products) * len(stores) > MOST_PAIRS:
        raise InvalidInput(env._("Ask for at most %s products times stores at once.", MOST_PAIRS))
    return products, stores


def record(model, value):
    """Return the record that ``value`` is, or has the id of; of nothing the empty set. It may not exist.

    :param model: the empty set that it belongs to
    """
    if isinstance(value, models.BaseModel):
        if value._name != model._name or len(value) > 1:
            raise InvalidInput(model.env._("A record is named by its id, a whole number above zero."))
        return value
    return model.browse([] if is_nothing(value) else record_id(model.env, value))


def found(model, value, otherwise):
    """Return the record with this id, as far as the caller may see it; ``otherwise``: the words when there is none."""
    asked = value.id if isinstance(value, models.BaseModel) and value._name == model._name else value
    if not (known := model.search([("id", "=", asked)]) if is_id(asked) else model):
        raise InvalidInput(otherwise)
    return known


def called_on(records):
    """Return the records that a public method was called on: any number, each with an id that can be."""
    if not all(isinstance(one, NewId) or is_id(one) for one in records._ids):
        raise InvalidInput(records.env._("A record is named by its id, a whole number above zero."))
    return records


def called_on_one(records):
    """Return the one record that a public method was called on."""
    if len(called_on(records)) != 1:
        raise InvalidInput(records.env._("This can be asked of one record at a time."))
    return records


def is_number(value):
    """Whether this is a number with an end, and no truth value."""
    return type(value) in (int, float) and abs(value) <= MOST_AMOUNT


def number(env, value, least, most):
    """Return a number between two others."""
    if not is_number(value) or not least <= value <= most:
        raise InvalidInput(env._("A number from %(least)s to %(most)s is expected.", least=least, most=most))
    return value


def whole(env, value, least, most=MOST_ID):
    """Return a whole number between two others."""
    if type(value) is not int:
        raise InvalidInput(env._("A whole number is expected."))
    return number(env, value, least, most)


def quantity(env, value, zero=False):
    """Return a quantity, above zero or ``zero`` itself too."""
    if not is_number(value) or not (0 < value <= MOST_QUANTITY or zero and value == 0):
        raise InvalidInput(env._("A quantity is a number above zero, at most %s.", MOST_QUANTITY))
    return float(value)


def text(env, value, most=MOST_TEXT):
    """As :func:`text_of`; what is something and no text is refused."""
    if not isinstance(value, str) and not is_nothing(value):
        raise InvalidInput(env._("A text is expected."))
    return text_of(value, most)


def text_of(value, most=MOST_TEXT):
    """Return a text without blanks around it, cut after ``most`` signs, without what no database can keep; of what is
    no text an empty one.
    """
    value = value[: 2 * most] if isinstance(value, str) else ""
    return value.replace("\0", "").encode(errors="ignore").decode().strip()[:most].rstrip()


def one_line(value, most=MOST_TEXT):
    """Return a text on one line, each blank and each sign that cannot be printed one space; of what is no text an empty
    one.
    """
    value = value[: 10 * most] if isinstance(value, str) else ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:most].strip()


def key(env, value, least=1, most=64):
    """Return the key that a step is sent with, however often: it is not cut, or two would be the same."""
    if not isinstance(value, str) or not least <= len(value) <= most or not (value.isascii() and value.isprintable()):
        raise InvalidInput(
            env._("A step needs its own key, of %(least)s to %(most)s characters.", least=least, most=most)
        )
    return value


def choice(env, value, choices, otherwise=None):
    """Return one of these texts; ``otherwise``: the words for who chose none of them."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidInput(otherwise or env._("Choose one of: %s.", ", ".join(choices)))
    return value


def listed(env, values, most=MOST_ROWS):
    """Return a list of ``most`` values at most, not looked into."""
    if isinstance(values, models.BaseModel):
        values = values.ids
    if not isinstance(values, Iterable) or isinstance(values, (str, bytes, Mapping)):
        raise InvalidInput(env._("A list is expected."))
    rows = list(islice(values, most + 1))
    if len(rows) > most:
        raise InvalidInput(env._("A list has at most %s rows.", most))
    return rows


def rows(env, values, width, most=MOST_ROWS):
    """Return a list of tuples of ``width`` values, not looked into."""
    lines = listed(env, values, most)
    if not all(isinstance(line, (list, tuple)) and len(line) == width for line in lines):
        raise InvalidInput(env._("Each row of the list has %s values.", width))
    return [tuple(line) for line in lines]


def demand(env, values, most=MOST_ROWS):
    """Return ``[(product_id, quantity)]``."""
    return [(record_id(env, product), quantity(env, asked)) for product, asked in rows(env, values, 2, most)]


def demand_by_store(env, values):
    """Return ``{(product_id, warehouse_id): quantity}`` in a fixed order, rows of one pair added up."""
    asked = add_up(
        ((record_id(env, product), record_id(env, warehouse)), quantity(env, wanted))
        for product, warehouse, wanted in rows(env, values, 3)
    )
    return dict(sorted(asked.items()))


def quantities_by_id(env, values):
    """Return ``{id: quantity}``, 0 among them; JSON writes the ids as text."""
    asked = named(env, values).items()
    return {record_id(env, id_or_none(one)): quantity(env, wanted, zero=True) for one, wanted in asked}


def named(env, values, most=MOST_ROWS):
    """Return a dictionary with names as keys, its values not looked into; of nothing an empty one."""
    if values in (None, False):
        return {}
    if not isinstance(values, Mapping) or len(values) > most:
        raise InvalidInput(env._("Values by their names are expected."))
    return dict(values)


def day(env, value):
    """Return a date."""
    return _within(env, value, fields.Date.to_date)


def moment(env, value):
    """Return a naive UTC datetime, also of one that knows its time zone."""
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return _within(env, value, fields.Datetime.to_datetime)


def _within(env, value, read):
    try:
        known = read(value) if isinstance(value, (str, date)) else None
    except (ValueError, OverflowError):
        known = None
    if known is None or not FIRST_DAY <= (known.date() if isinstance(known, datetime) else known) <= LAST_DAY:
        raise InvalidInput(env._("A date is expected, as in 2026-03-02, from 1900 to 2999."))
    return known
