import logging
import os
import threading
from collections import defaultdict

from odoo import SUPERUSER_ID, api, models, modules
from odoo.modules.registry import Registry
from odoo.tools import SQL

from odoo.addons.omni_base.tools.transactions import after_commit

_logger = logging.getLogger(__name__)

PAUSE = 1  # second for which a process gathers what changed before it tells the tills
LOCK = threading.Lock()
WAITING = {}  # {(process, database): {kind: {what}}}: what is gathered, as `_note` documents it


class OmniPromiseNews(models.AbstractModel):
    """Tells open tills what their store can promise as soon as that changes.

    Whoever changes it only notes what he touched, in memory, and pays for nothing else: no query, no message. When his
    transaction has ended, his process waits a moment for more, reads what is true then, and sends one message a till.
    What is written past the ORM is told by the job that folds it in.
    """

    _name = "omni.promise.news"
    _description = "News of the Promise of Stock"

    @api.model
    def _note(self, kind, what):
        """Note what this transaction touches; it is told when it has ended.

        :param kind: ``stock.move`` or ``stock.quant`` with ids, or ``pairs`` with ``(product_id, warehouse_id)``
        """
        waiting = self.env.cr.postcommit.data
        news = waiting.get(self._name)
        if news is None:
            news = waiting[self._name] = defaultdict(set)
            after_commit(self.env.cr, lambda dbname: _post(dbname, news), self.env.cr.dbname)
        news[kind].update(what)
        self.env["omni.taking"]._look_again()

    @api.model
    def _tell(self, news):
        """Send each open till what its store can promise now of what changed.

        Needs a transaction that sees what others commit meanwhile: of two who tell the same till, the second one sees
        more than the first, and speaks after him.
        """
        # sudo: figures only, and a till's channel is its own
        sessions = self.env["pos.session"].sudo().search([("state", "!=", "closed")])
        tills = sessions.config_id.grouped(lambda config: config._omni_store())
        changed = defaultdict(list)
        pairs = self._pairs(news, [store.id for store in tills])
        self.env["omni.promise"]._fold(pairs)  # here, where nobody waits for it, and not at the next reader's
        for product, warehouse in pairs:
            changed[warehouse].append(product)
        for store in sorted((store for store in tills if store.id in changed), key=lambda store: store.id):
            self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", self._name, store.id))
            promise = self.env["omni.availability"].sudo().available(changed[store.id], store.ids)
            figures = {product: quantity for (product, _store), quantity in promise.items()}
            for till in tills[store]:
                till._notify("OMNI_PROMISE", figures)

    @api.model
    def _pairs(self, news, warehouse_ids):
        """Return ``[(product_id, warehouse_id)]`` of what changed in these stores: goods that tills sell, themselves or
        as parts of kits.
        """
        if not warehouse_ids:
            return []
        return self.env.execute_query(
            SQL(
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
                pairs=self.env["omni.promise"]._arrays(news["pairs"]),
                moves=list(news["stock.move"]),
                quants=list(news["stock.quant"]),
                warehouses=warehouse_ids,
                kits=self.env["product.product"]._omni_knows_kits(),
            )
        )


def _post(dbname, news):
    """Gather what a transaction changed; the first one sets the clock."""
    if modules.module.current_test:
        return  # its transactions never end
    key = os.getpid(), dbname
    with LOCK:
        if waiting := WAITING.get(key):
            for kind, what in news.items():
                waiting[kind] |= what
            return
        WAITING[key] = news
    timer = threading.Timer(PAUSE, _send, [key])
    timer.daemon = True
    timer.start()


def _send(key):
    with LOCK:
        news = WAITING.pop(key)
    try:
        with Registry(key[1]).cursor() as cr:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            api.Environment(cr, SUPERUSER_ID, {})["omni.promise.news"]._tell(news)
    except Exception:
        # A hint is lost: the till asks anew when it opens and when its network is back.
        _logger.info("Tills could not be told what their stores can promise.", exc_info=True)
