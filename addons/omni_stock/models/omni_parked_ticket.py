from contextlib import suppress
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.omni_base.exceptions import Busy
from odoo.addons.omni_base.tools.owners import owner_of
from odoo.addons.omni_base.tools.quantities import add_up

from ..tools.holds import allocate_and_hold, same_quantities

KEPT = timedelta(days=1)


class OmniParkedTicket(models.Model):
    """A ticket that is open at a till and unknown to the server until it is paid: for whom its goods are kept."""

    _name = "omni.parked.ticket"
    _description = "Parked Ticket"

    uuid = fields.Char(required=True, readonly=True)
    name = fields.Char(readonly=True, help="As the till prints it.")
    config_id = fields.Many2one("pos.config", "Till", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="set null")

    _uuid_uniq = models.UniqueIndex("(uuid)")

    @api.model
    def _note(self, uuid, config, name, partner):
        """Return the parked ticket with this uuid, new or known; of two calls at once the second one is repeated."""
        query = SQL(
            """
            INSERT INTO omni_parked_ticket AS t
                   (uuid, name, config_id, partner_id, create_uid, create_date, write_uid, write_date)
            VALUES (%(uuid)s, %(name)s, %(config)s, %(partner)s, %(user)s, %(now)s, %(user)s, %(now)s)
            ON CONFLICT (uuid) DO UPDATE SET partner_id = EXCLUDED.partner_id, write_date = EXCLUDED.write_date
            RETURNING id
            """,
            uuid=uuid,
            name=name,
            config=config.id,
            partner=partner.id or None,
            user=self.env.uid,
            now=fields.Datetime.now(),
        )
        rows = self.env.execute_query(query)
        parked = self.browse(rows[0][0])
        parked.invalidate_recordset(flush=False)
        return parked

    @api.model
    def _hold(self, owner, demand, seconds):
        """Hold what there is of ``demand`` for a ticket, in place of what it held. Where that cannot be decided just
        now it goes on all the same: asking again tries again.

        :param owner: the ticket
        :param demand: ``{(product_id, warehouse_id): quantity}``
        """
        held = self.env["omni.hold"]._held(owner._name, owner.id)
        availability = self.env["omni.availability"]
        if demand and same_quantities(self.env["product.product"]._omni_in_parts(demand), held):
            with suppress(Busy):
                availability.extend(owner, seconds)
            return
        self.env["omni.promise.push"]._queue("pairs", held)  # what it gives back changes, too
        units = {pair: self.env["product.product"].browse(pair[0]).uom_id for pair in demand}

        def attempt(known):
            left = {pair: known.get(pair, quantity) for pair, quantity in demand.items()}
            return None, {pair: quantity for pair, quantity in left.items() if units[pair].compare(quantity, 0) > 0}

        def hold(left):
            if left:
                # Of no channel: what stands in the shop is the till's to sell, whatever is kept from its channel.
                availability.hold(owner, [(*pair, quantity) for pair, quantity in left.items()], ttl=seconds)
            elif held:
                availability.release(owner)

        with suppress(Busy):
            allocate_and_hold(attempt, hold)

    def _route(self, demand, seconds):
        """Decide where a ticket that is shipped later leaves from, for its till's channel, and keep it there.

        :param demand: ``{product_id: quantity}``
        :return: the legs, see :meth:`omni.routing.plan`
        """
        self.ensure_one()
        channel = self.config_id.omni_channel_id
        routing = self.env["omni.routing"].with_context(omni_owner=owner_of(self))

        def attempt(known):
            plan = routing._plan(list(demand.items()), self.partner_id, channel, known=known)
            return plan, plan.taken()

        def hold(taken):
            with suppress(Busy):  # its moves count without a hold, too
                if taken:
                    rows = [(*pair, quantity) for pair, quantity in taken.items()]
                    self.env["omni.availability"].hold(self, rows, channel, seconds)
                else:
                    self.env["omni.hold"]._end_all("release", self)

        return routing._legs(allocate_and_hold(attempt, hold))

    def _legs_kept(self, demand):
        """Return ``[(warehouse_id, [(product_id, quantity)])]`` of what this ticket keeps, if it is just ``demand``,
        else None.
        """
        held = self.env["omni.hold"]._held(self._name, self.id) if self else {}
        kept = add_up((product, quantity) for (product, _store), quantity in held.items())
        if not kept or not same_quantities(kept, demand):
            return None
        stores = dict.fromkeys(store for _product, store in held)
        return [
            (store, [(product, quantity) for (product, where), quantity in held.items() if where == store])
            for store in stores
        ]

    @api.autovacuum
    def _gc_parked(self):
        self.search(Domain("write_date", "<", fields.Datetime.now() - KEPT)).unlink()
