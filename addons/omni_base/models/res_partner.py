from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import email_normalize, escape_psql

from ..tools import inputs
from ..tools.contacts import name_words, phone_digits, phone_end
from ..tools.names import without_links

LEAST_DIGITS = 3  # of a phone number by which somebody is looked for
SELLERS = "omni_base.group_user,point_of_sale.group_pos_user,sales_team.group_sale_salesman"
LONGEST_KEY = 254  # signs of an e-mail address, which is the longest of what people are known by
PROFILE_LIMIT = 20  # rows a section, what fits a panel at the till


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._omni_without_links(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._omni_without_links(vals))

    @api.model
    def _omni_without_links(self, vals):
        """A name that a visitor types goes into mails, to any address that they type: nothing in it becomes a link."""
        if vals.get("name") and self.env.user.share:
            return vals | {"name": without_links(vals["name"])}
        return vals

    # -- identity ----------------------------------------------------------------------------------------------------

    @api.model
    def omni_identify(self, email=None, phone=None, card=None):
        """Return the one customer with this e-mail, phone or card, or empty.

        Values are compared exactly once normalised (e-mail in lower case, phone in E.164 of the company's country).
        Nobody, several, or values of different people give empty: never a guess.

        :param str email: any writing of an e-mail address
        :param str phone: any writing of a phone number
        :param str card: number of a customer card, if an add-on knows cards
        :return: ``res.partner``, one or none
        """
        self.env["res.users"]._omni_look("search")
        found, values = self.browse(), {"email": email, "phone": phone, "card": card}
        values = {name: inputs.text(self.env, value, LONGEST_KEY) for name, value in values.items()}
        for domain in self._omni_identity_domains(**values):
            # Addresses of a customer repeat their e-mail and phone: only people and companies are looked for.
            found |= self.search(Domain("type", "=", "contact") & domain, limit=2)
        return found if len(found) == 1 else self.browse()

    @api.model
    def _omni_identity_domains(self, email=None, phone=None, card=None):
        """Return one domain for each value given that can be looked for. An override adds to those of ``super()``."""
        domains = []
        if email and (normalized := email_normalize(email)):
            domains.append(Domain("email_normalized", "=", normalized))
        number = phone and (phone_digits(phone) or phone)
        if number and (number := self._phone_format(number=number, country=self.env.company.country_id)):
            domains.append(Domain("phone_sanitized", "=", number))
        return domains

    @api.model
    def _omni_search_domain(self, text):
        """Return the domain of the customers whom somebody may mean: all words are in the name, in any order, the text
        is in the e-mail, or the phone ends with these digits, however they are written. Each sign stands for itself.
        """
        words = [Domain("complete_name", "ilike", escape_psql(word)) for word in name_words(text)]
        if not words:
            return Domain.FALSE
        domain = Domain.AND(words) | Domain("email", "ilike", escape_psql(text.strip()))
        if len(digits := phone_end(text)) >= LEAST_DIGITS:
            domain |= Domain("phone_sanitized", "=like", f"%{digits}")
        return domain

    def _omni_contacts(self):
        """Return the e-mail addresses and phone numbers, normalised, of this customer and of their company."""
        known = self | self.commercial_partner_id
        return {contact for one in known for contact in (one.email_normalized, one.phone_sanitized) if contact}

    def _omni_known_as(self):
        """Return, in sudo mode, the commercial partners that are this customer, as far as a limit is concerned: whoever
        has one of their contacts, archived or not.
        """
        contacts = list(self._omni_contacts())
        # sudo: whether somebody is known under another record as well, which the caller may not read
        partners = self.sudo().with_context(active_test=False)
        found = partners.search(Domain("email_normalized", "in", contacts) | Domain("phone_sanitized", "in", contacts))
        return partners.commercial_partner_id | found.commercial_partner_id

    # -- profile -----------------------------------------------------------------------------------------------------

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
