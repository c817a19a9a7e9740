from . import test_customers
from . import test_hand_over
from . import test_product_info
from . import test_settle
from . import test_timeline
from . import test_till_tours
from . import test_web_orders
