"""Web and phone orders of the months past: shipped and paid, each a copy of one that went all the way."""

from datetime import timedelta

from clone import clone, ids, link, numbers, stamped
from stock import clone_moves

EXPRESS = 0.15  # share of parcels
BUYER_FIELDS = ("order_partner_id", "omni_ship_partner_id")  # of an order's line
TRANSACTION_COPIES = ("name", "email", "phone", "zip", "city")  # of the customer, kept on their payment as partner_*


def write(env, clock, plan, orders, purchases):
    """Write the orders of ``purchases`` that are shipped from the central warehouse."""
    batches = {}
    # An order of each kind is made by Odoo, the others are its copies; the one has a single line.
    for purchase in purchases:
        express = purchase.channel == "web" and plan.random.random() < EXPRESS
        carrier = orders.express if express else orders.home
        batches.setdefault((purchase.channel, carrier), []).append(purchase)
    sequence = env["ir.sequence"].search([("code", "=", "sale.order")], limit=1)
    named = dict(zip(map(id, purchases), numbers(sequence, len(purchases)), strict=True))
    for (_channel, carrier), batch in batches.items():
        first = next(purchase for purchase in batch if len(purchase.items) == 1)
        clock.set(first.moment)
        order = orders.draft(first, carrier)
        order.action_confirm()
        orders.pay(order, booked=False)
        orders.ship(order.picking_ids)
        env.flush_all()
        order.name = named[id(first)]
        others = [(purchase, named[id(purchase)]) for purchase in batch if purchase is not first]
        _copy(env, plan, orders, order, carrier, others)
    env.invalidate_all()


def _copy(env, plan, orders, template, carrier, rows):
    order_ids = ids(env, "sale_order", len(rows))
    picking_ids = ids(env, "stock_picking", len(rows))
    transaction_ids = ids(env, "payment_transaction", len(rows))
    reference_ids = ids(env, "stock_reference", len(rows))
    picking = template.picking_ids
    picking_names = numbers(picking.picking_type_id.sequence_id, len(rows))
    parts = {name: [] for name in ("order", "line", "fee", "picking", "move", "transaction", "reference")}
    for number, (purchase, name) in enumerate(rows):
        partner = purchase.customer.partner
        shipped = purchase.moment + timedelta(minutes=plan.random.randrange(14 * 60, 50 * 60))
        fee = orders.fee(purchase, carrier)
        fee_untaxed = round(fee / 1.2, 2)
        untaxed, total = round(purchase.untaxed + fee_untaxed, 2), round(purchase.total + fee, 2)
        dates = stamped(purchase.moment)
        order_id, picking_id = order_ids[number], picking_ids[number]
        parts["order"].append(
            {
                **dates,
                "id": order_id,
                "name": name,
                "access_token": None,
                "date_order": purchase.moment,
                "effective_date": shipped,
                "validity_date": None,
                "partner_id": partner.id,
                "partner_invoice_id": partner.id,
                "partner_shipping_id": partner.id,
                "amount_untaxed": untaxed,
                "amount_tax": round(total - untaxed, 2),
                "amount_total": total,
                "amount_unpaid": 0,
            }
        )
        for item in purchase.items:
            line = {**dates, **_line(item), "order_id": order_id, **dict.fromkeys(BUYER_FIELDS, partner.id)}
            parts["line"].append(line)
            move = {
                "sale_line_id": None,  # known below
                "picking_id": picking_id,
                "partner_id": partner.id,
                "origin": name,
                "reference": picking_names[number],
            }
            parts["move"].append(
                {"product": item.article, "quantity": item.quantity, "moment": shipped, "move": move, "order": number}
            )
        parts["fee"].append(
            {
                **dates,
                "order_id": order_id,
                **dict.fromkeys(BUYER_FIELDS, partner.id),
                **_amounts(1, fee, 0, fee, fee_untaxed),
            }
        )
        parts["picking"].append(
            {
                **dates,
                "id": picking_id,
                "name": picking_names[number],
                "origin": name,
                "sale_id": order_id,
                "partner_id": partner.id,
                "date_done": shipped,
                "scheduled_date": purchase.moment,
                "date_deadline": purchase.moment,
            }
        )
        parts["transaction"].append(
            {
                **dates,
                "id": transaction_ids[number],
                "reference": name,
                "amount": total,
                "partner_id": partner.id,
                "partner_address": partner.street,
                "last_state_change": purchase.moment + timedelta(minutes=2),
                "payment_id": None,
                **{f"partner_{field}": partner[field] for field in TRANSACTION_COPIES},
            }
        )
        parts["reference"].append({**dates, "id": reference_ids[number], "name": name})
    line_ids = ids(env, "sale_order_line", len(parts["line"]))
    fee_ids = ids(env, "sale_order_line", len(rows))
    for line_id, line, move in zip(line_ids, parts["line"], parts["move"], strict=True):
        line["id"] = move["move"]["sale_line_id"] = line_id
    for fee_id, fee in zip(fee_ids, parts["fee"], strict=True):
        fee["id"] = fee_id
    goods = template.order_line.filtered(lambda line: not line.is_delivery)
    delivery = template.order_line - goods
    clone(env, "sale_order", template.id, parts["order"])
    clone(env, "sale_order_line", goods.id, parts["line"])
    clone(env, "sale_order_line", delivery.id, parts["fee"])
    clone(env, "stock_picking", picking.id, parts["picking"])
    move_ids = clone_moves(env, picking.move_ids, parts["move"])
    clone(env, "payment_transaction", template.transaction_ids.id, parts["transaction"])
    clone(env, "stock_reference", template.stock_reference_ids.id, parts["reference"])
    taxes = [(line_id, tax) for line_id in line_ids for tax in goods.tax_ids.ids]
    taxes += [(line_id, tax) for line_id in fee_ids for tax in delivery.tax_ids.ids]
    link(env, "sale.order.line", "tax_ids", taxes)
    link(env, "sale.order", "transaction_ids", list(zip(order_ids, transaction_ids, strict=True)))
    link(env, "sale.order", "stock_reference_ids", list(zip(order_ids, reference_ids, strict=True)))
    references = [(move_id, reference_ids[row["order"]]) for move_id, row in zip(move_ids, parts["move"], strict=True)]
    link(env, "stock.move", "reference_ids", references)


def _line(item):
    return {
        "product_id": item.article.id,
        "name": item.article.name,
        **_amounts(item.quantity, item.article.price, item.discount, item.total, item.untaxed),
        "qty_delivered": item.quantity,
        "omni_cost": item.article.cost,
    }


def _amounts(quantity, price, discount, total, untaxed):
    return {
        "product_uom_qty": quantity,
        "qty_to_invoice": quantity,
        "price_unit": price,
        "technical_price_unit": price,
        "discount": discount,
        "price_subtotal": untaxed,
        "price_total": total,
        "price_tax": round(total - untaxed, 2),
        "price_reduce_taxexcl": round(untaxed / quantity, 2),
        "price_reduce_taxinc": round(total / quantity, 2),
        "untaxed_amount_to_invoice": untaxed,
    }
