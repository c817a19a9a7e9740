from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools import inputs

SELLERS = "omni_base.group_user,point_of_sale.group_pos_user,sales_team.group_sale_salesman"
PROFILE_LIMIT = 20  # rows a section, what fits a panel at the till


class ResPartner(models.Model):
    """What a customer bought, put into a basket, wished for and looked at, in all channels."""

    _inherit = "res.partner"

    def omni_profile(self):
        """Return what a seller may see of this customer, and so may the customer.

        :return: ``{section: {...}}`` ready for JSON: dates as ISO text in UTC, amounts with their currency's name
        :raises AccessError: the caller is neither a seller nor this customer
        """
        inputs.called_on_one(self)
        if not (self.env.su or self._omni_for_seller() or self.env.user.partner_id == self):
            raise AccessError(self.env._("Only sellers may see a customer's profile."))
        self.check_access("read")
        if self.env.user.partner_id != self:
            self.env["res.users"]._omni_look("profile")
        # sudo: a seller sees what this contract gives of both channels, though they may not open the documents
        return self.sudo()._omni_profile_sections()

    @api.model
    def _omni_for_seller(self):
        """Whether a seller asks, or the server itself: a customer sees their own alone."""
        return self.env.uid == SUPERUSER_ID or self.env.user.has_groups(SELLERS)

    def _omni_profile_domain(self, partner_field):
        """Return the domain of the documents that a profile is made of: a seller sees those of the whole household or
        company, a customer their own.
        """
        if self._omni_for_seller():
            return Domain(partner_field, "child_of", self.commercial_partner_id.id)
        return Domain(partner_field, "=", self.id)

    def _omni_profile_sections(self):
        """Return the sections. An override adds its own to those of ``super()``."""
        return {
            "identity": self._omni_profile_identity(),
            "purchases": self._omni_profile_purchases(),
            "baskets": self._omni_profile_baskets(),
            "favourites": self._omni_profile_favourites(),
            "viewed": self._omni_profile_viewed(),
        }

    def _omni_profile_identity(self):
        return {
            "id": self.id,
            "name": self.display_name,
            "email": self.email or "",
            "phone": self.phone or "",
            "city": self.city or "",
            "zip": self.zip or "",
            "since": fields.Date.to_string(self.create_date.date()),
        }

    def _omni_profile_purchases(self):
        """Orders of every channel, newest first, each with what the customer kept of it; what was paid at a till after
        it was placed elsewhere counts once.
        """
        since = fields.Datetime.now() - timedelta(days=self.env.company.omni_profile_days)
        mine = self._omni_profile_domain("partner_id") & Domain("date_order", ">=", since)
        mine &= Domain("company_id", "in", self.env["res.company"]._omni_mine().ids)
        sales = self.env["sale.order"].search(
            mine & Domain("state", "=", "sale"), order="date_order desc", limit=PROFILE_LIMIT
        )
        own = Domain("sale_order_origin_id", "=", False) & Domain("refunded_orderline_id", "=", False)
        own &= Domain("omni_twice_order_id", "=", False)
        tickets = self.env["pos.order"].search(
            mine & Domain("state", "in", ("paid", "done")) & Domain("lines", "any", own),
            order="date_order desc",
            limit=PROFILE_LIMIT,
        )
        back = sales._omni_gone_back()
        worth = sales._omni_worth(back)
        rows = [self._omni_profile_sale(order, worth[order], back) for order in sales]
        for ticket in tickets:
            kept = [(line.product_id, *line._omni_kept()) for line in ticket.lines._omni_own()]
            if not kept:  # it settles an order, and takes a tip
                continue
            lines = [(product, quantity) for product, quantity, _amount in kept]
            total = sum(amount for _product, _quantity, amount in kept)
            rows.append(self._omni_profile_order(ticket, lines, total, ticket.omni_warehouse_id))
        rows.sort(key=lambda row: row["date"], reverse=True)
        return {"orders": rows[:PROFILE_LIMIT]}

    def _omni_profile_baskets(self):
        baskets = self.env["sale.order"].search(
            self._omni_profile_domain("partner_id")
            & Domain("company_id", "in", self.env["res.company"]._omni_mine().ids)
            & Domain("state", "=", "draft")
            & Domain("website_id", "!=", False)
            & Domain("order_line", "!=", False),
            order="date_order desc",
            limit=PROFILE_LIMIT,
        )
        return {"orders": [self._omni_profile_sale(order, order.amount_total) for order in baskets]}

    def _omni_profile_favourites(self):
        wishes = self.env["product.wishlist"].search(
            self._omni_profile_domain("partner_id")
            & Domain("website_id.company_id", "in", self.env["res.company"]._omni_mine().ids)
            & Domain("active", "=", True),
            order="id desc",
            limit=PROFILE_LIMIT,
        )
        return {"products": [self._omni_profile_product(wish.product_id) for wish in wishes]}

    def _omni_profile_viewed(self):
        views = self.env["website.track"]._read_group(
            self._omni_profile_domain("visitor_id.partner_id")
            & self.env["website.track"]._omni_company_domain(self.env["res.company"]._omni_mine())
            & Domain("product_id", "!=", False),
            ["product_id"],
            ["visit_datetime:max"],
            order="visit_datetime:max desc",
            limit=PROFILE_LIMIT,
        )
        return {
            "products": [
                self._omni_profile_product(product) | {"date": fields.Datetime.to_string(seen)}
                for product, seen in views
            ]
        }

    @api.model
    def _omni_profile_sale(self, order, total, back=()):
        """Return a ``sale.order`` as a profile shows it, without what went back: see ``sale.order._omni_gone_back``."""
        gone = {line_id: quantity for line_id, (quantity, _amount) in dict(back).items()}
        sold = order.order_line.filtered(lambda line: not line.is_downpayment)
        lines = [(line.product_id, line._omni_ordered(without=gone.get(line.id, 0.0))) for line in sold]
        return self._omni_profile_order(order, lines, total, order.warehouse_id)

    @api.model
    def _omni_profile_order(self, order, lines, total, store):
        """Return an order or ticket as a profile shows it.

        :param lines: ``[(product, quantity)]``, in the product's unit; those without a product are left out
        """
        return {
            "model": order._name,
            "id": order.id,
            "name": order.name,
            "date": fields.Datetime.to_string(order.date_order),
            "channel": order.omni_channel_id.name or "",
            "kind": order.omni_channel_id.kind or "",
            "store": store.name or "",
            "total": order.currency_id.round(total),
            "currency": order.currency_id.name,
            "lines": [
                self._omni_profile_product(product) | {"quantity": quantity} for product, quantity in lines if product
            ],
        }

    @api.model
    def _omni_profile_product(self, product):
        return {"product_id": product.id, "name": product.display_name}
