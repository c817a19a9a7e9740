from odoo.tools import SQL


def migrate(cr, version):
    """Goods past their removal date were promised until now: the rows of all that has such a date are read anew."""
    cr.execute(
        SQL(
            "INSERT INTO omni_promise_change (product_id, warehouse_id, recount)"
            " SELECT product_id, warehouse_id, true FROM omni_expired("
            "ARRAY(SELECT DISTINCT product_id FROM omni_promise), ARRAY(SELECT id FROM stock_warehouse))"
        )
    )
