from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    omni_pickup_ids = fields.One2many(
        "omni.pickup", "order_id", string="Pickups", readonly=True, groups="omni_clickcollect.group_pickup_desk"
    )
    omni_reserved = fields.Boolean(
        string="Reserved",
        readonly=True,
        copy=False,
        help="Kept to be tried and paid in the store; nothing is paid yet.",
    )

    # -- pickups -----------------------------------------------------------------------------------------------------

    @api.depends("carrier_id")
    def _compute_omni_fulfilment(self):
        collected = self.filtered(lambda order: order.carrier_id.delivery_type == "in_store")
        collected.omni_fulfilment = "collect"
        super(SaleOrder, self - collected)._compute_omni_fulfilment()

    def _action_confirm(self):
        ready_times = self.sudo()._omni_ready_times()
        waiting = self._omni_leave_from_sources()
        result = super()._action_confirm()
        self._omni_settle_sources(waiting)
        self._omni_create_pickups(ready_times)
        self._omni_open_pickups()._tell("received")
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        cancelled = self._omni_open_pickups()._move("cancelled")
        for pickup in cancelled.filtered("cancel_asked_at"):
            pickup._pay_back(pickup.order_id._omni_amount_paid())
        for pickups in cancelled.grouped("order_id").values():
            pickups[:1]._tell_step("ended", lambda pickup: pickup.env._("Your order is cancelled."))
        return result

    def _omni_served_at_tills(self):
        """Orders that are collected in stores of the seller's companies."""
        companies = self.env["res.company"]._omni_mine()
        served = self.filtered(lambda order: order.omni_pickup_ids and order.company_id in companies)
        return super(SaleOrder, self - served)._omni_served_at_tills()

    def _omni_come_later(self, promised_at, promised_before, warehouse):
        """Override: who collects it hears by the mail of the pickup, which moves."""
        waiting = self.sudo().omni_pickup_ids.filtered(  # sudo: who moves goods need not read pickups
            lambda pickup: pickup.warehouse_id == warehouse and pickup.state in ("to_prepare", "preparing")
        )
        if waiting:
            waiting._come_later(promised_at)
        else:
            super()._omni_come_later(promised_at, promised_before, warehouse)

    def _omni_keeping(self, start, store=None):
        """Return how a pickup of this order is kept from ``start`` on: ``{"kind", "deadline"}``.

        :param store: where, by default the order's own
        """
        store = store or self.warehouse_id
        hours = store.omni_reserve_hours if self.omni_reserved else store.omni_collect_days * 24
        return {
            "kind": "reservation" if self.omni_reserved else "order",
            "deadline": store._omni_kept_until(start, hours),
        }

    def _omni_pickup_lines(self):
        """Return the order lines that somebody carries out of the shop."""
        return self._omni_goods_lines().filtered(lambda line: not line._omni_is_sent_home())

    def _omni_ship_to(self, shop):
        """Name ``shop`` as the place where these goods go to, as confirming an order to collect does."""
        address, place = self.partner_shipping_id, shop.partner_id
        if address.is_pickup_location:
            values = {"name": place.name, "street": place.street, "city": place.city, "zip": place.zip}
            values |= {"state_id": place.state_id.id, "country_id": place.country_id.id}
            domain = [("parent_id", "=", address.parent_id.id), ("is_pickup_location", "=", True)]
            domain += [(field, "=", value) for field, value in values.items()]
            known = address.search(domain, limit=1) or address.copy(values)
            self.with_context(update_delivery_shipping_partner=True).partner_shipping_id = known
        self._omni_address_home()

    def _omni_is_settled(self):
        """Whether a till sold and gave the goods before the order was even confirmed; a deposit gives none."""
        goods = self.order_line.filtered(lambda line: not line.is_downpayment)
        return any(
            line.order_id.state in ("paid", "done") and not line.order_id.shipping_date and line.qty > 0
            for line in goods.pos_order_line_ids
        )

    # -- timeline ----------------------------------------------------------------------------------------------------

    def _omni_steps(self):
        steps = super()._omni_steps()
        history = self.omni_pickup_ids.step_ids
        if any(step.state == "collected" for step in history):
            # The desk's own record says when; the transfer or the till's ticket behind it is the same fact.
            steps = [step for step in steps if step["code"] != "collected"]
        for step in history:
            if step.state == "ready" and not step.note:
                steps.append(self._omni_step(step.at, "prepared", step.warehouse_id))
            if step.state in ("ready", "collected") and not step.note:
                steps.append(self._omni_step(step.at, step.state, step.warehouse_id))
        return steps

    # -- checkout ----------------------------------------------------------------------------------------------------

    def _set_pickup_location(self, pickup_location_data):
        former = self.warehouse_id
        result = super()._set_pickup_location(pickup_location_data)
        if self.state in ("draft", "sent") and self.warehouse_id != former:
            self._omni_collect_all()
        self._omni_drop_slot()
        return result

    def _check_cart_is_ready_to_be_paid(self):
        """Override of `website_sale`: the chosen slot is kept until the payment is through, somebody brings what is
        sent home, and the rest is collected as the shopper read.
        """
        self._omni_keep_slot_to_pay()
        result = super()._check_cart_is_ready_to_be_paid()
        self._omni_check_home_carrier()
        self._omni_check_told()
        return result

    # -- stock of the chosen shop ------------------------------------------------------------------------------------

    def _get_insufficient_stock_data(self, wh_id):
        """Override of `website_sale_collect`: what can be promised comes from the availability contract."""
        short = self._omni_short_lines_by_warehouse([wh_id])[wh_id]
        for line, quantity in short.items():
            words = {"available": quantity, "asked": int(line.product_uom_qty)}
            line.shop_warning = self.env._("%(available)s of %(asked)s available in this store", **words)
        return short

    def _omni_short_lines_by_warehouse(self, warehouse_ids):
        """Return, asking once for all shops, the lines of this basket that each shop cannot serve: by itself, and the
        chosen one with what others bring.

        :return: ``{warehouse_id: {order line: whole quantity available, in the line's unit of measure}}``
        """
        short = self._omni_short_lines_alone(warehouse_ids)
        store = self.sudo().warehouse_id.id
        if self.state not in ("draft", "sent") or self.carrier_id.delivery_type != "in_store" or store not in short:
            return short
        if short[store] or self.order_line.filtered(lambda line: line._omni_is_sent_home() or line.omni_sources):
            self._omni_plan_sources()
            short[store] = {line: left for line, left in short[store].items() if not line.omni_sources}
        return short

    def _omni_short_lines_alone(self, warehouse_ids):
        lines = self._omni_counted(self._omni_pickup_lines())
        left = self._omni_contract()._left(lines.product_id, warehouse_ids, self.omni_channel_id)
        short = {warehouse_id: {} for warehouse_id in warehouse_ids}
        for warehouse_id in warehouse_ids:
            for product, product_lines in lines.grouped("product_id").items():
                for line in product_lines:
                    here, asked = left.of(product, warehouse_id), line._omni_ordered()
                    if product.uom_id.compare(asked, here) > 0:
                        there = product.uom_id._compute_quantity(here, line.product_uom_id, rounding_method="DOWN")
                        short[warehouse_id][line] = int(there)
                    left.allocate(product, warehouse_id, asked)
        return short
