"""What a retailer wants of every plan: an ordered list of rules, and what those that match say together."""

from collections import defaultdict
from dataclasses import dataclass, field

FORBID, ONLY, PREFER, LEGS, SPLIT = "forbid", "only", "prefer", "legs", "split"


@dataclass(frozen=True)
class Rule:
    """Empty conditions match everything; a rule that names categories is about the lines of their products alone.

    :ivar categories: with all that are below them
    :ivar amount: of :data:`PREFER`, what it takes off the cost (below 0: adds); of :data:`SPLIT`, the price
    """

    name: str
    effect: str
    channels: frozenset = frozenset()
    countries: frozenset = frozenset()
    states: frozenset = frozenset()
    zips: tuple = ()
    categories: frozenset = frozenset()
    min_amount: float = 0.0
    stores: frozenset = frozenset()
    amount: float = 0.0
    legs: int = 0

    def matches(self, order):
        """Whether an order meets the conditions, but for its products."""
        place = order.place
        return (
            (not self.channels or order.channel in self.channels)
            and (not self.countries or place.country in self.countries)
            and (not self.states or place.state in self.states)
            and (not self.zips or any(place.zip.startswith(prefix) for prefix in self.zips))
            and order.amount >= self.min_amount
        )

    def lines(self, order):
        """Positions of the lines that it is about."""
        return [
            position
            for position, line in enumerate(order.lines)
            if not self.categories or line.category in self.categories
        ]


@dataclass
class Policy:
    """What the matching rules say of one order.

    :ivar barred: ``{(store, line): name of the rule}``
    :ivar legs_off: ``{store: amount}``, taken off a leg; ``lines_off``: ``{(store, line): amount}``
    :ivar names: ``{store: [name of the rules that made it cheaper or dearer]}``
    """

    max_legs: int
    split_price: float
    barred: dict = field(default_factory=dict)
    legs_off: dict = field(default_factory=lambda: defaultdict(float))
    lines_off: dict = field(default_factory=lambda: defaultdict(float))
    names: dict = field(default_factory=lambda: defaultdict(list))
    matched: list = field(default_factory=list)


def policy(rules, order, stores, max_legs, split_price):
    """Return the :class:`Policy` of ordered ``rules`` for an order; ``stores``: ids of all candidates.

    What forbids adds up, and so do preferences. Of limits on legs and prices on splitting, the first one counts.
    """
    result = Policy(max_legs, split_price)
    settled = set()
    for rule in rules:
        if not (rule.matches(order) and (lines := rule.lines(order))):
            continue
        if rule.effect in (LEGS, SPLIT):
            if rule.effect in settled:
                continue
            settled.add(rule.effect)
        result.matched.append(rule.name)
        _APPLY[rule.effect](result, rule, stores, lines)
    return result


def _forbid(result, rule, stores, lines):
    for store in rule.stores:
        for line in lines:
            result.barred.setdefault((store, line), rule.name)


def _only(result, rule, stores, lines):
    for store in set(stores) - rule.stores:
        for line in lines:
            result.barred.setdefault((store, line), rule.name)


def _prefer(result, rule, stores, lines):
    for store in rule.stores:
        result.names[store].append(rule.name)
        if rule.categories:
            for line in lines:
                result.lines_off[store, line] += rule.amount
        else:
            result.legs_off[store] += rule.amount


def _legs(result, rule, stores, lines):
    result.max_legs = rule.legs


def _split(result, rule, stores, lines):
    result.split_price = rule.amount


_APPLY = {FORBID: _forbid, ONLY: _only, PREFER: _prefer, LEGS: _legs, SPLIT: _split}
