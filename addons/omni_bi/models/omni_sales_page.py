from collections import Counter
from datetime import UTC, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import date_range

from odoo.addons.omni_base.tools import inputs

PERIODS = {"today": 1, "week": 7, "month": 30, "year": 365}  # days, the current one included
TOP_PRODUCTS = 10
# What the figures are summed by, in the order of the GROUPING SETS below.
GROUPINGS = {
    "total": (),
    "origin": ("channel_id",),
    "fulfilment": ("fulfilment_channel_id",),
    "mode": ("fulfilment",),
    "matrix": ("channel_id", "fulfilment_channel_id"),
    "product": ("product_id",),
    "trend": ("bucket", "channel_id"),
}
COLUMNS = ("channel_id", "fulfilment_channel_id", "fulfilment", "product_id", "bucket")


class OmniSalesPage(models.AbstractModel):
    """The manager's page: one period against the one before, by channel of origin and of fulfilment."""

    _name = "omni.sales.page"
    _description = "Sales by Channel"

    @api.model
    def read_page(self, period="month"):
        """Return the figures of the current company, in its currency, days as the user's time zone counts them.

        :param str period: ``today``, ``week``, ``month`` (30 days) or ``year`` (365 days)
        :return: ``{"domain": of the lines of the period, see ``omni.sales.analysis``, "date_from", "date_to": ISO UTC
            texts, "currency_id": int, "totals": figures,
            "origin", "fulfilment", "mode", "product": [figures with "key", "label", "share"],
            "matrix": {"rows", "columns", "cells"}, "trend": {"buckets", "series"}}``; figures are ``{"amount",
            "untaxed", "margin", "units", "orders", "basket", "before": the same of the period before}``
        :raises AccessError: the caller is no omnichannel manager
        :raises InvalidInput: no such period
        """
        if not (self.env.su or self.env.user.has_group("omni_base.group_manager")):
            raise AccessError(self.env._("Only omnichannel managers read the figures of all channels."))
        period = inputs.choice(self.env, period, PERIODS)
        start, end, before = self._bounds(PERIODS[period])
        bucket = "month" if period == "year" else "day"
        figures = self._figures(start, end, before, bucket)
        labels = self._labels(figures)
        lines = Domain("date", ">=", start) & Domain("date", "<", end) & Domain("company_id", "=", self.env.company.id)
        page = {
            "domain": list(lines),
            "date_from": fields.Datetime.to_string(start),
            "date_to": fields.Datetime.to_string(end),
            "currency_id": self.env.company.currency_id.id,
            "totals": self._measures(figures["total"].get((), {})),
            "matrix": self._matrix(figures["matrix"], labels),
            "trend": self._trend(figures["trend"], labels, self._buckets(start, end, bucket)),
        }
        for grouping in ("origin", "fulfilment", "mode", "product"):
            page[grouping] = self._rows(figures[grouping], labels[GROUPINGS[grouping][0]], page["totals"]["amount"])
        page["product"] = page["product"][:TOP_PRODUCTS]
        return page

    # -- figures -----------------------------------------------------------------------------------------------------

    def _bounds(self, days):
        """Return the start and end of the period and the start of the one before, as naive UTC datetimes."""
        zone = self.env.tz
        today = datetime.now(zone).date()

        def midnight(day):
            return zone.localize(datetime.combine(day, time.min)).astimezone(UTC).replace(tzinfo=None)

        return (
            midnight(today - timedelta(days=days - 1)),
            midnight(today + timedelta(days=1)),
            midnight(today - timedelta(days=2 * days - 1)),
        )

    def _figures(self, start, end, before, bucket):
        """Return ``{grouping: {key tuple: {True: figures now, False: figures before}}}`` by one query. An order all of
        which went back in the same period is none.
        """
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH f AS (
                    SELECT fact.*, fact.date >= %(start)s AS is_current,
                           date_trunc(%(bucket)s, fact.date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS bucket
                      FROM (%(facts)s) AS fact
                     WHERE fact.company_id = %(company)s AND fact.date >= %(before)s AND fact.date < %(end)s
                ), kept AS (
                    SELECT f.*, SUM(quantity) OVER (PARTITION BY is_current, order_ref COLLATE "C") > 0 AS is_kept
                      FROM f
                )
                SELECT is_current, channel_id, fulfilment_channel_id, fulfilment, product_id, bucket,
                       GROUPING(channel_id, fulfilment_channel_id, fulfilment, product_id, bucket) AS rolled_up,
                       SUM(amount_total) AS amount,
                       SUM(amount_untaxed) AS untaxed,
                       SUM(amount_untaxed - cost) AS margin,
                       SUM(quantity) AS units,
                       COUNT(DISTINCT (source_model = 'pos.order.line', order_id))
                           FILTER (WHERE quantity > 0 AND is_kept) AS orders
                  FROM kept
                 GROUP BY is_current, GROUPING SETS (%(sets)s)
                """,
                start=start,
                end=end,
                before=before,
                bucket=bucket,
                zone=str(self.env.tz),
                facts=self.env["omni.fact"]._query(),
                company=self.env.company.id,
                sets=SQL(", ").join(
                    SQL("(%s)", SQL(", ").join(map(SQL.identifier, columns))) for columns in GROUPINGS.values()
                ),
            )
        )
        by_mask = {self._mask(columns): grouping for grouping, columns in GROUPINGS.items()}
        figures = {grouping: {} for grouping in GROUPINGS}
        for row in rows:
            grouping = by_mask[row["rolled_up"]]
            key = tuple(row[column] for column in GROUPINGS[grouping])
            figures[grouping].setdefault(key, {})[row["is_current"]] = row
        return figures

    def _mask(self, columns):
        """Return what PostgreSQL's GROUPING says of rows grouped by ``columns``: a bit for each column left out."""
        return sum(1 << place for place, column in enumerate(reversed(COLUMNS)) if column not in columns)

    def _measures(self, pair):
        """Return the figures of a row, those of the period before under ``before``."""

        def measures(row):
            orders = row.get("orders", 0)
            found = {name: row.get(name) or 0 for name in ("amount", "untaxed", "margin", "units", "orders")}
            return found | {"basket": found["amount"] / orders if orders else 0}

        return measures(pair.get(True, {})) | {"before": measures(pair.get(False, {}))}

    # -- for the screen ----------------------------------------------------------------------------------------------

    def _labels(self, figures):
        """Return ``{column: {key: text}}`` of everything that the figures name."""
        # sudo: a manager reads the names of what was sold, of archived channels and products too
        env = self.with_context(active_test=False).sudo().env
        channel_ids = {key for (key,) in figures["origin"]} | {key for (key,) in figures["fulfilment"]}
        channels = {channel.id: channel.name for channel in env["omni.channel"].browse(filter(None, channel_ids))}
        products = env["product.product"].browse(filter(None, (key for (key,) in figures["product"])))
        analysis = env["omni.sales.analysis"]
        return {
            "channel_id": channels,
            "fulfilment_channel_id": channels,
            "fulfilment": dict(analysis._fields["fulfilment"]._description_selection(self.env)),
            "product_id": {product.id: product.display_name for product in products},
        }

    def _rows(self, groups, labels, total):
        """Return the groups sold now or before, largest first."""
        rows = []
        for (key,), pair in groups.items():
            figures = self._measures(pair)
            share = figures["amount"] / total if total > 0 else 0
            rows.append({"key": key, "label": labels.get(key) or self.env._("Unknown"), "share": share} | figures)
        return sorted(rows, key=lambda row: (-row["amount"], -row["before"]["amount"], row["label"]))

    def _matrix(self, groups, labels):
        """Return amounts by channel of origin (rows) and of fulfilment (columns)."""
        cells = {key: pair[True]["amount"] for key, pair in groups.items() if True in pair}
        sums = Counter()
        for (origin, served), amount in cells.items():
            sums["origin", origin] += amount
            sums["served", served] += amount

        def largest_first(side):
            return [channel for (place, channel), _amount in sums.most_common() if place == side]

        def named(channels):
            names = labels["channel_id"]
            return [{"key": channel, "label": names.get(channel) or self.env._("Unknown")} for channel in channels]

        rows, columns = largest_first("origin"), largest_first("served")
        return {
            "rows": named(rows),
            "columns": named(columns),
            "cells": [[cells.get((row, column), 0) for column in columns] for row in rows],
        }

    def _buckets(self, start, end, bucket):
        """Return the first day of every day or month of the period, days without a sale too."""
        first, last = (
            moment.replace(tzinfo=UTC).astimezone(self.env.tz).date() for moment in (start, end - timedelta(seconds=1))
        )
        if bucket == "month":
            return list(date_range(first.replace(day=1), last, relativedelta(months=1)))
        return list(date_range(first, last, relativedelta(days=1)))

    def _trend(self, groups, labels, buckets):
        """Return amounts by day or month, a series for each channel of origin."""
        now = {key: pair[True]["amount"] for key, pair in groups.items() if True in pair}
        channels = sorted({channel for _bucket, channel in now}, key=lambda key: labels["channel_id"].get(key) or "")
        return {
            "buckets": [fields.Date.to_string(bucket) for bucket in buckets],
            "series": [
                {
                    "key": channel,
                    "label": labels["channel_id"].get(channel) or self.env._("Unknown"),
                    "amounts": [now.get((bucket, channel), 0) for bucket in buckets],
                }
                for channel in channels
            ],
        }
