from odoo.addons.omni_base.tools.migration import rename_model


def migrate(cr, version):
    """What PostgreSQL does for the promise moves into a schema of its own: the update makes its functions and triggers
    there. What a row said by an infinite number it says by two words.
    """
    rename_model(cr, "omni_stock", "omni.promise.news", "omni.promise.push")
    rename_model(cr, "omni_stock", "omni.stock.pace", "omni.sales.velocity")
    cr.execute(
        """
        SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc
         WHERE pronamespace = current_schema::regnamespace
           AND proname ~ '^omni_(clock|confidence_|hold_|promise_|quant_free|safety_of)'
        """
    )
    for (statement,) in cr.fetchall():
        cr.execute(statement)
    cr.execute(
        """
        DROP TYPE IF EXISTS omni_kept_from, omni_shortage;
        CREATE SCHEMA omni_promise;
        ALTER TABLE IF EXISTS omni_promise_late SET SCHEMA omni_promise;
        ALTER TABLE IF EXISTS omni_promise.omni_promise_late RENAME TO late;
        ALTER INDEX IF EXISTS omni_promise.omni_promise_late_pkey RENAME TO late_pkey;
        ALTER SEQUENCE IF EXISTS omni_promise.omni_promise_late_id_seq RENAME TO late_id_seq;
        ALTER TABLE omni_promise DROP COLUMN promised, ADD COLUMN uncounted boolean NOT NULL DEFAULT false,
            ADD COLUMN blocked boolean NOT NULL DEFAULT false;
        UPDATE omni_promise AS p
           SET uncounted = t.is_storable IS NOT TRUE, blocked = p.beyond IS NOT DISTINCT FROM '-Infinity'
          FROM product_product AS v JOIN product_template AS t ON t.id = v.product_tmpl_id
         WHERE v.id = p.product_id AND (t.is_storable IS NOT TRUE OR p.beyond <> 0);
        ALTER TABLE omni_promise DROP COLUMN beyond
        """
    )
