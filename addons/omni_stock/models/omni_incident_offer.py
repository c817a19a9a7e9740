from odoo import fields, models

OFFERS = 5  # stores that an incident proposes


class OmniIncidentOffer(models.AbstractModel):
    """What can be done for a customer whose goods are gone: another store, another date, their money back."""

    _name = "omni.incident.offer"
    _description = "Alternatives for an Oversold Order"

    def _renew(self, incidents):
        """Write anew what can be done instead, in three queries for any number of incidents.

        ``alternatives``: ``{"stores": [{"id", "name", "quantity"}], "expected": {"date", "quantity"} or None,
        "refund": amount in the company's currency}``
        """
        stores = self.env["stock.warehouse"].search([("company_id", "in", incidents.company_id.ids)])
        promise = self.env["omni.availability"].available(incidents.product_id.ids, stores.ids)
        receipts = incidents.product_id._omni_receipts(incidents.warehouse_id)
        for incident in incidents:
            product = incident.product_id.id
            others = [
                {"id": store.id, "name": store.name, "quantity": promise[product, store.id]}
                for store in stores
                if store.company_id == incident.company_id
                and store != incident.warehouse_id
                and promise[product, store.id] > 0
            ]
            # Those that have it all come first, then those that have most.
            others.sort(key=lambda store: (-min(store["quantity"], incident.quantity), -store["quantity"]))
            date, coming = receipts.get((product, incident.warehouse_id.id), (None, 0.0))
            incident.alternatives = {
                "stores": others[:OFFERS],
                "expected": date and {"date": fields.Date.to_string(date), "quantity": coming},
                "refund": self._refund(incident),
            }

    def _refund(self, incident):
        """Return what the customer would get back: what they pay for the missing goods, 0 before they have ordered."""
        if incident.res_model != "sale.order":
            return 0.0
        order = self.env["sale.order"].browse(incident.res_id).exists()
        missing, amount = incident.quantity, 0.0
        for line in order.order_line.filtered(lambda line: order.state == "sale" and line.product_uom_qty > 0):
            # of a kit, what is missing is one of its parts
            units = line._omni_ordered() * line._omni_takes().get(incident.product_id.id, 0.0)
            if units:
                amount += line.price_total * min(missing / units, 1)
                missing = max(missing - units, 0.0)
        return order.currency_id._convert(amount, incident.currency_id, incident.company_id, fields.Date.today())
