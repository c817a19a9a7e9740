from odoo import models
from odoo.tools import SQL


class OmniFact(models.AbstractModel):
    """Which channel serves an order's line ``l``, and for whom it counts."""

    _inherit = "omni.fact"

    def _sale_served(self):
        """Return as SQL the channel that serves a line: what the company's first warehouse sends, the channel that sold
        it sends itself.
        """
        return SQL(
            """
            CASE WHEN l.omni_way = 'collect' OR store.id <> main.id
                 THEN COALESCE(store.omni_channel_id, o.omni_channel_id)
                 ELSE o.omni_channel_id END
            """
        )

    def _sale_credit(self):
        """Return as SQL for whom a line counts: the columns ``credit_channel_id``, ``credit_warehouse_id`` and
        ``seller_id``. Who stands on an order because its website names them for all has not sold it.
        """
        return SQL(
            """
                   CASE WHEN own.id IS NULL THEN %s
                        ELSE COALESCE(own.omni_channel_id, o.omni_channel_id) END AS credit_channel_id,
                   COALESCE(own.id, CASE WHEN l.omni_way = 'collect' OR store.id <> main.id THEN store.id END)
                       AS credit_warehouse_id,
                   seller.id AS seller_id
            """,
            self._sale_served(),
        )

    def _credit_joins(self):
        """Return as SQL the ``seller`` of an order ``o``, and their ``own`` store."""
        return SQL(
            """
              LEFT JOIN website AS site ON site.id = o.website_id
              LEFT JOIN res_users AS seller ON seller.id = NULLIF(o.user_id, site.salesperson_id)
              LEFT JOIN stock_warehouse AS own
                     ON own.id = (seller.property_warehouse_id ->> o.company_id::text)::int
            """
        )
