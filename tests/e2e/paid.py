"""A payment of an order, for the scripts of these tests, which are run behind this one."""


def pay(made):
    """Note that an order is paid, by the way to pay that needs no other server."""
    env = made.env
    env["payment.transaction"].create(
        {
            "provider_id": env.ref("website_sale_collect.payment_provider_on_site").id,
            "payment_method_id": env.ref("website_sale_collect.payment_method_pay_on_site").id,
            "amount": made.amount_total,
            "currency_id": made.currency_id.id,
            "partner_id": made.partner_id.id,
            "reference": f"{made.name}-1",
            "state": "done",
            # Odoo's job, which may run meanwhile, would make an entry, for which this provider has no journal.
            "is_post_processed": True,
            "sale_order_ids": made.ids,
        }
    )
