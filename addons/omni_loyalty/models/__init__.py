from . import omni_fact
from . import omni_loyalty_entry
from . import loyalty_card
from . import loyalty_program
from . import res_partner
from . import sale_order
from . import sale_order_line
from . import pos_order
