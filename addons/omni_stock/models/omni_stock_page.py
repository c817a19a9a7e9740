from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.omni_base.tools import inputs

PAGE = 40  # products shown at a time
MOST = 200  # products that one call may ask for
# What makes up what is available, and how it counts, in the order of the screen.
PARTS = {"on_hand": 1, "reserved": -1, "ordered": -1, "sold": -1, "held": -1, "expired": -1, "safety": -1}


class OmniStockPage(models.AbstractModel):
    """Stock everywhere: what is available now, products by stores, and what makes each number up."""

    _name = "omni.stock.page"
    _description = "Stock by Store"

    @api.model
    def read_page(self, search="", category_id=False, channel_id=False, offset=0, limit=PAGE):
        """Return one page of products and what is available of them in each store, in the products' own units.

        :param str search: part of the name or reference, or the whole barcode
        :param category_id: id of ``product.category``, those below it included
        :param channel_id: id of ``omni.channel``: only the stores that it sells from, and what is available on it
        :return: ``{"stores": [{"id", "name"}], "products": [{"id", "name", "reference", "unit", "quantities": [float of
            each store], "total"}], "totals": [float of each store], "total", "count": all products found, "offset",
            "limit", "channels": [{"id", "name"}]}``
        :raises AccessError: the caller is neither an omnichannel nor a stock user
        :raises InvalidInput: no such category or channel, or a page that cannot be
        """
        self._check_caller()
        offset, limit = inputs.whole(self.env, offset, 0), inputs.whole(self.env, limit, 1, MOST)
        search = inputs.text(self.env, search)
        channel, category = self.env["omni.channel"], self.env["product.category"]
        if not inputs.is_nothing(channel_id):
            channel = inputs.found(channel, channel_id, self.env._("This sales channel does not exist."))
        if not inputs.is_nothing(category_id):
            category = inputs.found(category, category_id, self.env._("This category does not exist."))
        domain = Domain("is_storable", "=", True)
        if search:
            domain &= Domain("display_name", "ilike", search)
        if category:
            domain &= Domain("categ_id", "child_of", category.id)
        products = self.env["product.product"].search(domain, offset=offset, limit=limit)
        stores = self._stores(channel)
        available = self.env["omni.availability"].available(products.ids, stores.ids, channel)
        rows = [
            {
                "id": product.id,
                "name": product.display_name,
                "reference": product.default_code or "",
                "unit": product.uom_id.name,
                "quantities": [available[product.id, store.id] for store in stores],
            }
            for product in products.with_context(display_default_code=False)
        ]
        for row in rows:
            row["total"] = sum(row["quantities"])
        totals = [sum(column) for column in zip(*(row["quantities"] for row in rows), strict=True)]
        return {
            "stores": [{"id": store.id, "name": store.name} for store in stores],
            "products": rows,
            "totals": totals or [0.0] * len(stores),
            "total": sum(totals),
            "count": self.env["product.product"].search_count(domain),
            "offset": offset,
            "limit": limit,
            "channels": [{"id": one.id, "name": one.name} for one in self.env["omni.channel"].search([])],
        }

    @api.model
    def read_cell(self, product_id, warehouse_id):
        """Return what makes up what is available of one product in one store.

        :return: ``{"product", "store": str, "unit": str, "parts": [{"code", "label", "quantity": counted as shown}],
            "available": float, never below 0, "missing": what is held or ordered and not there, "holds": [{"name",
            "quantity", "until": UTC text}], "others": [{"id", "name", "quantity": what is available there}],
            "can_move": bool}``; ``name`` is empty for who may not read what is on hold
        :raises AccessError: the caller is neither an omnichannel nor a stock user
        :raises InvalidInput: no such product or store
        """
        self._check_caller()
        product, store = self._product(product_id), self._store(warehouse_id)
        others = self._stores() - store
        available = self.env["omni.availability"].available(product.ids, [store.id, *others.ids])
        figures = self._figures(product, store)
        left = sum(sign * figures[code] for code, sign in PARTS.items())
        labels = self._labels()
        return {
            "product": product.display_name,
            "store": store.name,
            "unit": product.uom_id.name,
            "parts": [
                {"code": code, "label": labels[code], "quantity": sign * figures[code] or 0.0}
                for code, sign in PARTS.items()
            ],
            "available": available[product.id, store.id],
            "missing": max(-left - figures["safety"], 0.0),
            "holds": self._holds(product, store),
            "others": [
                {"id": other.id, "name": other.name, "quantity": available[product.id, other.id]}
                for other in others.sorted(lambda other: (-available[product.id, other.id], other.name))
                if available[product.id, other.id] > 0 and other.company_id == store.company_id
            ],
            "can_move": self.env.user.has_group("stock.group_stock_user"),
        }

    @api.model
    def move(self, product_id, from_id, to_id, quantity):
        """Make a draft transfer of one product from one store to another.

        :param float quantity: in the product's unit, at most what is available at ``from_id`` now
        :return: ``{"id": of the ``stock.picking``, "name": str}``
        :raises AccessError: the caller is no stock user, or works in neither store
        :raises ValidationError: in plain words, what cannot be done
        """
        if not self.env.user.has_group("stock.group_stock_user"):
            raise AccessError(self.env._("Only stock users may move goods between stores."))
        product, source, target = self._product(product_id), self._store(from_id), self._store(to_id)
        if source == target:
            raise ValidationError(self.env._("Choose two different stores."))
        if not (source | target)._omni_mine():
            raise AccessError(self.env._("You work in neither of these stores."))
        if source.company_id != target.company_id:
            raise ValidationError(self.env._("These stores belong to two companies: goods are sold, not moved."))
        quantity = inputs.quantity(self.env, quantity)
        left = self.env["omni.availability"].available(product.ids, source.ids)[product.id, source.id]
        if product.uom_id.compare(quantity, left) > 0:
            words = {"store": source.name, "left": left, "product": product.display_name, "asked": quantity}
            raise ValidationError(self.env._("%(store)s can spare %(left)g of %(product)s, not %(asked)g.", **words))
        picking = self._transfer(product, source, target, quantity)
        return {"id": picking.id, "name": picking.name}

    # -- what was asked for ------------------------------------------------------------------------------------------

    def _check_caller(self):
        if not self.env.user.has_groups("omni_base.group_user,stock.group_stock_user"):
            raise AccessError(self.env._("Only stock and omnichannel users see the stock of all stores."))

    def _product(self, product_id):
        words = self.env._("This product does not exist any more.")
        product = inputs.found(self.env["product.product"], product_id, words)
        if not product.is_storable:
            raise ValidationError(self.env._("The stock of this product is not counted."))
        return product

    def _store(self, warehouse_id):
        words = self.env._("This store does not exist, or not in your company.")
        store = inputs.found(self.env["stock.warehouse"], warehouse_id, words)
        if store.company_id not in self.env["res.company"]._omni_mine():
            raise ValidationError(words)
        return store

    def _stores(self, channel=None):
        """Return the stores of the user's companies, those of ``channel`` if it names some."""
        stores = self.env["stock.warehouse"].search([("company_id", "in", self.env["res.company"]._omni_mine().ids)])
        return stores & channel._omni_warehouses() if channel else stores

    # -- what makes a number up --------------------------------------------------------------------------------------

    def _labels(self):
        return {
            "on_hand": self.env._("On hand"),
            "reserved": self.env._("Reserved for orders"),
            "ordered": self.env._("Ordered, not reserved yet"),
            "sold": self.env._("Sold at a till, not moved yet"),
            "held": self.env._("On hold"),
            "expired": self.env._("Past its removal date"),
            "safety": self.env._("Safety stock"),
        }

    def _figures(self, product, store):
        """Return ``{code: quantity}`` of PARTS, from the documents themselves."""
        self.env["omni.availability"]._flush_promise()
        query = SQL(
            """
            SELECT COALESCE(SUM(q.quantity), 0)::float8 AS on_hand,
                   COALESCE(SUM(q.reserved_quantity), 0)::float8 AS reserved,
                   COALESCE((SELECT SUM(m.omni_demand) FROM stock_move AS m
                               JOIN stock_location AS l ON l.id = m.location_id AND l.warehouse_id = %(store)s
                              WHERE m.product_id = %(product)s AND m.omni_demand <> 0), 0)::float8 AS ordered,
                   COALESCE((SELECT SUM(h.quantity) FROM omni_hold AS h
                              WHERE h.product_id = %(product)s AND h.warehouse_id = %(store)s
                                AND %(in_force)s), 0)::float8 AS held,
                   COALESCE((SELECT SUM(u.quantity) FROM omni_unmoved(ARRAY[%(product)s]) AS u
                              WHERE u.warehouse_id = %(store)s), 0)::float8 AS sold,
                   COALESCE((SELECT e.quantity FROM omni_expired(ARRAY[%(product)s], ARRAY[%(store)s]) AS e), 0
                   )::float8 AS expired,
                   COALESCE((SELECT s.safety FROM omni_promise.row_settings(
                                 ARRAY[%(product)s], ARRAY[%(store)s]) AS s), 0)::float8 AS safety
              FROM stock_quant AS q
              JOIN stock_location AS l ON l.id = q.location_id
             WHERE q.product_id = %(product)s AND l.warehouse_id = %(store)s AND l.usage = 'internal'
            """,
            product=product.id,
            store=store.id,
            in_force=self.env["omni.hold"]._in_force(),
        )
        [figures] = self.env.execute_query_dict(query)
        figures["safety"] -= figures["expired"]  # which the terms count in
        return figures

    def _holds(self, product, store):
        may_read = self.env["omni.hold"].has_access("read")
        domain = Domain("product_id", "=", product.id) & Domain("warehouse_id", "=", store.id)
        domain &= Domain("ended", "=", False) & Domain("expires_at", ">", fields.Datetime.now())
        # sudo: who may not read holds still sees how many are kept and until when, not for whom
        holds = self.env["omni.hold"].sudo().search(domain, order="expires_at")
        return [
            {
                "name": (hold.partner_id.name or hold.owner_name) if may_read else "",
                "quantity": hold.quantity,
                "until": fields.Datetime.to_string(hold.expires_at),
            }
            for hold in holds
        ]

    # -- moving goods ------------------------------------------------------------------------------------------------

    def _transfer(self, product, source, target, quantity):
        """Return a draft transfer from one store's stock to another's."""
        places = {"location_id": source.lot_stock_id.id, "location_dest_id": target.lot_stock_id.id}
        line = places | {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "product_uom": product.uom_id.id,
            "company_id": source.company_id.id,
        }
        return self.env["stock.picking"].create(
            places | {"picking_type_id": source.int_type_id.id, "move_ids": [Command.create(line)]}
        )
