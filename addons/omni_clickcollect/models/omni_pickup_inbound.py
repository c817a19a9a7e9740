from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_list


class OmniPickup(models.Model):
    """What another store brings: the desk sees from where, and nothing is ready before it has come."""

    _inherit = "omni.pickup"

    def _check_arrived(self):
        """:raises UserError: something has not come yet"""
        for pickup in self:
            waiting = pickup._open_pickings().move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            coming = waiting.move_orig_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            if awaited := coming.filtered(lambda move: move._omni_is_brought()):
                raise UserError(
                    self.env._(
                        "%(products)s: not here yet from %(stores)s. Validate the transfer when it arrives, or "
                        "mark the goods as missing.",
                        products=format_list(self.env, awaited.product_id.mapped("display_name")),
                        stores=format_list(self.env, awaited.location_id.warehouse_id.mapped("name")),
                    )
                )

    def _inbound(self):
        """Return what is said of lines that other stores still bring a part of: ``{line id: words}``."""
        moves = self.env["stock.move"]
        moves.flush_model(["sale_line_id", "state", "location_id", "location_dest_id", "move_orig_ids"])
        query = SQL(
            """
            SELECT line.id, ARRAY_AGG(DISTINCT store.name)
              FROM omni_pickup_line AS line
              JOIN stock_move AS delivery ON delivery.sale_line_id = line.sale_line_id
              JOIN stock_move_move_rel AS chain ON chain.move_dest_id = delivery.id
              JOIN stock_move AS move
                ON move.id = chain.move_orig_id
               AND move.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
              JOIN stock_location AS source ON source.id = move.location_id
              JOIN stock_location AS target ON target.id = move.location_dest_id
              JOIN stock_warehouse AS store ON store.id = source.warehouse_id
             WHERE line.pickup_id = ANY(%s) AND target.warehouse_id <> source.warehouse_id
             GROUP BY line.id
            """,
            self.ids,
        )
        rows = self.env.execute_query(query)
        return {line_id: self.env._("Arrives from %s", format_list(self.env, stores)) for line_id, stores in rows}
