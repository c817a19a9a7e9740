import logging
import os
import threading
from collections import defaultdict

from odoo import SUPERUSER_ID, api, models, modules
from odoo.modules.registry import Registry
from odoo.tools import SQL

from odoo.addons.omni_base.tools.transactions import after_commit

_logger = logging.getLogger(__name__)

PAUSE = 1  # second for which a process gathers what changed before it sends
LOCK = threading.Lock()
WAITING = {}  # {(process, database): {kind: {what}}}: what is gathered, as `_queue` documents it


class OmniPromisePush(models.AbstractModel):
    """Tells open tills what is available in their store as soon as that changes.

    Whoever changes it only queues what was touched, in memory, and pays for nothing else: no query, no message. When
    the transaction has ended, its process waits a moment for more, reads what is true then, and sends one message a
    till. What is written past the ORM is sent by the job that folds it in.
    """

    _name = "omni.promise.push"
    _description = "Push of Available Quantities"

    def _queue(self, kind, what):
        """Queue what this transaction touches; it is sent when it has ended.

        :param kind: ``stock.move`` or ``stock.quant`` with ids, or ``pairs`` with ``(product_id, warehouse_id)``
        """
        waiting = self.env.cr.postcommit.data
        touched = waiting.get(self._name)
        if touched is None:
            touched = waiting[self._name] = defaultdict(set)
            after_commit(self.env.cr, lambda dbname: _gather(dbname, touched), self.env.cr.dbname)
        touched[kind].update(what)
        self.env["omni.taking"]._look_again()

    def _send(self, touched):
        """Send each open till what is available now in its store of what was touched.

        Needs a transaction that sees what others commit meanwhile: of two who tell the same till, the second one sees
        more than the first, and speaks after it.
        """
        # sudo: figures only, and a till's channel is its own
        sessions = self.env["pos.session"].sudo().search([("state", "!=", "closed")])
        tills = sessions.config_id.grouped(lambda config: config._omni_store())
        changed = defaultdict(list)
        pairs = self._pairs(touched, [store.id for store in tills])
        self.env["omni.promise"]._fold(pairs)  # here, where nobody waits for it, and not at the next reader's
        for product, warehouse in pairs:
            changed[warehouse].append(product)
        for store in sorted((store for store in tills if store.id in changed), key=lambda store: store.id):
            self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", self._name, store.id))
            available = self.env["omni.availability"].sudo().available(changed[store.id], store.ids)
            figures = {product: quantity for (product, _store), quantity in available.items()}
            for till in tills[store]:
                till._notify("OMNI_AVAILABLE", figures)

    def _pairs(self, touched, warehouse_ids):
        """Return ``[(product_id, warehouse_id)]`` of what was touched in these stores: goods that tills sell,
        themselves or as parts of kits.
        """
        if not warehouse_ids:
            return []
        query = SQL(
            """
            SELECT a.product_id, a.warehouse_id
              FROM (SELECT * FROM unnest(%(pairs)s) AS a(product_id, warehouse_id)
                     UNION
                    SELECT m.product_id, l.warehouse_id FROM stock_move AS m
                      JOIN stock_location AS l ON l.id IN (m.location_id, m.location_dest_id)
                     WHERE m.id = ANY(%(moves)s)
                     UNION
                    SELECT q.product_id, l.warehouse_id FROM stock_quant AS q
                      JOIN stock_location AS l ON l.id = q.location_id
                     WHERE q.id = ANY(%(quants)s)) AS a
              JOIN product_product AS v ON v.id = a.product_id
              JOIN product_template AS t ON t.id = v.product_tmpl_id AND t.is_storable
               AND (t.available_in_pos OR %(kits)s)
             WHERE a.warehouse_id = ANY(%(warehouses)s)
            """,
            pairs=self.env["omni.promise"]._arrays(touched["pairs"]),
            moves=list(touched["stock.move"]),
            quants=list(touched["stock.quant"]),
            warehouses=warehouse_ids,
            kits=self.env["product.product"]._omni_knows_kits(),
        )
        return self.env.execute_query(query)


def _gather(dbname, touched):
    """Gather what a transaction touched; the first one sets the clock."""
    if modules.module.current_test:
        return  # its transactions never end
    key = os.getpid(), dbname
    with LOCK:
        if waiting := WAITING.get(key):
            for kind, what in touched.items():
                waiting[kind] |= what
            return
        WAITING[key] = touched
    timer = threading.Timer(PAUSE, _send_gathered, [key])
    timer.daemon = True
    timer.start()


def _send_gathered(key):
    with LOCK:
        touched = WAITING.pop(key)
    try:
        with Registry(key[1]).cursor() as cr:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            api.Environment(cr, SUPERUSER_ID, {})["omni.promise.push"]._send(touched)
    except Exception:
        # A hint is lost: the till asks anew when it opens and when its network is back.
        _logger.info("Tills could not be told what is available in their stores.", exc_info=True)
