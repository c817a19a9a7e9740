from odoo import models

from odoo.addons.omni_base.tools.allocation import allocate
from odoo.addons.omni_base.tools.quantities import add_up

PLACE = ("product_id", "location_id", "lot_id", "package_id", "owner_id")


class StockWarehouse(models.Model):
    """What a store promised, and does not find or cannot sell."""

    _inherit = "stock.warehouse"

    def _omni_correct_promise(self, reason, goods, origin, places):
        """Take what is not there, or cannot be sold, out of what this store promises: the one place where a refusal
        changes stock. What was not found is counted away, what is damaged is scrapped; never more than is free there.

        :param reason: ``not_found`` or ``damaged``
        :param goods: ``{product: quantity}``, in the product's unit; of a kit its parts
        :param str origin: the document that asked for them
        :param places: ``{(product, location, lot, package, owner)}``, ids, where it should have been; False: none
        """
        parts = add_up(
            (part, quantity * each) for product, quantity in goods.items() for part, each in product._omni_made_of()
        )
        for part, quantity in parts.items():
            product = self.env["product.product"].browse(part)
            quants = self.env["stock.quant"]._gather(product, self.view_location_id)
            quants = quants.filtered(lambda quant: quant.location_id.usage == "internal")
            quants = quants.sorted(lambda quant: tuple(quant[name].id for name in PLACE) not in places)
            free = [(quant, quant.quantity - quant.reserved_quantity) for quant in quants]
            for quant, taken in allocate(quantity, free, product.uom_id)[0]:
                getattr(self, f"_omni_correct_{reason}")(quant, taken, origin)

    def _omni_correct_not_found(self, quant, quantity, origin):
        quant = quant.with_context(inventory_name=self.env._("Not found for %s", origin))
        quant.inventory_quantity = quant.quantity - quantity
        quant.action_apply_inventory()

    def _omni_correct_damaged(self, quant, quantity, origin):
        self.env["stock.scrap"].create(
            {
                "product_id": quant.product_id.id,
                "product_uom_id": quant.product_id.uom_id.id,
                "scrap_qty": quantity,
                "location_id": quant.location_id.id,
                "lot_id": quant.lot_id.id,
                "package_id": quant.package_id.id,
                "owner_id": quant.owner_id.id,
                "company_id": self.company_id.id,
                "origin": origin,
            }
        ).do_scrap()
