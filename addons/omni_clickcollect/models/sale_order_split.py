from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.omni_base.tools.owners import owner_of

MOST_OFFERED = 5  # shops that are asked, the nearest first, whether others would bring what they have not got


class SaleOrder(models.Model):
    """One basket in parts: collected in a store, brought to it from another one, sent home."""

    _inherit = "sale.order"

    omni_ship_carrier_id = fields.Many2one(
        "delivery.carrier", string="Delivery Method of the Rest", readonly=True, copy=False
    )

    def _omni_home_lines(self):
        """Return the lines of an order to collect that are sent to the customer instead."""
        return self.order_line.filtered(lambda line: line._omni_is_sent_home() and not line.is_delivery)

    def _omni_home_warehouse(self):
        """Return where lines that are sent home leave from, unless routing knows better."""
        order = self.sudo()  # sudo: the shopper's own order
        stores = order.omni_channel_id._omni_warehouses()
        return order.website_id.warehouse_id or stores._omni_serving("ship")[:1] or stores[:1]

    # -- what they see of it -----------------------------------------------------------------------------------------

    def _omni_parted_lines(self):
        """Return the lines of which the shopper says how they reach them."""
        return self._omni_pickup_lines() | self._omni_home_lines()

    def _omni_parts(self):
        """Return what the shopper can choose, line by line, in their words.

        :return: ``{"store": name, "sent": bool, "short": bool, "lines": [{"id", "name", "quantity", "image", "sent":
            bool, "can_send": bool, "level": "here" | "brought" | "sent" | "short", "words": sentence}], "carriers":
            [{"id", "name", "chosen": bool}]}``; ``{}``: there is nothing to choose
        """
        store = self.sudo().warehouse_id  # sudo: of their own order, the name of the store
        if self.state != "draft" or not self._omni_is_collected():
            return {}
        short = self._omni_short_lines_by_warehouse(store.ids)[store.id]
        lines, home = self._omni_parted_lines(), self._omni_home_lines()
        collected = lines - home
        can_send = self._omni_sendable(collected) if len(collected) > 1 else collected.browse()
        brought = collected.filtered("omni_sources").filtered(
            lambda line: any(place != store.id for place, _quantity in line.omni_sources)
        )
        if not (home or can_send or brought):
            return {}
        promised_at = self._omni_ready_at() if brought else False
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
        :param short: what each shop cannot serve, see :meth:`_omni_short_lines_by_warehouse`
        """
        shops = {location["id"]: location["additional_data"] for location in locations}
        collected, can_send = self._omni_pickup_lines(), None
        # sudo: shops that are offered
        stores = self.env["stock.warehouse"].sudo().with_context(omni_owner=owner_of(self))
        demand, channel = collected._omni_demand(), self.omni_channel_id
        for shop_id in [shop for shop in shops if short[shop]][:MOST_OFFERED]:
            shop, words = stores.browse(shop_id), ""
            if promised_at := shop._omni_ready_at(demand, channel=channel):
                words = self.env._("Ready %s, transferred from another store", shop._omni_when(promised_at))
            else:
                can_send = self._omni_sendable(collected) if can_send is None else can_send
                missing = collected.filtered(lambda line, shop_id=shop_id: line in short[shop_id])
                if missing != collected and missing <= can_send:
                    words = self.env._("Not everything: the rest can be delivered")
            if words:
                shops[shop_id]["in_store_stock_data"] = {"in_stock": True, "omni_offer": words}

    def _omni_sendable(self, lines):
        """Return which of these lines can be sent home."""
        if not self._omni_home_carriers(self._omni_home_part(lines)):
            return lines.browse()
        there = self._omni_home_sources(lines)
        return (lines - self._omni_counted(lines)) | lines.filtered(lambda line: line in there)

    # -- the shopper's choice ----------------------------------------------------------------------------------------

    def _omni_send_home(self, line, is_sent):
        """Send a line home, or collect it with the others, and charge what sending costs.

        :raises UserError: that is not possible, in the shopper's words
        """
        if is_sent and not self._omni_pickup_lines() - line:
            raise UserError(
                self.env._("Then nothing is left to collect. Choose a delivery above to have everything delivered.")
            )
        line.omni_way = is_sent and "ship"
        self._omni_charge_home()
        if is_sent and not line._omni_is_sent_home():
            raise UserError(self.env._("Nothing can be delivered together with a pickup."))
        self._omni_plan_sources()
        if is_sent and not line._check_availability():
            raise UserError(line._get_shop_warning())
        self._omni_drop_early_slot()

    def _omni_collect_all(self):
        """Forget what was to be sent home, and brought."""
        self._omni_drop_fee()
        lines = self.order_line.filtered(lambda line: line._omni_is_sent_home() or line.omni_sources)
        lines.omni_way = False
        lines.sudo().omni_sources = False  # sudo: these two follow from what was chosen, and nobody else writes them
        self.sudo().filtered("omni_ship_carrier_id").omni_ship_carrier_id = False

    def _omni_drop_early_slot(self):
        """Let go a slot that begins before this basket can be ready."""
        if slot := self.omni_slot_id:
            promised_at = self._omni_ready_at()
            if not promised_at or slot.sudo().start < promised_at:  # sudo: the shopper's own slot
                self._omni_choose_slot(slot.browse())

    # -- what sending costs ------------------------------------------------------------------------------------------

    def _omni_drop_fee(self):
        """Take off what sending costs. Without a delivery line Odoo forgets the carrier; who collects still does."""
        for order in self:
            carrier = order.carrier_id
            if fee := order.order_line.filtered(lambda line: line.is_delivery and line._omni_is_sent_home()):
                fee.unlink()
                order.carrier_id = carrier

    def _omni_home_part(self, lines=None):
        """Return this order in memory, with nothing but what is sent home, as carriers are to see it."""
        part = self.new(origin=self)
        part.invalidate_recordset(flush=False)  # for Odoo it is the same as the part that was asked for before
        ids = (lines or self._omni_home_lines()).ids
        part.order_line = part.order_line.filtered(lambda line: line._origin.id in ids)
        return part

    def _omni_home_carriers(self, part):
        """Return the carriers that can bring ``part`` of this basket to the customer's door."""
        order = self.with_company(self.company_id)
        positions = order.env["account.fiscal.position"].sudo()  # taxes of the shopper's own order
        position = positions._get_fiscal_position(order.partner_id, delivery=order.partner_shipping_id)
        if position != order.fiscal_position_id:
            return order.env["delivery.carrier"]  # one order is taxed in one place
        return part._get_delivery_methods()._omni_to_the_door()

    def _omni_home_rates(self):
        """Return what each carrier asks: ``{delivery.carrier: price}``, in the order's currency."""
        part = self._omni_home_part()
        rates = {carrier: carrier.rate_shipment(part) for carrier in self._omni_home_carriers(part)}
        return {carrier: rate["price"] for carrier, rate in rates.items() if rate.get("success")}

    def _omni_charge_home(self, carrier=None):
        """Charge what sending costs, by ``carrier``, else as before, else by the first one.

        Where nothing is sent, and where none comes, everything is collected.
        """
        rates = self._omni_home_rates() if self._omni_home_lines() else {}
        chosen = next((one for one in (carrier, self.omni_ship_carrier_id, *rates) if one in rates), None)
        if not chosen:
            self._omni_collect_all()
            return
        self._omni_drop_fee()
        self.sudo().omni_ship_carrier_id = chosen  # sudo: as above
        self._create_delivery_line(chosen, rates[chosen]).omni_way = "ship"

    def _verify_cart_after_update(self):
        super()._verify_cart_after_update()
        self._omni_begin_collected()
        if self._omni_home_lines():
            if self._omni_pickup_lines():
                self._omni_charge_home()
            else:
                self._omni_collect_all()

    def _remove_delivery_line(self):
        """The way of delivery is chosen anew: so is what is sent home."""
        super()._remove_delivery_line()
        self.filtered(lambda order: order.state in ("draft", "sent"))._omni_collect_all()

    def _omni_check_home_carrier(self):
        if self._omni_home_lines() and self.omni_ship_carrier_id not in self._omni_home_rates():
            raise ValidationError(self.env._("Nothing can be delivered together with a pickup."))
