from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from odoo.addons.omni_base.models.omni_availability import PRECISION
from odoo.addons.omni_base.tools.documents import existing

WAITING = ("confirmed", "partially_available", "assigned")


class OmniIncidentWatch(models.AbstractModel):
    """Finds promises that goods were taken from under, and opens an incident for the weakest of them.

    A promise is broken where less is free than is on hold, or less than nothing. Of a product that is sold even when
    out of stock, customers wait by agreement: there only what a document took can break a promise.
    """

    _name = "omni.incident.watch"
    _description = "Detection of Oversold Orders"

    def _after(self, moves):
        """Note what these done moves took: see ``omni.taking``."""
        moves_sudo = moves.sudo()  # sudo: which document took what from where
        self.env["omni.taking"]._note(
            {
                (move.product_id.id, move.location_id.warehouse_id.id): move.picking_id or move
                for move in moves_sudo
                if move.state == "done" and move.is_storable and move.location_id.usage == "internal"
            }
        )

    def _judge(self, causes, taken):
        """Open incidents for what is broken of the pairs that a transaction, which has ended, took from.

        :param causes: ``{(product_id, warehouse_id): document that took them}``
        :param taken: ``{(product_id, warehouse_id): quantity}``, see ``omni.taking``
        """
        # Of two tills that break the same promise, the second one sees what the first one told.
        for pair in sorted(taken):
            self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", *pair))
        broken = self._missing(taken)
        for pair, missing in broken.items():
            if self.env["product.product"].browse(pair[0]).allow_out_of_stock_order:
                known = self.env["omni.incident"]._of([pair]).filtered(lambda one: one.state == "open")
                broken[pair] = min(missing, taken[pair] + sum(known.mapped("quantity")))
        self._open(broken, causes)

    def _cron_watch(self):
        """Find what was missed, and close what is over. Safe to repeat."""
        incidents = self.env["omni.incident"].search([("state", "=", "open")])
        pairs = {(incident.product_id.id, incident.warehouse_id.id) for incident in incidents}
        missing = self._missing(pairs)
        waiting = self._promises(pairs)
        for incident in incidents:
            pair = incident.product_id.id, incident.warehouse_id.id
            owners = {(promise["res_model"], promise["res_id"]) for promise in waiting[pair]}
            if missing.get(pair, 0) <= PRECISION or (incident.res_model, incident.res_id) not in owners:
                incident._close("solved", outcome="over")
        broken = self._missing()
        self._open(broken, self._last_moves(broken))

    # -- what is broken ----------------------------------------------------------------------------------------------

    def _missing(self, pairs=None):
        """Return ``{(product_id, warehouse_id): missing}`` of pairs that promise more than they have.

        :param pairs: only these; None: all, but of products that are not sold when out of stock
        """
        if pairs is not None and not pairs:
            return {}
        for model in ("stock.quant", "stock.move", "product.template"):
            self.env[model].flush_model()
        which = SQL("t.allow_out_of_stock_order IS NOT TRUE")
        if pairs is not None:
            which = SQL(
                "EXISTS (SELECT FROM unnest(%s) AS a(p, w) WHERE a.p = s.product_id AND a.w = s.warehouse_id)",
                self.env["omni.promise"]._arrays(pairs),
            )
        query = SQL(
            """
            SELECT s.product_id, s.warehouse_id, (h.held - s.free)::float8
              FROM (SELECT product_id, warehouse_id, SUM(free) AS free
                      FROM (SELECT p.product_id, p.warehouse_id, p.free FROM omni_promise AS p
                             WHERE p.free < GREATEST(p.held, 0) OR (p.product_id, p.warehouse_id)
                                   IN (SELECT c.product_id, c.warehouse_id FROM omni_promise_change AS c)
                             UNION ALL
                            SELECT product_id, warehouse_id, COALESCE(free, 0) FROM omni_promise_change) AS part
                     GROUP BY 1, 2) AS s
             CROSS JOIN LATERAL (SELECT COALESCE(SUM(h.quantity), 0) AS held FROM omni_hold AS h
                                  WHERE h.product_id = s.product_id AND h.warehouse_id = s.warehouse_id
                                    AND %s) AS h
              JOIN product_product AS v ON v.id = s.product_id
              JOIN product_template AS t ON t.id = v.product_tmpl_id AND t.is_storable
              JOIN stock_warehouse AS w ON w.id = s.warehouse_id
             WHERE h.held - s.free > %s AND %s
             ORDER BY 1, 2
            """,
            self.env["omni.hold"]._in_force(),
            PRECISION,
            which,
        )
        rows = self.env.execute_query(query)
        return {(product, warehouse): missing for product, warehouse, missing in rows}

    # -- whom it hits ------------------------------------------------------------------------------------------------

    def _promises(self, pairs):
        """Return who waits for goods of each pair, the weakest first.

        First what nobody waits for (transfers, production), without an owner; then holds, the one that ends first;
        then orders, the youngest; last what is prepared already.

        :return: ``{(product_id, warehouse_id): [{"res_model", "res_id", "kind", "channel_id", "quantity",
            "prepared"}]}``
        """
        promises = defaultdict(list)
        if not pairs:
            return promises
        query = SQL(
            """
            WITH pairs AS (SELECT * FROM unnest(%(pairs)s) AS a(product_id, warehouse_id))
            SELECT h.product_id, h.warehouse_id, 1 AS strength, h.expires_at, h.id, 'hold' AS kind,
                   h.res_model, h.res_id, h.channel_id, h.quantity::float8
              FROM omni_hold AS h JOIN pairs USING (product_id, warehouse_id) WHERE %(in_force)s
            UNION ALL
            SELECT m.product_id, l.warehouse_id,
                   CASE WHEN NOT u.wanted THEN 0 ELSE 2 END, NULL, m.id, 'order',
                   CASE WHEN NOT u.wanted THEN NULL WHEN o.id IS NULL THEN 'stock.picking' ELSE 'sale.order' END,
                   COALESCE(o.id, m.picking_id), o.omni_channel_id,
                   (COALESCE(m.omni_demand, 0) -- of what was put on a transfer unasked for, all is taken
                    + COALESCE(m.product_qty * m.quantity / NULLIF(m.product_uom_qty, 0), m.quantity, 0))::float8
              FROM stock_move AS m
              JOIN stock_location AS l ON l.id = m.location_id AND l.usage = 'internal'
              JOIN pairs ON pairs.product_id = m.product_id AND pairs.warehouse_id = l.warehouse_id
              JOIN stock_location AS f ON f.id = COALESCE(m.location_final_id, m.location_dest_id)
              LEFT JOIN sale_order_line AS s ON s.id = m.sale_line_id
              LEFT JOIN sale_order AS o ON o.id = s.order_id
             CROSS JOIN LATERAL (SELECT m.picking_id IS NOT NULL AND (o.id IS NOT NULL OR f.usage = 'customer'
                OR EXISTS (SELECT FROM omni_incident AS i WHERE i.picking_id = m.picking_id)) AS wanted) AS u
             WHERE m.state IN %(waiting)s
             ORDER BY strength, expires_at, id DESC
            """,
            pairs=self.env["omni.promise"]._arrays(pairs),
            in_force=self.env["omni.hold"]._in_force(),
            waiting=WAITING,
        )
        rows = self.env.execute_query_dict(query)
        moves = self.env["stock.move"].browse(row["id"] for row in rows if row["strength"] == 2)
        prepared = set(moves.move_line_ids.filtered(lambda line: line._omni_is_prepared()).move_id.ids)
        for row in rows:
            row["prepared"] = row["strength"] == 2 and row["id"] in prepared
        for row in sorted(rows, key=lambda row: row["prepared"]):
            promises[row["product_id"], row["warehouse_id"]].append(row)
        return promises

    def _open(self, broken, causes):
        """Open an incident for each promise that is displaced, unless there is one.

        :param broken: ``{(product_id, warehouse_id): missing}``
        :param causes: ``{(product_id, warehouse_id): document that took the goods}``, may lack some
        """
        if not broken:
            return
        known = {}
        for incident in self.env["omni.incident"]._of(broken):
            key = incident.product_id.id, incident.warehouse_id.id, incident.res_model, incident.res_id
            former, closed = known.get(key, (incident.browse(), 0.0))
            is_open = incident.state == "open"
            # What waits for a transfer takes nothing from this shelf any more.
            is_over = is_open or bool(incident.picking_id.move_ids.move_dest_ids)
            known[key] = (incident if is_open else former, closed + (0.0 if is_over else incident.quantity))
        values = []
        told = {key for key, (incident, _closed) in known.items() if incident}
        for key, promise in self._displaced(broken, told).items():
            incident, closed = known.get(key, (self.env["omni.incident"], 0.0))
            quantity = promise["displaced"] - closed
            if quantity <= PRECISION:
                continue
            if incident:
                if abs(incident.quantity - quantity) > PRECISION:
                    incident.write({"quantity": quantity, "value": quantity * incident.product_id.lst_price})
                    incident._ask_to_decide()
                continue
            values.append(self._values(promise, quantity, causes.get(key[:2])))
        incidents = self.env["omni.incident"].with_context(mail_create_nosubscribe=True).create(values)
        self.env["omni.incident.offer"]._renew(incidents)
        incidents._tell()

    def _displaced(self, broken, told=()):
        """Return ``{(product_id, warehouse_id, model, id): promise with what it loses under "displaced"}``.

        :param told: keys, as those of the answer, of which it is known already. They give way before others that have
            become weaker since, as a basket's hold is when it has become an order: else one unit would miss twice
        """
        displaced = {}
        for pair, promises in self._promises(broken).items():
            left = broken[pair]

            def turn(promise, pair=pair):
                owner = promise["res_model"], promise["res_id"]
                return promise["prepared"], bool(promise["res_model"]), (*pair, *owner) not in told

            for promise in sorted(promises, key=turn):
                lost = min(left, promise["quantity"])
                if lost <= PRECISION:
                    continue
                left -= lost
                if promise["res_model"]:
                    key = (*pair, promise["res_model"], promise["res_id"])
                    former = displaced.get(key, {"displaced": 0.0})
                    displaced[key] = promise | {"displaced": former["displaced"] + lost}
        return displaced

    def _values(self, promise, quantity, cause):
        owner = existing(self.env, promise["res_model"], promise["res_id"])
        product = self.env["product.product"].browse(promise["product_id"])
        return {
            **{name: promise[name] for name in ("product_id", "warehouse_id", "res_model", "res_id", "kind")},
            "quantity": quantity,
            "value": quantity * product.lst_price,
            "owner_name": owner.display_name if owner else f"{promise['res_model']},{promise['res_id']}",
            "partner_id": owner.partner_id.id if owner and "partner_id" in owner._fields else False,
            "channel_id": self.env["omni.channel"].browse(promise["channel_id"] or []).exists().id,
            "cause_model": cause and cause._name,
            "cause_id": cause and cause.id,
        }

    def _last_moves(self, pairs):
        """Return ``{pair: the transfer, else the move, that took goods out of it last}``."""
        if not pairs:
            return {}
        query = SQL(
            """
            SELECT a.product_id, a.warehouse_id, m.id FROM unnest(%s) AS a(product_id, warehouse_id)
             CROSS JOIN LATERAL (SELECT m.id FROM stock_move AS m JOIN stock_location AS l ON l.id = m.location_id
                WHERE m.product_id = a.product_id AND m.state = 'done' AND l.warehouse_id = a.warehouse_id
                ORDER BY m.date DESC, m.id DESC LIMIT 1) AS m
            """,
            self.env["omni.promise"]._arrays(pairs),
        )
        rows = self.env.execute_query(query)
        moves = self.env["stock.move"]
        return {
            (product, warehouse): moves.browse(move).picking_id or moves.browse(move)
            for product, warehouse, move in rows
        }
