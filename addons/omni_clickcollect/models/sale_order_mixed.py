from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.omni_base.exceptions import OutOfStock

MOST_OFFERED = 5  # shops that are asked, the nearest first, whether others would bring what they have not got


def take(parts, quantity, uom):
    """Take ``quantity`` from ``parts``, ``[[place, quantity], ...]``, and return what was taken from each; ``[]``, and
    nothing is taken, if they have not got all of it.
    """
    if uom.compare(sum(part[1] for part in parts), quantity) < 0:
        return []
    taken = []
    for part in parts:
        share = min(part[1], quantity)
        if uom.compare(share, 0) > 0:
            part[1] -= share
            quantity -= share
            taken.append([part[0], share])
    return taken


class SaleOrder(models.Model):
    """One basket in parts: collected in a store, brought to it from another one, sent home."""

    _inherit = "sale.order"

    omni_ship_carrier_id = fields.Many2one("delivery.carrier", string="Sent Home By", readonly=True, copy=False)
    omni_home_id = fields.Many2one("res.partner", string="Sent Home To", readonly=True, copy=False)

    def _omni_home_lines(self):
        """Return the lines of an order to collect that are sent to the customer instead."""
        return self.order_line.filtered(lambda line: line.omni_sent_home and not line.is_delivery)

    def _omni_home_warehouse(self):
        """Return where lines that are sent home leave from, unless routing knows better."""
        order = self.sudo()  # sudo: the shopper's own order
        stores = order.omni_channel_id._omni_warehouses()
        return order.website_id.warehouse_id or stores._omni_offers("ship")[:1] or stores[:1]

    # -- the shopper's choice ----------------------------------------------------------------------------------------

    def _omni_send_home(self, line, is_sent):
        """Send a line home, or collect it with the others, and charge what sending costs.

        :raises UserError: that is not possible, in the shopper's words
        """
        if is_sent and not self._omni_pickup_lines() - line:
            raise UserError(
                self.env._("Then nothing is left to collect. Choose a delivery above to have everything sent.")
            )
        line.omni_sent_home = is_sent
        self._omni_charge_home()
        if is_sent and not line.omni_sent_home:
            raise UserError(self.env._("Nothing can be sent to your address together with a pickup."))
        self._omni_plan_sources()
        if is_sent and not line._check_availability():
            raise UserError(line._get_shop_warning())
        self._omni_drop_early_slot()

    def _omni_collect_all(self):
        """Forget what was to be sent home, and brought."""
        self._omni_drop_fee()
        lines = self.order_line.filtered(lambda line: line.omni_sent_home or line.omni_sources)
        lines.write({"omni_sent_home": False, "omni_sources": False})
        self.filtered("omni_ship_carrier_id").omni_ship_carrier_id = False

    def _omni_drop_early_slot(self):
        """Let go a slot that begins before this basket can be ready."""
        if slot := self.omni_slot_id:
            promised_at = self._omni_promise()
            if not promised_at or slot.sudo().start < promised_at:  # sudo: the shopper's own slot
                self._omni_choose_slot(slot.browse())

    # -- what sending costs ------------------------------------------------------------------------------------------

    def _omni_drop_fee(self):
        """Take off what sending costs. Without a delivery line Odoo forgets the carrier; who collects still does."""
        for order in self:
            carrier = order.carrier_id
            if fee := order.order_line.filtered(lambda line: line.is_delivery and line.omni_sent_home):
                fee.unlink()
                order.carrier_id = carrier

    def _omni_home_part(self, lines=None):
        """Return this order in memory, with nothing but what is sent home, as carriers are to see it."""
        part = self.new(origin=self)
        ids = (lines or self._omni_home_lines()).ids
        part.order_line = part.order_line.filtered(lambda line: line._origin.id in ids)
        return part

    def _omni_home_carriers(self, part):
        """Return the carriers that can bring ``part`` of this basket to the customer's door."""
        order = self.with_company(self.company_id)
        # sudo: taxes of the shopper's own order
        position = order.env["account.fiscal.position"].sudo()._get_fiscal_position(
            order.partner_id, delivery=order.partner_shipping_id
        )
        if position != order.fiscal_position_id:
            return order.env["delivery.carrier"]  # one order is taxed in one place
        return part._get_delivery_methods().filtered(
            lambda carrier: carrier.delivery_type != "in_store" and not carrier._omni_uses_locations()
        )

    def _omni_home_rates(self):
        """Return what each carrier asks: ``{delivery.carrier: price}``, in the order's currency."""
        part = self._omni_home_part()
        rates = {carrier: carrier.rate_shipment(part) for carrier in self._omni_home_carriers(part)}
        return {carrier: rate["price"] for carrier, rate in rates.items() if rate.get("success")}

    def _omni_charge_home(self, carrier=None):
        """Charge what sending costs, by ``carrier``, else as before, else by the first one. Where none comes, everything
        is collected.
        """
        if not self._omni_home_lines():
            self._omni_collect_all()
            return
        rates = self._omni_home_rates()
        chosen = next((one for one in (carrier, self.omni_ship_carrier_id, *rates) if one in rates), None)
        if not chosen:
            self._omni_collect_all()
            return
        self._omni_drop_fee()
        self.omni_ship_carrier_id = chosen
        self._create_delivery_line(chosen, rates[chosen]).omni_sent_home = True

    def _verify_cart_after_update(self):
        super()._verify_cart_after_update()
        if self._omni_home_lines():
            if self._omni_pickup_lines():
                self._omni_charge_home()
            else:
                self._omni_collect_all()

    def _remove_delivery_line(self):
        """The way of delivery is chosen anew: so is what is sent home."""
        super()._remove_delivery_line()
        self.filtered(lambda order: order.state in ("draft", "sent"))._omni_collect_all()

    def _set_pickup_location(self, pickup_location_data):
        former = self.warehouse_id
        result = super()._set_pickup_location(pickup_location_data)
        if self.state in ("draft", "sent") and self.warehouse_id != former:
            self._omni_collect_all()
        return result

    def _check_cart_is_ready_to_be_paid(self):
        result = super()._check_cart_is_ready_to_be_paid()
        if self._omni_home_lines() and self.omni_ship_carrier_id not in self._omni_home_rates():
            raise ValidationError(self.env._("Nothing can be sent to your address together with a pickup."))
        return result

    # -- where it leaves from ----------------------------------------------------------------------------------------

    def _omni_plan_sources(self):
        """Note on each line where it leaves from, if not simply all of it from the store where it is collected. What
        cannot be had, and what is not counted, is noted nowhere.
        """
        home = self._omni_home_lines()
        sources, is_brought = self._omni_collect_sources()
        if home:
            sources |= self._omni_home_sources(home)
        elif not is_brought:
            sources = {}
        for line in self.order_line:
            found = sources.get(line) or False
            if (line.omni_sources or False) != found:
                line.omni_sources = found

    def _omni_reader(self, contract):
        # sudo: the shopper may know what his basket can have
        return self.env[contract].sudo().with_context(omni_owner=self._omni_owner())

    def _omni_counted(self, lines):
        return lines.filtered(
            lambda line: line.product_id.is_storable and not line.product_id.allow_out_of_stock_order
        )

    def _omni_collect_sources(self):
        """Return where what is collected comes from, the store itself first, and whether others bring a part of it.

        :return: ``{line: [[warehouse_id, quantity], ...]}`` of the lines that can be had, and a bool
        """
        store, channel = self.sudo().warehouse_id, self.omni_channel_id
        lines = self._omni_counted(self._omni_pickup_lines())
        available = self._omni_reader("omni.availability").available(lines.product_id.ids, store.ids, channel)
        parts = defaultdict(list)
        is_short = False
        for product, same in lines.grouped("product_id").items():
            parts[product.id] = [[store.id, available[product.id, store.id]]]
            asked = sum(line._omni_wanted_quantity() for line in same)
            is_short = is_short or product.uom_id.compare(asked, available[product.id, store.id]) > 0
        if is_short:
            for leg in self._omni_reader("omni.routing").plan(self._omni_pickup_demand(), None, channel, store):
                if leg["mode"] == "transfer" and leg["warehouse_id"]:
                    for product_id, quantity in leg["lines"]:
                        parts[product_id].append([leg["warehouse_id"], quantity])
        sources = self._omni_take(lines, parts)
        return sources, any(place != store.id for taken in sources.values() for place, _quantity in taken)

    def _omni_home_sources(self, lines):
        """Return where these lines would leave from to the customer's home: as :meth:`_omni_collect_sources`."""
        channel, lines = self.omni_channel_id, self._omni_counted(lines)
        demand = defaultdict(float)
        for line in lines:
            demand[line.product_id.id] += line._omni_wanted_quantity()
        if not demand:
            return {}
        parts = defaultdict(list)
        if warehouse := self.sudo().website_id.warehouse_id:
            legs = [{"warehouse_id": warehouse.id, "lines": list(demand.items())}]
        else:
            legs = self._omni_reader("omni.routing").plan(list(demand.items()), self.partner_shipping_id, channel)
        places = list({leg["warehouse_id"] for leg in legs if leg["warehouse_id"]})
        available = self._omni_reader("omni.availability").available(demand, places, channel)
        for leg in legs:
            if place := leg["warehouse_id"]:
                for product_id, quantity in leg["lines"]:
                    parts[product_id].append([place, min(quantity, available[product_id, place])])
        return self._omni_take(lines, parts)

    def _omni_take(self, lines, parts):
        """Share ``parts``, ``{product_id: [[place, quantity], ...]}``, out to those lines that they are enough for."""
        sources = {
            line: take(parts[line.product_id.id], line._omni_wanted_quantity(), line.product_id.uom_id) for line in lines
        }
        return {line: taken for line, taken in sources.items() if taken}

    def _omni_short_lines(self, warehouse_ids):
        """What other stores bring to the one that is chosen is not short there."""
        short = super()._omni_short_lines(warehouse_ids)
        store = self.sudo().warehouse_id.id
        if self.state not in ("draft", "sent") or self.carrier_id.delivery_type != "in_store" or store not in short:
            return short
        if short[store] or self.order_line.filtered(lambda line: line.omni_sent_home or line.omni_sources):
            self._omni_plan_sources()
            short[store] = {line: left for line, left in short[store].items() if not line.omni_sources}
        return short

    # -- confirming --------------------------------------------------------------------------------------------------

    def _omni_leave_from_sources(self):
        """Make the deliveries of what lies elsewhere than where its line is delivered from; the order's own rules make
        the rest after.

        :return: deliveries that leave the stores where their orders are collected, ``stock.move``
        """
        waiting = self.env["stock.move"].sudo()  # sudo: who pays or confirms need not have the right to make moves
        for order in self.sudo().filtered(lambda order: order.omni_fulfilment == "collect"):
            home = order._omni_home_lines()
            if home:
                order.omni_home_id = order.partner_shipping_id
            lines = order.order_line.filtered("omni_sources")
            if not lines or not order._omni_hold_sources():
                continue
            if not order.stock_reference_ids:
                self.env["stock.reference"].sudo().create(lines[0]._prepare_reference_vals())
            for line in lines:
                for place, quantity in line.omni_sources:
                    if place != line.warehouse_id.id:
                        move = line._omni_leave_from(line.warehouse_id.browse(place), quantity)
                        waiting |= move - home.move_ids
        return waiting

    def _omni_hold_sources(self):
        """Hold all that this order takes where it was planned to leave from; planned anew if others were faster.

        :return: whether it is held
        """
        contract = self.env["omni.availability"]
        for _attempt in range(2):
            demand = [
                (line.product_id.id, place, quantity)
                for line in self.order_line
                for place, quantity in line.omni_sources or ()
            ]
            try:
                if demand:
                    contract.hold(self, demand, self.omni_channel_id)
                return bool(demand)
            except OutOfStock:
                self._omni_plan_sources()
        self.order_line.omni_sources = False
        return False

    def _omni_settle_sources(self, waiting):
        """Bring the deliveries that were made first in line with those that Odoo made after."""
        for order in self.sudo().filtered(lambda order: order.omni_fulfilment == "collect"):
            moves = waiting.filtered(lambda move, order=order: move.sale_line_id.order_id == order)
            moves.partner_id = moves.picking_id.partner_id = order.partner_shipping_id
            order.order_line.filtered(
                lambda line: line.omni_sources and not line.omni_sent_home
            ).omni_sources = False  # from now on its moves say it
            order._omni_address_home()

    def _omni_address_home(self):
        """Odoo has one address for all that leaves; what is sent home has its own."""
        if self.omni_home_id:
            self.picking_ids.filtered(lambda picking: picking._omni_is_sent_home()).partner_id = self.omni_home_id

    def _omni_ship_to(self, shop):
        super()._omni_ship_to(shop)
        self._omni_address_home()

    def _omni_picking_code(self, picking):
        code = super()._omni_picking_code(picking)
        return "shipped" if code == "collected" and picking._omni_is_sent_home() else code

    # -- what the shopper sees ---------------------------------------------------------------------------------------

    def _omni_parted_lines(self):
        """Return the lines of which the shopper says how they reach him."""
        return self._omni_pickup_lines() | self._omni_home_lines()

    def _omni_parts(self):
        """Return what the shopper can choose, line by line, in his words.

        :return: ``{"store": name, "sent": bool, "short": bool, "lines": [{"id", "name", "quantity", "image", "sent":
            bool, "can_send": bool, "level": "here" | "brought" | "sent" | "short", "words": sentence}], "carriers":
            [{"id", "name", "chosen": bool}]}``; ``{}``: there is nothing to choose
        """
        store = self.sudo().warehouse_id  # sudo: of his own order, the name of the store
        if self.state != "draft" or self.carrier_id.delivery_type != "in_store" or not self.pickup_location_data:
            return {}
        short = self._omni_short_lines(store.ids)[store.id]
        lines, home = self._omni_parted_lines(), self._omni_home_lines()
        collected = lines - home
        can_send = self._omni_sendable(collected) if len(collected) > 1 else collected.browse()
        brought = collected.filtered("omni_sources").filtered(
            lambda line: any(place != store.id for place, _quantity in line.omni_sources)
        )
        if not (home or can_send or brought):
            return {}
        promised_at = self._omni_promise() if brought else False
        rows = []
        for line in lines.sorted(lambda line: (line.sequence, line.id)):
            level = "sent" if line in home else "short" if line in short else "brought" if line in brought else "here"
            rows.append(
                {
                    "id": line.id,
                    "name": line.product_id.with_context(display_default_code=False).display_name,
                    "quantity": f"{line.product_uom_qty:.6g}",
                    "image": f"/web/image/product.product/{line.product_id.id}/image_128",
                    "sent": line in home,
                    "can_send": line in home or line in can_send,
                    "level": level,
                    "words": line._omni_part_words(level, promised_at),
                }
            )
        return {
            "store": store.partner_id.name or store.name,
            "sent": bool(home),
            "short": bool(short),
            "lines": rows,
            "carriers": [
                {"id": carrier.id, "name": carrier.name, "chosen": carrier == self.omni_ship_carrier_id}
                for carrier in (self._omni_home_rates() if home else ())
            ],
        }

    def _omni_offer_shops(self, locations, short):
        """Let the shopper choose the nearest shops that have not got everything, if the rest can be brought or sent.

        :param locations: as the carrier gives them, the nearest first; changed in place
        :param short: what each shop cannot serve, see :meth:`_omni_short_lines`
        """
        shops = {location["id"]: location["additional_data"] for location in locations}
        collected, can_send = self._omni_pickup_lines(), None
        context = {"omni_owner": self._omni_owner(), "omni_channel": self.omni_channel_id.id}
        for shop_id in [shop for shop in shops if short[shop]][:MOST_OFFERED]:
            shop = self.env["stock.warehouse"].sudo().browse(shop_id)  # sudo: a shop that is offered
            words = ""
            if promised_at := shop.with_context(**context).omni_promise(self._omni_pickup_demand()):
                words = self.env._("Ready %s, brought from another shop", shop._omni_when(promised_at))
            else:
                can_send = self._omni_sendable(collected) if can_send is None else can_send
                missing = collected.filtered(lambda line, shop_id=shop_id: line in short[shop_id])
                if missing != collected and missing <= can_send:
                    words = self.env._("Not everything: the rest can be sent home")
            if words:
                shops[shop_id]["in_store_stock_data"] = {"in_stock": True, "omni_offer": words}

    def _omni_sendable(self, lines):
        """Return which of these lines can be sent home."""
        if not self._omni_home_carriers(self._omni_home_part(lines)):
            return lines.browse()
        there = self._omni_home_sources(lines)
        return (lines - self._omni_counted(lines)) | lines.filtered(lambda line: line in there)
