from odoo.fields import Command

from odoo.addons.point_of_sale.tests.common import TestPoSCommon

from .common import MainCompany


class ChannelsCommon(MainCompany, TestPoSCommon):
    """A web shop and a till that sell the same lamp, in a company of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.config = cls.basic_config
        cls.website = cls.env["website"].create({"name": "Figures shop", "company_id": cls.env.company.id})
        cls.lamp = cls.create_product("Lamp", cls.categ_basic, 40.0, 25.0)

    def _web_order(self, quantity=2.0, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "website_id": self.website.id,
                "order_line": [
                    Command.create({"product_id": self.lamp.id, "product_uom_qty": quantity, "tax_ids": False})
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _ticket(self, quantity=1, **line):
        data = self.create_ui_order_data([(self.lamp, quantity)], customer=self.customer)
        data["lines"][0][2].update(line)
        return self.env["pos.order"].browse(self.env["pos.order"].sync_from_ui([data])["pos.order"][0]["id"])

    def _ring_up(self, *lines, **values):
        """Return a paid ticket as the till sends it: ``lines`` are values, each with ``product_id`` and ``qty``."""
        sent = []
        for line in lines:
            total = line["qty"] * line["price_unit"]
            # Odoo's till stores the price of what goes back above 0
            sent.append(line | {"price_subtotal": abs(total) if line.get("refunded_orderline_id") else total})
            sent[-1]["price_subtotal_incl"] = sent[-1]["price_subtotal"]
        total = sum(line["qty"] * line["price_unit"] for line in lines)
        data = self.create_ui_order_data([], customer=self.customer, payments=[(self.cash_pm1, total)])
        data |= {"lines": [(0, 0, {"tax_ids": [], **line}) for line in sent], "amount_total": total, "amount_tax": 0}
        data["is_refund"] = any(line.get("refunded_orderline_id") for line in lines)
        data |= values
        answer = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        return self.env["pos.order"].browse(next(row["id"] for row in answer if row["uuid"] == data["uuid"]))

    def _settling(self, order):
        """Return the lines by which a till settles an order."""
        return [
            {
                "product_id": line.product_id.id,
                "qty": line.product_uom_qty,
                "price_unit": line.price_unit,
                "sale_order_origin_id": order.id,
                "sale_order_line_id": line.id,
            }
            for line in order.order_line
            if not line.is_downpayment and not line.display_type
        ]

    def _take_back(self, *lines):
        """Return the ticket that takes lines of a ticket back, as the till sends it: ``(line, quantity)`` each."""
        return self._ring_up(
            *(
                {
                    "product_id": line.product_id.id,
                    "qty": -quantity,
                    "price_unit": line.price_unit,
                    "refunded_orderline_id": line.id,
                }
                for line, quantity in lines
            )
        )

    def _refund_in_back_office(self, ticket):
        refund = ticket._refund()
        refund.add_payment(
            {"pos_order_id": refund.id, "amount": refund.amount_total, "payment_method_id": self.cash_pm1.id}
        )
        refund._process_saved_order(False)
        return refund
