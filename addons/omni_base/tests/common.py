from odoo.fields import Command, Domain
from odoo.tests import TransactionCase, new_test_user


def pay_online(order, amount, provider, method, state="done"):
    """Return a payment of ``order`` as its provider told it."""
    return order.env["payment.transaction"].create(
        {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "amount": amount,
            "currency_id": order.currency_id.id,
            "partner_id": order.partner_id.id,
            "reference": f"{order.name}-{len(order.transaction_ids)}",
            "state": state,
            "sale_order_ids": [Command.set(order.ids)],
        }
    )


def only_authorize(payments):
    """Let these payments be authorized alone, whatever their provider can do."""
    payments.flush_recordset()
    payments.env.cr.execute("UPDATE payment_transaction SET state = 'authorized' WHERE id = ANY(%s)", [payments.ids])
    payments.invalidate_recordset(["state"])


def named_in(case, *stores):
    """Let every user be named in these stores alone until the test ends, whoever knows where people work."""
    ids = [store.id for store in stores]
    case.patch(case.env.registry["res.users"], "_omni_store_domain", lambda _user: Domain("id", "in", ids))


class MainCompany:
    """Mixed into a test of a till: it works in the company that is there, which has its chart of accounts. Odoo's own
    tests make a company for each class, and load a chart for it, which takes longer than most classes do.
    """

    @classmethod
    def setup_independent_company(cls, **_kwargs):
        return None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.law = "l10n_fr_hash" in cls.env["pos.order"]._fields  # Odoo's French one for tills is installed
        if cls.law:
            cls.env.company.sudo().country_id = cls.env.ref("base.fr")  # Odoo's tests are in a country of their own

    def tearDown(self):
        """Where the law wants it, every ticket was sealed, and stayed as it was."""
        paid = [("company_id", "=", self.env.company.id), ("state", "in", ("paid", "done"))]
        if self.law and (tickets := self.env["pos.order"].search(paid)):
            self.assertTrue(all(ticket.l10n_fr_hash for ticket in tickets), "A ticket is not sealed.")
            report = self.env.company.sudo()._check_pos_hash_integrity()
            self.assertEqual(report["corrupted_orders"], "None", "A ticket changed after its seal.")
        super().tearDown()


class Providers:
    """Mixed into a test: payment providers that pay back as the test says, and jobs that are run by it.

    ``asked`` is what was asked of them: ``[(payment, amount)]``; ``answer``: the method by which they answer.
    """

    def setUp(self):
        super().setUp()
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_kwargs: 60)
        self.asked, self.answer, self.support = [], "_set_done", {}
        asked, support = self.asked, self.support

        def features(providers):
            names = ("support_manual_capture", "support_express_checkout", "support_tokenization")
            for provider in providers:
                provider.update(dict.fromkeys(names, False))
                provider.support_refund = support.get(provider.id, "none")

        def send(request):
            asked.append((request.source_transaction_id, -request.amount))
            if self.answer:
                getattr(request, self.answer)(*(["refused"] if self.answer == "_set_error" else []))

        self.patch(self.env.registry["payment.provider"], "_compute_feature_support_fields", features)
        self.patch(self.env.registry["payment.transaction"], "_send_refund_request", send)
        self.method = self.env["payment.method"].create(
            {"name": "Card", "code": "omni_card", "support_refund": "partial", "active": True}
        )
        self.card = self._provider("partial")

    def _provider(self, support):
        provider = self.env["payment.provider"].create(
            {"name": "Test card", "code": "none", "state": "test", "payment_method_ids": [Command.set(self.method.ids)]}
        )
        self.support[provider.id] = support
        provider.invalidate_recordset(["support_refund"])
        return provider

    def _pay_by(self, order, amount, provider=None):
        return pay_online(order, amount, provider or self.card, self.method)

    def _amounts(self):
        return [amount for _paid, amount in self.asked]


class OmniCommon(TransactionCase):
    """A company with two stores, a storable product and one user of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.website = cls.env["website"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.paris, cls.lyon = cls.env["stock.warehouse"].create(
            [{"name": "Paris Test", "code": "PT"}, {"name": "Lyon Test", "code": "LT"}]
        )
        cls.lamp, cls.chair = cls.env["product.product"].create(
            [
                {"name": "Lamp", "is_storable": True, "list_price": 40.0, "standard_price": 25.0, "taxes_id": False},
                {"name": "Chair", "is_storable": True, "list_price": 90.0, "standard_price": 60.0, "taxes_id": False},
            ]
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Camille Roux",
                "email": "Camille.Roux@Example.com",
                "phone": "06 12 34 56 78",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.seller = new_test_user(cls.env, "omni_seller", groups="base.group_user,point_of_sale.group_pos_user")
        cls.manager = new_test_user(cls.env, "omni_manager", groups="omni_base.group_manager")
        cls.employee = new_test_user(cls.env, "omni_employee", groups="base.group_user")

    @classmethod
    def _stock(cls, product, warehouse, quantity):
        cls.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, quantity)

    @classmethod
    def _order(cls, quantity=1.0, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "warehouse_id": cls.paris.id,
                "order_line": [Command.create({"product_id": cls.lamp.id, "product_uom_qty": quantity})],
                **values,
            }
        )
