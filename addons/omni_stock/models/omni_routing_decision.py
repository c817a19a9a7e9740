from odoo import api, fields, models

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import open_form

from ..routing.places import Place
from ..tools.goods import in_words


class OmniRoutingDecision(models.Model):
    """Where an order was decided to leave from, and every store that was considered. Written once, never changed."""

    _name = "omni.routing.decision"
    _description = "Routing Decision"
    _order = "id desc"
    _rec_name = "order_name"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, index=True, ondelete="cascade")
    # Who reads where an order leaves from need not read orders; its name is all that they need.
    order_name = fields.Char("Order Reference", related="order_id.name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    channel_id = fields.Many2one("omni.channel", "Sales Channel", readonly=True, ondelete="set null")
    decided_at = fields.Datetime("Decided on", required=True, readonly=True)
    kind = fields.Selection(
        [("confirmed", "Order confirmed"), ("refused", "Store rejected it")],
        "Occasion",
        required=True,
        readonly=True,
    )
    mode = fields.Selection([("ship", "Ship"), ("collect", "Collect in store")], required=True, readonly=True)
    deadline = fields.Datetime("Requested For", readonly=True)
    late = fields.Boolean("Too late", readonly=True, help="The customer's date cannot be kept.")
    promised_at = fields.Datetime("Promised for", readonly=True, help="When the last part is there.")
    cost = fields.Monetary(readonly=True, help="Of all parcels, as the settings and rules price them.")
    legs = fields.Integer("Parcels", readonly=True)
    split_price = fields.Monetary(readonly=True)
    rules = fields.Char(readonly=True, help="Those that matched.")
    proven = fields.Boolean("Proven Cheapest", readonly=True)
    unserved = fields.Json("Quantities Missing", readonly=True, help="[[product id, quantity], ...]")
    unserved_words = in_words("unserved", "Missing")
    destination_latitude = fields.Float(readonly=True, digits=(10, 7))
    destination_longitude = fields.Float(readonly=True, digits=(10, 7))
    destination_name = fields.Char(readonly=True)
    map = fields.Json(compute="_compute_map")
    candidate_ids = fields.One2many("omni.routing.candidate", "decision_id", "Stores", readonly=True)
    leg_ids = fields.One2many(
        "omni.routing.candidate", "decision_id", "Legs", readonly=True, domain=[("outcome", "=", "chosen")]
    )

    @api.depends("candidate_ids", "destination_latitude", "destination_longitude")
    def _compute_map(self):
        """``{"places": [{"name", "kind", "goods", "latitude", "longitude"}]}`` of what has coordinates; the kinds are
        ``other`` (stores not chosen), ``chosen`` and ``goal``, in this order."""
        for decision in self:
            places = []
            # sudo: the addresses of stores are no secret to who may read where an order leaves from
            for candidate in decision.sudo().candidate_ids.sorted(lambda candidate: candidate.outcome == "chosen"):
                store, kind = candidate.warehouse_id, "chosen" if candidate.outcome == "chosen" else "other"
                places.append((store.name, kind, candidate.goods_words, store.partner_id._omni_place()))
            goal = Place(decision.destination_latitude, decision.destination_longitude)
            places.append((decision.destination_name, "goal", "", goal))
            decision.map = {
                "places": [
                    {
                        "name": name or "",
                        "kind": kind,
                        "goods": goods,
                        "latitude": place.latitude,
                        "longitude": place.longitude,
                    }
                    for name, kind, goods, place in places
                    if place.located
                ]
            }

    @api.model
    def _goods_words(self, rows):
        """Return ``[[product id, quantity], ...]`` in words; products that are gone by their number."""
        # sudo: who reads the decision reads the order, and may know what is in it
        products = self.env["product.product"].sudo().browse(product for product, _quantity in rows or ()).exists()
        names = {product.id: product.display_name for product in products}
        return ", ".join(f"{quantity:g} × {names.get(product, product)}" for product, quantity in rows or ())

    @api.model
    def _record(self, order, plan, legs, kind, late):
        """Write down a plan of an order; see :meth:`sale.order._omni_route`."""
        served = [leg for leg in legs if leg["warehouse_id"]]
        decision = self.create(
            {
                "order_id": order.id,
                "company_id": order.company_id.id,
                "channel_id": order.omni_channel_id.id,
                "decided_at": plan.order.now.replace(microsecond=0),
                "kind": kind,
                "mode": "collect" if plan.order.collect else "ship",
                "deadline": order.commitment_date,
                "late": late,
                "promised_at": max((leg["promised_at"] for leg in served), default=False),
                "cost": sum(leg["cost"] for leg in served),
                "legs": len(served),
                "split_price": plan.policy.split_price,
                "rules": ", ".join(plan.policy.matched),
                "proven": plan.solution.proven,
                "unserved": [row for leg in legs if not leg["warehouse_id"] for row in leg["lines"]],
                "destination_name": (order.warehouse_id if plan.order.collect else order.partner_shipping_id).name,
                "destination_latitude": plan.order.place.latitude,
                "destination_longitude": plan.order.place.longitude,
            }
        )
        self.env["omni.routing.candidate"]._record(decision, plan)
        return decision

    def action_open(self):
        inputs.called_on_one(self)
        return open_form(self._name, self.id, name=self.env._("Routing of %s", self.order_id.name))
