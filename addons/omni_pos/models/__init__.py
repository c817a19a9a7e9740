from . import omni_event
from . import pos_config
from . import product_template
from . import res_partner
from . import sale_order
from . import sale_order_till
from . import stock_picking
from . import stock_warehouse
