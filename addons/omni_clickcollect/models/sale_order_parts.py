from odoo import models

MOST_OFFERED = 5  # shops that are asked, the nearest first, whether others would bring what they have not got


class SaleOrder(models.Model):
    """What the shopper sees of a basket in parts, and can choose."""

    _inherit = "sale.order"

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
        context = {"omni_owner": self._omni_owner(), "omni_channel": self.omni_channel_id.id}
        for shop_id in [shop for shop in shops if short[shop]][:MOST_OFFERED]:
            shop = self.env["stock.warehouse"].sudo().browse(shop_id)  # sudo: a shop that is offered
            words = ""
            if promised_at := shop.with_context(**context).omni_ready_at(self._omni_pickup_demand()):
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
