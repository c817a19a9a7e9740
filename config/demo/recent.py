"""The last weeks, lived through day by day by Odoo's own methods: whatever listens to them hears of every step."""

from collections import defaultdict
from datetime import timedelta

from plan import utc

LIVE_DAYS = 4  # the tills are run for real that long; before, their tickets are copies
RETURNED = 0.12  # share of parcels
BOOKED_DAYS = 14  # payments of the web shop are in the books that long


class Recent:
    """Runs the story's last part.

    ``each_day``: functions of ``(env, random, moment)``, what the add-ons' own people do in a day's afternoon.
    """

    def __init__(self, env, clock, plan, orders, tills, loyalty, each_day):
        self.env, self.clock, self.plan, self.random = env, clock, plan, plan.random
        self.orders, self.tills, self.loyalty, self.each_day = orders, tills, loyalty, each_day
        self.parcels = defaultdict(list)  # by the day on which they leave
        self.collections = defaultdict(list)  # by the day on which the customer comes
        self.returns = defaultdict(list)  # parcels, by the day on which they come back

    def run(self, online, live, earning, back):
        """Place the ``online`` purchases, ring up the ``live`` ones, let the tickets ``earning`` earn points and take those of
        ``back`` back (both ``[(purchase, id of its pos.order)]``)."""
        online, tickets = _by_day(online), _by_day(earning, lambda row: row[0].moment)
        rung = [(purchase.moment, purchase, None) for purchase in live]
        rung += [(purchase.returned, purchase, ticket_id) for purchase, ticket_id in back]
        live = _by_day(sorted(rung, key=lambda row: row[0]), lambda row: row[0])
        for day in sorted(online.keys() | live.keys() | tickets.keys()):
            for _purchase, ticket_id in tickets[day]:
                order = self.env["pos.order"].browse(ticket_id)
                self.clock.set(order.date_order)
                self.loyalty.on_ticket(order)
            self._send_parcels(day)
            self._take_parcels_back(day)
            for purchase in online[day]:
                self.place(purchase)
            self._afternoon(utc(day, 15))
            self._hand_over(day)
            if live[day]:
                self._run_tills(day, live[day])
            self.env.cr.commit()  # a long story: what is told is kept, and the memory is freed
            self.env.invalidate_all()

    def leave_open(self, purchases):
        """Place orders that are under way: the ones for shops are paid or to be paid there, those of yesterday are prepared;
        parcels not sent yet; some wait for a transfer."""
        night = self.clock.now - timedelta(hours=10)
        for number, purchase in enumerate(purchases):
            if purchase.moment > night > purchases[number - 1].moment:
                self._afternoon(night)
            on_site = purchase.shop and self.orders.on_site and number % 2
            waits = not purchase.shop and number % 3 == 0
            provider = self.orders.on_site if on_site else None
            self.place(purchase, provider, "pending" if on_site or waits else "done")

    def place(self, purchase, provider=None, state="done"):
        """Place an order on the web or by phone, and pay it (``state`` pending: it waits for its payment)."""
        self.clock.set(purchase.moment)
        purchase = self.orders.in_stock(purchase)
        if not purchase:
            return
        carrier = self.orders.home
        if purchase.shop:
            carrier = self.orders.in_store
        elif purchase.channel == "web" and self.random.random() < 0.15:
            carrier = self.orders.express
        order = self.orders.draft(purchase, carrier)
        if purchase.channel == "web":
            self.loyalty.on_basket(order)
        if state == "pending" and not provider:
            order.action_quotation_sent()
            self.orders.pay(order, state=state)
            return
        order.action_confirm()
        day = purchase.moment.date()
        self.orders.pay(order, provider, state, booked=self.plan.end - day <= timedelta(days=BOOKED_DAYS))
        if not purchase.shop:
            self.parcels[day + timedelta(days=self.random.choice((1, 1, 2)))].append(order)
        elif state == "done":
            self.collections[self._open_day(day, purchase.shop)].append(order)

    def _send_parcels(self, day):
        self.clock.set(utc(day, 8.5))
        pickings = self.env["stock.picking"]
        for order in self.parcels.pop(day, ()):
            pickings |= order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        if pickings:
            self.orders.ship(pickings)
        for picking in pickings:
            if self.random.random() < RETURNED:
                self.returns[day + timedelta(days=self.random.randint(6, 12))].append(picking)

    def _take_parcels_back(self, day):
        self.clock.set(utc(day, 11))
        for picking in self.returns.pop(day, ()):
            self.orders.take_back(picking)

    def _afternoon(self, moment):
        self.clock.set(moment)
        for function in self.each_day:
            function(self.env, self.random, moment)

    def _hand_over(self, day):
        for order in self.collections.pop(day, ()):
            self.clock.set(utc(day, self.random.uniform(15.5, 18.5)))
            self.orders.ship(order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel")))

    def _open_day(self, day, shop):
        """Return the day on which a customer comes to a shop: one to four days later, when it is open."""
        day += timedelta(days=self.random.choice((1, 1, 2, 3)))
        while not self.plan.hours[shop][day.weekday()]:
            day += timedelta(days=1)
        return day

    def _run_tills(self, day, tickets):
        """Run the tills for a day; ``tickets``: ``[(moment, purchase, id of the ticket that is brought back or None)]``."""
        for till in self.tills:
            mine = [row for row in tickets if row[1].shop == till.shop]
            if not mine:
                continue
            opening, closing = self.plan.hours[till.shop][day.weekday()]
            self.clock.set(utc(day, opening - 0.2))
            till.open()
            for moment, purchase, ticket_id in mine:
                self.clock.set(moment)
                if ticket_id:
                    till.take_back(self.env["pos.order"].browse(ticket_id), moment)
                elif found := till.on_shelf(purchase):
                    self.loyalty.on_ticket(till.ring_up(found))
            self.clock.set(utc(day, closing + 0.2))
            till.close()


def _by_day(rows, moment=lambda purchase: purchase.moment):
    found = defaultdict(list)
    for row in rows:
        found[moment(row).date()].append(row)
    return found
