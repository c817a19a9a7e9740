from . import test_menus
from . import test_omni_sales_analysis
from . import test_omni_sales_page
