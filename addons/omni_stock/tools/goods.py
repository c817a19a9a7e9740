"""Goods that a document names, ``[[product id, quantity], ...]``, as people read them."""

from odoo import api, fields


def in_words(goods, label):
    """Return the field that says in words what another one holds. It is called as that one, with ``_words``.

    :param str goods: name of a field of the same record
    :param str label: what people read above it
    """

    @api.depends(goods)
    def compute(records):
        for record in records:
            record[f"{goods}_words"] = record.env["omni.routing.decision"]._goods_words(record[goods])

    return fields.Char(label, compute=compute)
