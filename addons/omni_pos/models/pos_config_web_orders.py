from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.omni_base.tools import inputs

LONGEST_QUERY = 60  # signs
WEB_ORDERS_LIMIT = 50  # rows in the till's list; older ones are found by searching


class PosConfig(models.Model):
    _inherit = "pos.config"

    def omni_web_orders(self, query=""):
        """Return the orders of other channels that wait at this till's store, newest first.

        :param str query: part of an order's name, customer's name or e-mail, the last digits of their phone, or a
            reference as printed or scanned
        :return: ``{"count": int, "orders": [row], "notice": str, "by_code": int}``; ``count`` counts all that match,
            ``notice`` tells where an order is whose exact name was asked for and that does not wait here, ``by_code``
            how many more match that are handed over for a code. A row is what ``sale.order._omni_till_row`` documents.
        :raises AccessError: the caller is no seller of this till
        """
        orders_sudo, warehouse_sudo = self._omni_till_orders()
        self.env["res.users"]._omni_look("list")
        text = inputs.text(self.env, query, LONGEST_QUERY)
        domain, by_code = orders_sudo._omni_waiting_domain(warehouse_sudo), 0
        if text:
            asked = orders_sudo._omni_till_search_domain(text)
            domain &= asked
            waiting = orders_sudo._omni_by_code_domain() & orders_sudo._omni_open_domain(warehouse_sudo)
            by_code = orders_sudo.search_count(asked & waiting, limit=WEB_ORDERS_LIMIT)
        found = orders_sudo.search(domain, limit=WEB_ORDERS_LIMIT, order="date_order desc, id desc")
        found.picking_ids.move_ids.product_id.mapped("display_name")  # read for all rows at once, not row by row
        count = len(found) if len(found) < WEB_ORDERS_LIMIT else orders_sudo.search_count(domain)
        return {
            "count": count,
            "orders": [
                order._omni_till_row(warehouse_sudo, left) for order, left in found._omni_all_left_to_pay().items()
            ],
            "notice": "" if found else self._omni_where(text),
            "by_code": by_code,
        }

    def omni_web_order_count(self):
        """Return how many orders of other channels wait at this till's store.

        :raises AccessError: the caller is no seller of this till
        """
        orders_sudo, warehouse_sudo = self._omni_till_orders()
        return orders_sudo.search_count(orders_sudo._omni_waiting_domain(warehouse_sudo))

    def omni_open_web_order(self, order_id):
        """Return what the till needs to put an order that is still to be paid on a ticket.

        :return: as core's ``sale.order.load_sale_order_from_pos``
        :raises UserError: not an order that waits at this store, paid already, or on another ticket
        """
        order_sudo = self._omni_waiting_order(order_id)
        if not order_sudo._omni_left_to_pay():
            raise UserError(self.env._("%s is paid already: hand it over.", order_sudo.name))
        return self._omni_put_on_ticket(order_sudo)

    def omni_hand_over(self, order_id, key, partial=False):
        """Give the customer the goods of a paid order, and validate its delivery.

        :param str key: made by the till for this hand-over. Asked again with the same key, nothing happens twice.
        :param bool partial: hand over what is here when a part is missing; the rest goes on waiting
        :return: ``{"state": "done", "order": name, "rest": bool}``, or, when a part is missing and ``partial`` is not
            set, ``{"state": "missing", "order": name, "lines": [{"name", "quantity", "here", "uom"}]}``
        :raises UserError: not an order that waits at this store, not paid, or nothing of it is here
        """
        key = inputs.key(self.env, key)
        order_sudo = self._omni_till_order(order_id)
        deliveries_sudo = order_sudo._omni_deliveries(self.sudo()._omni_store())
        deliveries_sudo._omni_lock_hand_over()
        if any(picking.state == "done" and picking.omni_hand_over_key == key for picking in deliveries_sudo):
            return {"state": "done", "order": order_sudo.name, "rest": bool(deliveries_sudo._omni_waiting())}
        order_sudo = self._omni_waiting_order(order_id)
        if order_sudo._omni_left_to_pay():
            raise UserError(self.env._("%s is not paid yet: take the payment first.", order_sudo.name))
        return deliveries_sudo._omni_waiting()._omni_hand_over(order_sudo, self, key, partial)

    # -- helpers -----------------------------------------------------------------------------------------------------

    def _omni_till_orders(self):
        """Check the caller, and return the orders' model and this till's store, both as superuser."""
        self._omni_check_mine()
        # sudo: a seller needs no rights on sale orders to serve those that wait at their till's store; everything below
        # is limited to this till's company and store
        config_sudo = self.sudo().with_company(self.company_id)
        return config_sudo.env["sale.order"], config_sudo.picking_type_id.warehouse_id

    def _omni_till_order(self, order_id):
        """Return the order, as superuser, if this till's store delivers it or has delivered it."""
        orders_sudo, warehouse_sudo = self._omni_till_orders()
        domain = Domain("id", "=", inputs.record_id(self.env, order_id))
        domain &= Domain("company_id", "=", warehouse_sudo.company_id.id)
        order_sudo = orders_sudo.search(domain & orders_sudo._omni_delivery_domain(warehouse_sudo))
        if not order_sudo:
            raise UserError(self.env._("This order belongs to another store."))
        return order_sudo

    def _omni_waiting_order(self, order_id):
        """Return the order, as superuser, if it waits at this till's store."""
        order_sudo = self._omni_till_order(order_id)
        deliveries_sudo = order_sudo._omni_deliveries(self.sudo()._omni_store())
        waits = order_sudo.state == "sale" and deliveries_sudo._omni_waiting()
        if not waits or order_sudo._omni_by_code():
            raise UserError(order_sudo._omni_whereabouts())
        return order_sudo
