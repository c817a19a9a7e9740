from odoo import models


class OmniEvent(models.AbstractModel):
    _inherit = "omni.event"

    def _on(self, event):
        super()._on(event)
        if event.code == "pickup.missing" and event.values["reason"] in ("not_found", "damaged"):
            self._omni_not_there(**event.values)

    def _omni_not_there(self, *, order_id, product_id, warehouse_id, quantity, reason, places, **_values):
        """A desk did not find goods, or found them damaged: nobody else is promised them, and it is evidence.

        What lies in another store, and was to be brought from there, is not this store's to count.
        """
        # sudo: who prepares pickups says what is there; correcting the stock takes no right beyond that
        stores, locations = self.env["stock.warehouse"].sudo(), self.env["stock.location"].sudo()
        store, product = stores.browse(warehouse_id), self.env["product.product"].sudo().browse(product_id)
        places = {place for place in map(tuple, places) if locations.browse(place[1]).warehouse_id == store}
        if not places:
            return
        order = self.env["sale.order"].sudo().browse(order_id)
        self.env["omni.routing.refusal"].sudo().create(
            {
                "order_id": order.id,
                "warehouse_id": store.id,
                "company_id": store.company_id.id,
                "reason": reason,
                "goods": [(part, quantity * each) for part, each in product._omni_made_of()],
            }
        )
        store._omni_correct_promise(reason, {product: quantity}, order.name, places)
