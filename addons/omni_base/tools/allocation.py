"""Sharing quantities out: who gives what of a quantity, who takes what of what is there."""


def allocate(quantity, takers, unit):
    """Share a quantity out, to each in turn as much as they can take.

    :param float quantity: what there is to share out
    :param takers: ``[(taker, most)]`` in order, ``most``: what this one can take; a taker may be anything
    :param unit: the unit of measure of all of it: ``unit.compare(a, b)`` says what its rounding makes of a difference
    :return: ``([(taker, part)], rest)``, parts above zero; ``rest``: what nobody takes
    """
    parts = []
    for taker, most in takers:
        part = min(quantity, most)
        if unit.compare(part, 0) > 0:
            parts.append((taker, part))
            quantity -= part
    return parts, quantity


def allocate_goods(goods, left):
    """Share goods out to the lines that want them, and count down what they want.

    :param goods: ``[(product_id, quantity)]``, in the product's unit of measure
    :param left: ``{line: quantity}`` that each line, which has a ``product_id``, still wants; changed in place
    :return: yields ``(line, part)``
    """
    for product_id, quantity in goods:
        takers = [(line, most) for line, most in left.items() if line.product_id.id == product_id]
        for line, part in allocate(quantity, takers, takers[0][0].product_id.uom_id)[0] if takers else ():
            left[line] -= part
            yield line, part
