from datetime import datetime, timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..exceptions import InvalidInput
from ..tools import inputs

LONGEST = timedelta(days=366)  # of opening hours that one call may ask for


class StockWarehouse(models.Model):
    _name = "stock.warehouse"
    _inherit = ["stock.warehouse", "omni.outlet", "omni.settings"]

    omni_channel_id = fields.Many2one(
        "omni.channel",
        string="Sales Channel",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="What this store hands over or sends for other channels counts as served by this one. It comes with the"
        " store's first till or pickup, and stays when the till goes.",
    )

    def _omni_settings(self):
        # of two stores as good, routing takes the first one of this order
        return super()._omni_settings() | {"sequence"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_first(self):
        """What the first warehouse of a company sends, the web shop or the phone has sent itself: figures of the past
        would change if another one became the first.
        """
        firsts = self.with_context(active_test=False).search([("company_id", "in", self.company_id.ids)], order="id")
        for company, stores in firsts.grouped("company_id").items():
            first = stores[0]
            orders = self.env["sale.order"].sudo()  # whether anything was sold is no secret to who removes a warehouse
            sold = orders.search_count([("company_id", "=", company.id), ("state", "=", "sale")], limit=1)
            if first in self and stores - self and sold:
                raise UserError(
                    self.env._("%s is the first warehouse of its company: figures rest on it. Archive it.", first.name)
                )

    # -- whose stores ------------------------------------------------------------------------------------------------

    def _omni_mine(self):
        """Return those of these stores that the caller may name, in sudo mode, too."""
        if self.env.uid == SUPERUSER_ID:
            return self
        domain = self.env.user._omni_store_domain() & Domain("id", "in", inputs.called_on(self).ids)
        # sudo: only tells which of these stores are the user's own; one that is closed has its pickups still
        return self & self.sudo().with_context(active_test=False).search(domain)

    def _omni_check_mine(self):
        """:raises AccessError: the caller does not work in each of these stores, or there is none"""
        if not self or self._omni_mine() != self:
            raise AccessError(self.env._("You do not work in this store."))

    # -- service times -----------------------------------------------------------------------------------------------

    def _omni_calendar(self):
        """Return the opening hours of this store, a ``resource.calendar``, or empty: always open."""
        self.ensure_one()
        return self.env["resource.calendar"]

    def _omni_tz(self):
        """Return the name of the time zone of this store."""
        return self._omni_calendar().tz or self.partner_id.tz or self.company_id.partner_id.tz or "UTC"

    def omni_openings(self, start, end):
        """Return when this store is open, its closing days taken off.

        :param start: naive UTC datetime, or ``"YYYY-MM-DD HH:MM:SS"``
        :param end: as ``start``, at most 366 days later
        :return: ``[(from, to), ...]``, naive UTC datetimes in order; all the time without opening hours
        :raises AccessError: the caller may not see this store
        :raises InvalidInput: these are no moments, or too far from each other
        """
        inputs.called_on_one(self).check_access("read")
        start, end = (inputs.moment(self.env, moment) for moment in (start, end))
        if not start <= end <= start + LONGEST:
            raise InvalidInput(
                self.env._("Opening hours are asked for from one moment to another, at most a year later.")
            )
        return list(self._omni_openings(start, end))

    def _omni_openings(self, start, end=datetime.max):
        """Yield ``(from, to)`` of when this store is open from ``start`` until ``end`` (naive UTC), in order: the one
        reading of opening hours and closing days. A store with opening hours is looked at for a year.
        """
        store = self.sudo()  # sudo: its hours are no secret, the rest of it is not told
        calendar = store._omni_calendar()
        spans = calendar._omni_spans(start, store.company_id) if calendar else [(start, end)]
        for opens, closes in spans:
            if opens >= end:
                return
            yield opens, min(closes, end)

    # -- ways of serving ---------------------------------------------------------------------------------------------

    def _omni_serving(self, mode):
        """Return those of these stores that serve customers in this way: all of them, unless an add-on lets a store opt
        out.

        :param str mode: ``ship`` (sends parcels) or ``collect`` (hands over what was ordered before)
        """
        return self

    def _omni_create_channel(self):
        """Give each store that has none its channel: that of its first till, or one of its own."""
        stores = self.filtered(lambda store: not store.omni_channel_id)
        if not stores:
            return
        domain = [("picking_type_id.warehouse_id", "in", stores.ids), ("omni_channel_id", "!=", False)]
        tills = self.env["pos.config"].with_context(active_test=False).search(domain, order="id")
        for store in stores:
            till = tills.filtered(lambda till, store=store: till._omni_store() == store)[:1]
            store.omni_channel_id = till.omni_channel_id or self.env["omni.channel"]._create_for("store", store)
