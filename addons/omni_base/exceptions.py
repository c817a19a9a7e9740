from odoo.exceptions import UserError, ValidationError


class OutOfStock(UserError):
    """More was asked for than can be promised. Nothing was held.

    :ivar shortages: ``{(product_id, warehouse_id): missing}``, missing in the product's unit of measure

    Over RPC the same figures travel in ``context["shortages"]`` as rows ``[product_id, warehouse_id, missing]``.
    """

    def __init__(self, message, shortages):
        super().__init__(message)
        self.shortages = shortages
        self.context = {"shortages": [[*pair, missing] for pair, missing in shortages.items()]}


class Busy(UserError):
    """It could not be decided in time, because somebody else is at the same thing. Nothing was changed: ask again."""


class InvalidInput(ValidationError):
    """What a caller sent makes no sense. Nothing was changed. See ``tools.inputs``."""
