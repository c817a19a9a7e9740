from . import test_channel
from . import test_omni_availability
from . import test_omni_hold
from . import test_payment_page
from . import test_res_partner
from . import test_routing_solver
from . import test_sale_order
from . import test_sale_order_line
