"""Who buys what, where and when: a year of purchases thought out before anything is written."""

import random as chance
from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz
import seasons

PARIS = pytz.timezone("Europe/Paris")
COUNTS = {"store": 2250, "web": 880, "phone": 70}
SHOP_SIZES = (1.6, 1.1, 1.0, 0.9, 0.85, 0.7)
ASSORTMENT = (1.0, 0.8, 0.75, 0.7, 0.65, 0.55)  # share of the catalogue in each shop
ITEMS = ((1, 2, 3, 4, 5), (45, 30, 15, 7, 3))
VAT = 0.2
KNOWN_AT_TILL = 0.62  # share of tickets with a customer
RETURNED = 0.04
PEAKS = {"store": (11.5, 17.5), "web": (13.0, 21.0), "phone": (10.5, 15.5)}


class Article(NamedTuple):
    """A variant: its id and its template's, what it is called, price with VAT and cost in euros, when it sells
    (a key of ``seasons.SEASONS``) and its share of what its template sells."""

    id: int
    template: int
    name: str
    price: float
    cost: float
    season: str
    share: float


class Item(NamedTuple):
    """``discount`` in percent."""

    article: Article
    quantity: int
    discount: int

    @property
    def total(self):
        return round(self.article.price * self.quantity * (100 - self.discount) / 100, 2)

    @property
    def untaxed(self):
        return round(self.total / (1 + VAT), 2)


class Purchase(NamedTuple):
    """``moment`` is naive UTC; ``shop``: where it was bought or, on the web, is collected (None: it is shipped)."""

    channel: str
    moment: datetime
    shop: object
    customer: object
    items: list
    returned: datetime | None = None

    @property
    def total(self):
        return round(sum(item.total for item in self.items), 2)

    @property
    def untaxed(self):
        return round(sum(item.untaxed for item in self.items), 2)


class Plan:
    """The purchases from ``start`` to ``end`` (dates, the last one not included), oldest first.

    ``hours``: ``{shop: opening_hours()}``, the biggest shop first. Collecting in shops is offered from the day ``collect_from`` on, or never (None).
    """

    def __init__(self, seed, start, end, collect_from, articles, hours, customers):
        self.random = chance.Random(seed)
        self.start, self.end, self.collect_from = start, end, collect_from
        self.shops, self.hours = list(hours), hours
        self.articles, self.customers = articles, customers
        templates = list(dict.fromkeys(article.template for article in articles))
        self.popularity = {template: self.random.lognormvariate(0, 0.7) for template in templates}
        self.assortment = {
            shop: {template for template in templates if self.random.random() < share}
            for shop, share in zip(self.shops, ASSORTMENT, strict=True)
        }
        self._weights = {}
        self._people = {}
        self.purchases = sorted(
            (purchase for channel in COUNTS for purchase in self._year(channel)), key=lambda purchase: purchase.moment
        )

    def sold(self, others=()):
        """Return ``{(shop or None for the central warehouse, article): quantity}`` of all purchases, and of ``others``."""
        found = defaultdict(int)
        for purchase in [*self.purchases, *others]:
            for item in purchase.items:
                found[purchase.shop, item.article] += item.quantity
        return found

    def first_seen(self):
        """Return ``{partner id: moment of the first purchase}``."""
        found = {}
        for purchase in self.purchases:
            if purchase.customer:
                found.setdefault(purchase.customer.partner.id, purchase.moment)
        return found

    def purchase(self, channel, moment, customer=None, shop=None, items=None):
        """Return one more purchase at ``moment``, with goods that fit the season and the shop."""
        customer = customer or self._somebody(channel, shop)
        return Purchase(channel, moment, shop, customer, items or self._items(moment.date(), shop))

    def open_orders(self, now):
        """Return the orders under way at ``now``: in each shop some that wait for their customer and some to prepare, parcels
        to send, some not paid yet."""
        found = []
        for shop in self.shops if self._collects(now.date()) else ():
            people = [customer for customer in self.customers if customer.home == shop and customer.web]
            for first, last in [(16, 60)] * 2 + [(0.3, 9)] * self.random.choice((2, 3)):
                moment = now - timedelta(minutes=self.random.randrange(int(first * 60), last * 60))
                found.append(self.purchase("web", moment, self.random.choice(people), shop))
        for hours in (0.5, 2, 4, 7, 11, 20, 31, 55, 76):
            found.append(self.purchase("web", now - timedelta(hours=hours)))
        return sorted(found, key=lambda purchase: purchase.moment)

    # ----------------------------------------------------------------------------------------------- how it comes about

    def _year(self, channel):
        days = [self.start + timedelta(days=number) for number in range((self.end - self.start).days)]
        busy = {day: seasons.demand(day, channel, self.start, self.end) for day in days}
        total = sum(busy.values())
        for day in days:
            expected = COUNTS[channel] * busy[day] / total
            if channel != "store":
                for _number in range(self._about(expected)):
                    yield self._online(channel, day)
                continue
            for shop, size in zip(self.shops, SHOP_SIZES, strict=True):
                if self.hours[shop][day.weekday()]:
                    for _number in range(self._about(expected * size / sum(SHOP_SIZES))):
                        yield self._ticket(day, shop)

    def _about(self, expected):
        """Return a whole number that is ``expected`` on average."""
        return int(expected + self.random.random())

    def _ticket(self, day, shop):
        opening, closing = self.hours[shop][day.weekday()]
        moment = self._moment(day, "store", opening, closing)
        customer = self._somebody("store", shop) if self.random.random() < KNOWN_AT_TILL else None
        returned = self._return_moment(day, shop) if self.random.random() < RETURNED else None
        return Purchase("store", moment, shop, customer, self._items(day, shop), returned)

    def _online(self, channel, day):
        moment = self._moment(day, channel, *((9, 18) if channel == "phone" else (6.5, 23.5)))
        customer = self._somebody(channel)
        collects = channel == "web" and self._collects(day) and self.random.random() < 0.45
        shop = customer.home if collects else None
        return Purchase(channel, moment, shop, customer, self._items(day, shop))

    def _collects(self, day):
        return self.collect_from is not None and day >= self.collect_from

    def _return_moment(self, day, shop):
        """Return when a ticket of ``day`` is brought back to the shop, or None if the story ends before."""
        for number in range(self.random.randint(2, 20), 26):
            back = day + timedelta(days=number)
            if back >= self.end:
                return None
            if hours := self.hours[shop][back.weekday()]:
                return self._moment(back, "store", *hours)
        return None

    def _moment(self, day, channel, opening, closing):
        peak = self.random.choice(PEAKS[channel])
        hour = min(max(self.random.gauss(peak, 1.8), opening + 0.1), closing - 0.1)
        return utc(day, hour)

    def _somebody(self, channel, shop=None):
        key = channel, shop
        if key not in self._people:
            people = [customer for customer in self.customers if not shop or customer.home == shop]
            self._people[key] = people, [getattr(customer, channel) for customer in people]
        people, weights = self._people[key]
        return self.random.choices(people, weights)[0]

    def _items(self, day, shop):
        share, offers = seasons.discounts(day)
        on_offer, discount = self.random.random() < share, self.random.choice(offers)
        articles, weights = self._choice(day.month, shop)
        [count] = self.random.choices(*ITEMS)
        chosen = dict.fromkeys(self.random.choices(articles, weights, k=count))
        return [
            Item(article, 2 if article.price < 40 and self.random.random() < 0.15 else 1, discount if on_offer else 0)
            for article in chosen
        ]

    def _choice(self, month, shop):
        """Return the articles that sell in a month, in a shop or from the central warehouse, and how well each does."""
        key = month, shop
        if key not in self._weights:
            articles = [article for article in self.articles if not shop or article.template in self.assortment[shop]]
            self._weights[key] = articles, [self._weight(article, month) for article in articles]
        return self._weights[key]

    def _weight(self, article, month):
        cheap = (60 / (30 + article.price)) ** 0.6
        return self.popularity[article.template] * seasons.SEASONS[article.season][month - 1] * article.share * cheap


def utc(day, hour):
    """Return the moment of a day at an hour (a float) of the shops' clock, in naive UTC."""
    local = datetime.combine(day, time()) + timedelta(hours=hour)
    return PARIS.localize(local).astimezone(pytz.utc).replace(tzinfo=None, microsecond=0)


def opening_hours(calendar):
    """Return ``[(opening, closing) or None]``, Monday to Sunday, of a resource.calendar."""
    week = [calendar.attendance_ids.filtered(lambda row, day=day: row.dayofweek == str(day)) for day in range(7)]
    return [(min(rows.mapped("hour_from")), max(rows.mapped("hour_to"))) if rows else None for rows in week]


def year_ago(day):
    """Return the first day of a story of a year that ends on ``day``."""
    return day - timedelta(days=365)
