"""Opening a till of 5,000 products and posting its tickets, against stock Odoo in a database of its own beside."""

import json
import statistics
import sys
import time
from uuid import uuid4

import beside

from odoo.tools import SQL

PRODUCTS = 5_000
LINES = 3
ROUNDS = 45  # a ticket in 15 wanders by five per cent
TICKETS = 5  # a round
LIMITS = {"opening": 1.05, "ticket": 1.10}  # times what stock Odoo takes


def run(env):
    """Print the median milliseconds of both, here and in stock Odoo, and the ratios; rounds take turns."""
    here = Till(env)
    plain = beside.start(__file__)
    times = {name: ([], []) for name in LIMITS}
    try:
        _ask(plain)
        for number in range(ROUNDS):
            for place in (number % 2, 1 - number % 2):
                measured = _ask(plain) if place else here.measure()
                for name, milliseconds in measured.items():
                    times[name][place].append(milliseconds)
    finally:
        plain.stdin.close()
        plain.wait()
        beside.drop()
    print(f"a till of {PRODUCTS} products, tickets of {LINES} lines, median of {ROUNDS} rounds, milliseconds")
    print(f"{'':<10} {'stock Odoo':>11} {'here':>8} {'ratio':>7} {'limit':>7}")
    for name, (ours, theirs) in times.items():
        ours, theirs = statistics.median(ours), statistics.median(theirs)
        print(f"{name:<10} {theirs:>11.1f} {ours:>8.1f} {ours / theirs:>7.3f} {LIMITS[name]:>7.2f}")


def _ask(process):
    """Let the process of stock Odoo measure a round."""
    process.stdin.write("\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith("{"):
            return json.loads(line)
    raise RuntimeError("The process of stock Odoo ended.")


def answer(env):
    """Measure a round for each line of the standard input."""
    till = Till(env)
    for _line in sys.stdin:
        print(json.dumps(till.measure()), flush=True)


class Till:
    """An open till of a shop with goods in stock."""

    def __init__(self, env):
        env = env(user=env.ref("base.user_admin"))
        company = env.company
        if not env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", company.id)]):
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        bank = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
        self.method = env["pos.payment.method"].create({"name": "Bench bank", "journal_id": bank.id})
        self.config = env["pos.config"].create({"name": "Bench", "payment_method_ids": [(6, 0, self.method.ids)]})
        self.products = self._stock(env, self.config.picking_type_id.default_location_src_id)
        self.config.open_ui()
        self.session = self.config.current_session_id
        self.session.set_opening_control(0, None)
        env.cr.commit()
        env.cr.execute("ANALYZE")
        env.cr.commit()
        self.env, self.sold = env, 0

    def _stock(self, env, shelf):
        """Return the goods: one product, its copies, and 1,000 of each on the shelf."""
        values = {"name": "Bench", "is_storable": True, "available_in_pos": True, "list_price": 10, "taxes_id": False}
        product = env["product.product"].create(values)
        env.flush_all()
        templates = self._copies(env, product.product_tmpl_id, [env.uid] * (PRODUCTS - 1))
        products = [product.id, *self._copies(env, product, templates, "product_tmpl_id")]
        env.cr.execute(
            SQL(
                "INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date)"
                " SELECT unnest(%s), %s, %s, 1000, 0, now()",
                products,
                shelf.id,
                env.company.id,
            )
        )
        env.invalidate_all()
        return env["product.product"].browse(products)

    def _copies(self, env, record, values, name="write_uid"):
        """Copy a row as it is once for each of ``values``, which goes into the column ``name``. Return the ids."""
        columns = SQL(", ").join(
            SQL.identifier(other)
            for other, field in record._fields.items()
            if field.store and field.column_type and other not in ("id", name)
        )
        env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(name)s, %(columns)s) SELECT n, %(columns)s"
                " FROM %(table)s, unnest(%(values)s) AS n WHERE %(table)s.id = %(id)s RETURNING id",
                table=SQL.identifier(record._table),
                name=SQL.identifier(name),
                columns=columns,
                values=values,
                id=record.id,
            )
        )
        return [row[0] for row in env.cr.fetchall()]

    def measure(self):
        """Return ``{"opening": milliseconds, "ticket": milliseconds}``, a ticket with the end of its transaction."""
        return {"opening": self._timed(self._open), "ticket": self._timed(self._sell) / TICKETS}

    def _timed(self, work):
        self.env.invalidate_all()
        start = time.perf_counter()
        work()
        self.env.cr.commit()
        return (time.perf_counter() - start) * 1000

    def _open(self):
        self.session.load_data_params()
        loaded = self.session.load_data([])
        if "omni_stock" in self.env.registry._init_modules:
            self.config.omni_available([row["id"] for row in loaded["product.product"]])

    def _sell(self):
        for _ticket in range(TICKETS):
            self.env["pos.order"].sync_from_ui([self._ticket()])
            self.env.cr.commit()
            self.env.invalidate_all()

    def _ticket(self):
        lines = []
        for _line in range(LINES):
            self.sold += 1
            values = {"product_id": self.products[self.sold % PRODUCTS].id, "qty": 1, "price_unit": 10}
            values |= {"price_subtotal": 10, "price_subtotal_incl": 10, "tax_ids": [], "uuid": str(uuid4())}
            lines.append((0, 0, values))
        total = 10 * LINES
        payment = {"amount": total, "payment_method_id": self.method.id, "uuid": str(uuid4())}
        return {
            "uuid": str(uuid4()),
            "access_token": "",
            "state": "paid",
            "session_id": self.session.id,
            "company_id": self.config.company_id.id,
            "pricelist_id": self.config.pricelist_id.id,
            "user_id": self.env.uid,
            "partner_id": False,
            "amount_total": total,
            "amount_paid": total,
            "amount_tax": 0,
            "amount_return": 0,
            "to_invoice": False,
            "lines": lines,
            "payment_ids": [(0, 0, payment)],
        }


if __name__ == "__main__":
    answer(globals()["env"])
