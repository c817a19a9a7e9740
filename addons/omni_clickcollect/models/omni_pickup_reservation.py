from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.omni_base.exceptions import InvalidInput
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.quantities import add_up

from .omni_pickup import OPEN_STATES

MOST_LINES = 200  # of one reservation
RESERVE_GROUPS = "omni_clickcollect.group_pickup_desk,omni_base.group_manager,sales_team.group_sale_salesman"


class OmniPickup(models.Model):
    """Reserve, try and pay in store: an order to collect of which nothing is paid yet, kept for a short while."""

    _inherit = "omni.pickup"

    @api.model
    def reserve(self, partner, warehouse, lines, slot=None):
        """Keep goods in a store for a customer, who tries them there and pays for what they take.

        :param partner: ``res.partner``, record or id
        :param warehouse: ``stock.warehouse``, record or id
        :param lines: ``[(product id, quantity)]`` in the product's unit of measure
        :param slot: when they come, ``omni.pickup.slot``, record or id
        :return: the new ``omni.pickup``, of kind ``reservation``
        :raises AccessError: the caller is neither a seller nor at the desk of this store
        :raises UserError: a limit of the store, in the customer's words; :class:`OutOfStock` when there is too little;
            :class:`SlotTaken` when the slot is full
        :raises InvalidInput: malformed
        """
        partner = self._reserve_record("res.partner", partner)
        store = self._reserve_record("stock.warehouse", warehouse)
        if not self.env.su:
            if not self.env.user.has_groups(RESERVE_GROUPS) or not store._omni_mine():
                raise AccessError(self.env._("You cannot reserve in this store."))
            partner.check_access("read")
        # sudo: the desk makes the order by this step alone, within the limits of the store
        pickup = self.sudo()._reserve(partner.sudo(), store.sudo(), lines, slot)
        return pickup.sudo(self.env.su)

    def _reserve_record(self, model, record):
        record = inputs.record(self.env[model], record)
        if len(record) != 1 or not record.exists():
            raise InvalidInput(self.env._("A reservation needs one customer and one store."))
        return record

    @api.model
    def _reserve(self, partner, store, lines, slot=None, order_values=None):
        """Reserve for who was checked already, in sudo mode; ``order_values``: what else the order shall know."""
        demand = self._reserve_demand(lines, store)
        carrier = self._reserve_carrier(store)
        offered = carrier and store.omni_reserve
        location = offered and store._omni_location()
        if not location:
            raise UserError(self.env._("Nothing can be reserved in this store."))
        self._check_reserve_limits(partner, store, demand)
        slot = self._reserve_slot(slot, store)
        order = self.env["sale.order"].with_company(store.company_id)
        order = order.create(
            (order_values or {})
            | {
                "partner_id": partner.id,
                "company_id": store.company_id.id,
                "omni_reserved": True,
                "omni_slot_id": slot.id,
                "carrier_id": carrier.id,
                "pickup_location_data": location,
                "order_line": [
                    fields.Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in demand.items()
                ],
            }
        )
        self._check_reserve_amount(order, store)
        wanted = [(product.id, store.id, quantity) for product, quantity in demand.items()]
        self.env["omni.availability"].hold(order, wanted, order.omni_channel_id)
        if slot:
            order._omni_check_slot(slot)
        order.action_confirm()
        pickup = order.omni_pickup_ids
        if not pickup:
            raise UserError(self.env._("Nothing can be reserved in this store."))
        return pickup

    @api.model
    def _reserve_slot(self, slot, store):
        """Return the slot that a caller means: a record, an id, or none."""
        slot = inputs.record(self.env["omni.pickup.slot"], slot)
        if slot and slot.sudo().exists().warehouse_id != store:
            raise InvalidInput(self.env._("Choose one of the times of this store."))
        return slot.sudo()

    @api.model
    def _reserve_demand(self, lines, store):
        """Return ``{product: quantity}`` of what this store's company sells, lines of one product added up."""
        demand = add_up(inputs.demand(self.env, lines, MOST_LINES))
        products = self.env["product.product"].search(
            Domain("id", "in", list(demand))
            & Domain("type", "=", "consu")
            & Domain("sale_ok", "=", True)
            & Domain("company_id", "in", (False, store.company_id.id))
        )
        if not demand or len(products) != len(demand):
            raise InvalidInput(self.env._("This product cannot be reserved."))
        return {product: demand[product.id] for product in products}

    @api.model
    def _reserve_carrier(self, store):
        domain = Domain("delivery_type", "=", "in_store") & Domain("is_published", "=", True)
        domain &= Domain("warehouse_ids", "in", store._omni_serving("collect").ids)
        return self.env["delivery.carrier"].search(
            domain & Domain("company_id", "in", (False, store.company_id.id)), limit=1
        )

    # -- limits ------------------------------------------------------------------------------------------------------

    @api.model
    def _check_reserve_limits(self, partner, store, demand):
        if most := store.omni_reserve_max_quantity:
            for product, quantity in demand.items():
                if product.uom_id.compare(quantity, most) > 0:
                    words = {"most": most, "product": product.name}
                    raise UserError(self.env._("You can reserve %(most)g of “%(product)s” at most.", **words))
        # Two reservations of one customer at the same moment, under whatever record: the second counts anew.
        limit = self.env["omni.rate.limit"]
        limit._in_turn([f"customer:{partner.commercial_partner_id.id}", *map(limit._hidden, partner._omni_contacts())])
        known = partner._omni_known_as()
        limit, months = store.omni_no_show_limit, store.omni_no_show_months
        if limit and sum(known._omni_no_shows(months).values()) >= limit:
            raise UserError(
                self.env._(
                    "You did not collect %(count)s orders in the last %(months)s months. Please buy online and "
                    "collect in store: what is paid is kept for you.",
                    count=limit,
                    months=months,
                )
            )
        if most := store.omni_reserve_max_open:
            opened = Domain("partner_id", "child_of", known.ids) & Domain("kind", "=", "reservation")
            if self.search_count(opened & Domain("state", "in", OPEN_STATES)) >= most:
                raise UserError(
                    self.env._("You have %s open reservations already: collect or cancel one of them first.", most)
                )

    @api.model
    def _check_reserve_amount(self, order, store):
        company = store.company_id
        amount = order.currency_id._convert(order.amount_total, company.currency_id, company, fields.Date.today())
        most = store.omni_reserve_max_amount
        if most and company.currency_id.compare_amounts(amount, most) > 0:
            raise UserError(
                self.env._(
                    "You can reserve goods for %s at most. Please buy online and collect in store.",
                    company.currency_id.format(most),
                )
            )
