from collections import defaultdict
from itertools import product as cartesian
from math import floor, inf

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..exceptions import InvalidInput, OutOfStock
from ..tools import inputs, outputs
from ..tools.names import known_names

PRECISION = 0.000001  # of a product's unit: what adding up parts of kits may lose
READERS = "omni_base.group_user,point_of_sale.group_pos_user,sales_team.group_sale_salesman,stock.group_stock_user"


class Left:
    """What is left in stores while it is allocated: what one line takes, as itself or as part of a kit, another line
    cannot have.

    :param available: ``{(product_id, warehouse_id): quantity}`` of products and of the parts of kits
    """

    def __init__(self, available):
        self.available, self.taken = available, defaultdict(float)

    def of(self, product, warehouse_id):
        """Return what is left of ``product``, one record, in its own unit: of kits whole ones."""
        parts = product.sudo()._omni_made_of()  # sudo: what a kit is made of is no secret to who may ask for it
        left = [(self.available[part, warehouse_id] - self.taken[part, warehouse_id]) / each for part, each in parts]
        if parts[0][0] == product.id:
            return max(left[0], 0.0)
        return max(min(self.available[product.id, warehouse_id], float(floor(min(left) + PRECISION))), 0.0)

    def allocate(self, product, warehouse_id, asked):
        """Allocate what there is of ``product``, at most ``asked``, in its own unit: nobody else can have it.

        :return: how much that is
        """
        quantity = min(self.of(product, warehouse_id), asked)
        for part, each in product.sudo()._omni_made_of():  # sudo: as above
            self.taken[part, warehouse_id] += quantity * each
        return quantity


class OmniAvailability(models.AbstractModel):
    """What is available, and for whom it is held.

    This default reads Odoo's own stock, less what a till has sold and not moved yet and what is past its removal date,
    and keeps nothing; an add-on that holds stock overrides the methods.
    All quantities are in the product's own unit of measure. With the context key ``omni_owner`` (``"model,id"``, of
    a document that the caller may change) what is held for that owner counts as available: a basket is not short of
    what it keeps itself.
    """

    _name = "omni.availability"
    _description = "Availability Contract"

    @api.private  # its keys are pairs, which no transport knows: from outside, ask for rows
    @api.model
    def available(self, product_ids, warehouse_ids, channel=None):
        """Return what is available now.

        :param product_ids: ids of ``product.product``; those whose stock is not counted are there without end, of kits
            there are as many as the scarcest part allows
        :param warehouse_ids: ids of ``stock.warehouse``
        :param channel: ``omni.channel`` record or id; warehouses that it may not sell from give 0
        :return: ``{(product_id, warehouse_id): float}``, every pair asked for, never below 0; ``inf`` for services and
            goods that are not tracked
        :raises AccessError: the caller is neither a seller nor a stock or omnichannel user
        """
        self._check_caller()
        product_ids, warehouse_ids = list(product_ids), list(warehouse_ids)
        kits = self._kits(product_ids)
        asked = list({part for kit in kits for part, _each in kit.omni_parts}.union(product_ids))
        rows = self._read_available(asked, warehouse_ids, channel) if asked and warehouse_ids else ()
        quantities = {(product, warehouse): quantity for product, warehouse, quantity in rows}
        if len(quantities) < len(asked) * len(warehouse_ids):
            for pair in cartesian(asked, warehouse_ids):
                quantities.setdefault(pair, 0.0)
        if not kits:
            return quantities
        withheld = self._withheld(kits, channel)
        for kit, warehouse in cartesian(kits, warehouse_ids):
            whole = (floor(quantities[part, warehouse] / each + PRECISION) for part, each in kit.omni_parts)
            quantities[kit.id, warehouse] = 0.0 if kit in withheld else float(min(whole))
        return {pair: quantities[pair] for pair in cartesian(product_ids, warehouse_ids)}

    def _left(self, products, warehouse_ids, channel=None):
        """Return what is available now of these products while it is allocated, as :class:`Left`."""
        products = products.sudo()  # sudo: what a kit is made of is no secret to who may ask for it
        parts = {part for product in products for part, _each in product._omni_made_of()}
        return Left(self.available(list(parts.union(products.ids)), warehouse_ids, channel))

    @api.model
    def available_rows(self, product_ids, warehouse_ids, channel=None):
        """Return :meth:`available` as rows, for callers whose transport knows no tuple keys (JSON).

        :return: ``[{"product_id": int, "warehouse_id": int, "quantity": float or None}, ...]``, None: without end
        :raises InvalidInput: malformed, or more pairs than one call may ask for
        """
        self._check_caller()
        products, warehouses = inputs.pairs(self.env, product_ids, warehouse_ids)
        return [
            {"product_id": product, "warehouse_id": warehouse, "quantity": outputs.with_end(quantity)}
            for (product, warehouse), quantity in self.available(products, warehouses, self._channel(channel)).items()
        ]

    @api.model
    def hold(self, owner, demand, channel=None, ttl=None):
        """Keep stock for ``owner``: all of ``demand`` or nothing. Replaces what the owner held before.

        This default only checks that the demand could be met now.

        :param owner: a record, or ``"model,id"`` of an order, a ticket or a transfer that waits for goods
        :param demand: ``[(product_id, warehouse_id, quantity), ...]``; lines of one pair add up
        :param channel: ``omni.channel`` record or id
        :param ttl: seconds to keep it; None leaves the choice to the keeper
        :raises OutOfStock: with ``.shortages = {(product_id, warehouse_id): missing}``
        :raises InvalidInput: the owner or the demand is malformed
        """
        self._check_caller()
        model, res_id = self._parse_owner(owner, waiting=True)
        channel = self._channel(channel)
        if shortages := self._hold_kits(model, res_id, inputs.demand_by_store(self.env, demand), channel, ttl):
            raise self._out_of_stock(shortages)

    def _hold(self, model, res_id, asked, channel, ttl):
        """Keep ``asked`` for the document ``model,res_id``, or change nothing and return what is missing.

        :param asked: ``{(product_id, warehouse_id): quantity}`` in a fixed order, of kits their parts
        :param channel: ``omni.channel`` record, may be empty
        :return: ``{(product_id, warehouse_id): missing}``, empty when all is kept
        """
        products = self._products({product for product, _warehouse in asked})
        available = self.available(products.ids, list({warehouse for _product, warehouse in asked}), channel)
        units = {product.id: product.uom_id for product in products}
        missing = {pair: max(quantity - available[pair], 0.0) for pair, quantity in asked.items()}
        return {pair: lacking for pair, lacking in missing.items() if units[pair[0]].compare(lacking, 0) > 0}

    @api.model
    def release(self, owner):
        """Give back what ``owner`` holds. Idempotent."""
        self._check_caller()
        self._parse_owner(owner)

    @api.model
    def extend(self, owner, ttl):
        """Keep what ``owner`` holds for ``ttl`` seconds from now. Idempotent."""
        self._check_caller()
        self._parse_owner(owner)

    @api.model
    def commit(self, owner):
        """Hand what ``owner`` holds over to the confirmed document's own reservation. Idempotent."""
        self._check_caller()
        self._parse_owner(owner)

    @api.model
    def audit(self):
        """Return every difference between what is said to be available and what the documents say: ``[str]``."""
        self._check_caller()
        return []

    # -- helpers shared with who fills the contract ------------------------------------------------------------------

    def _check_caller(self):
        if not (self.env.su or self.env.user.has_groups(READERS)):
            raise AccessError(self.env._("Only sellers and stock staff may ask what is available."))

    def _channel(self, channel):
        """Return the channel that a caller names: one that they may see, or none."""
        channel = inputs.record(self.env["omni.channel"], channel)
        channel.check_access("read")
        return channel

    def _read_available(self, product_ids, warehouse_ids, channel):
        """Return ``[(product_id, warehouse_id, quantity)]``; pairs without stock may be absent.

        One query, and one for what has no stock anywhere and may not be counted at all.
        """
        for model in ("stock.quant", "pos.config", "pos.session", "pos.order", "pos.order.line"):
            self.env[model].flush_model()
        where = SQL("w.id = ANY(%s)", warehouse_ids)
        if not self.env.su:
            where = SQL("%s AND w.company_id = ANY(%s)", where, self.env["res.company"]._omni_mine().ids)
        if channel := inputs.record(self.env["omni.channel"], channel):
            own = SQL("SELECT warehouse_id FROM omni_channel_warehouse_rel WHERE channel_id = %s", channel.id)
            where = SQL("%s AND (NOT EXISTS (%s) OR w.id IN (%s))", where, own, own)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.product_id, s.warehouse_id, GREATEST(SUM(s.quantity), 0)::float8
                  FROM (SELECT q.product_id, l.warehouse_id, -- of a locked shelf core makes a quant without a quantity
                               (COALESCE(q.quantity, 0) - COALESCE(q.reserved_quantity, 0))::numeric AS quantity
                          FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
                         WHERE q.product_id = ANY(%(products)s) AND l.warehouse_id = ANY(%(warehouses)s)
                           AND l.usage = 'internal'
                         UNION ALL
                        SELECT product_id, warehouse_id, -quantity FROM omni_unmoved(%(products)s)
                         UNION ALL
                        SELECT product_id, warehouse_id, -quantity
                          FROM omni_expired(%(products)s, %(warehouses)s)) AS s
                  JOIN stock_warehouse AS w ON w.id = s.warehouse_id
                 WHERE %(where)s
                 GROUP BY s.product_id, s.warehouse_id
                """,
                products=product_ids,
                warehouses=warehouse_ids,
                where=where,
            )
        )
        # sudo: whether stock of a product is counted is no secret to who may ask how much there is
        if nowhere := {*product_ids}.difference(row[0] for row in rows):
            products = self.env["product.product"].sudo()
            uncounted = products.search(Domain("id", "in", nowhere) & Domain("is_storable", "=", False))
            rows += [(product, warehouse, inf) for product, warehouse in cartesian(uncounted.ids, warehouse_ids)]
        return rows

    def _owner_states(self):
        """Return ``{model: states in which its documents wait for goods}`` of the documents that a caller outside may
        name as the owner of a hold. An add-on that knows more of them adds to those of ``super()``.
        """
        return {
            "sale.order": ("draft", "sent"),
            "pos.order": ("draft",),
            "stock.picking": ("draft", "waiting", "confirmed", "assigned"),
        }

    def _parse_owner(self, owner, waiting=False):
        """Return ``(model name, id)`` of a hold's owner; who names it from outside must be able to change it.

        :param waiting: whether it must wait for goods
        """
        if isinstance(owner, models.BaseModel):
            record = owner
        else:
            name = inputs.text(self.env, owner)
            model, _comma, res_id = name.partition(",")
            states = self._owner_states()
            known = model in self.env and not (self.env[model]._abstract or self.env[model]._transient)
            if not known or not (self.env.su or model in states) or not inputs.id_or_none(res_id):
                raise InvalidInput(self.env._("“%s” is not an owner: a record or “model,id” is expected.", name))
            record = self.env[model].browse(int(res_id))
            record.check_access("write")
            record = record.exists()
            if waiting and record and not self.env.su and record.state not in states[model]:
                raise InvalidInput(self.env._("“%s” needs no more goods.", record.display_name))
        if len(record) != 1 or not isinstance(record.id, int):
            raise InvalidInput(self.env._("A hold needs one saved document as its owner."))
        return record._name, record.id

    def _out_of_stock(self, shortages):
        """Return the error that says, in the shopper's words, what is missing where."""
        product_names = known_names(self.env["product.product"].browse({pair[0] for pair in shortages}))
        warehouse_names = known_names(self.env["stock.warehouse"].browse({pair[1] for pair in shortages}))
        lines = [
            self.env._(
                "%(product)s: %(missing)g missing at %(store)s",
                product=product_names[product],
                missing=missing,
                store=warehouse_names[warehouse],
            )
            for (product, warehouse), missing in shortages.items()
        ]
        return OutOfStock("\n".join([self.env._("There is not enough stock left:"), *lines]), shortages)
