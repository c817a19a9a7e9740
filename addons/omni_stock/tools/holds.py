from odoo.tools import float_is_zero

from odoo.addons.omni_base.exceptions import OutOfStock


def same_quantities(left, right):
    """Whether two ``{key: quantity}`` say the same, but for rounding."""
    return left.keys() == right.keys() and all(
        float_is_zero(quantity - right[key], precision_digits=5) for key, quantity in left.items()
    )


def allocate_and_hold(allocate, hold):
    """Allocate, and hold what was allocated. Reads use the snapshot of their transaction: if the hold is refused, it is
    allocated again with the quantities that the refusal reported.

    :param allocate: ``allocate(known)``, with ``{(product_id, warehouse_id): quantity}`` that is left, known better
        than by reading; gives the allocation, and its demand ``{(product_id, warehouse_id): quantity}``
    :param hold: ``hold(demand)``
    :return: the allocation that is held
    """
    known = {}
    while True:
        allocation, demand = allocate(known)
        try:
            hold(demand)
        except OutOfStock as error:
            known |= {pair: demand[pair] - lacking for pair, lacking in error.shortages.items()}
        else:
            return allocation
