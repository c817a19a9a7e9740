from . import test_hooks
from . import test_omni_loyalty_entry
from . import test_pos_order
from . import test_portal
from . import test_res_partner
from . import test_sale_order
from . import test_till_tour
from . import test_omni_fact
