import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger("odoo.addons.omni_stock.upgrade")  # a script is loaded under the name of its file


def migrate(cr, version):
    """Put right what was promised of quants that carry only a reservation: until now these did not count. Last of all,
    when whatever else an upgrade changes of the promise is done.
    """
    count = api.Environment(cr, SUPERUSER_ID, {})["omni.promise.check"]._correct()
    _logger.info("The promise of stock was counted anew: it was wrong of %s products in stores.", count)
