from . import omni_sales_analysis
from . import omni_sales_page
