from . import test_omni_availability
from . import test_omni_channel
from . import test_omni_event
from . import test_omni_fact
from . import test_omni_routing
from . import test_omni_timeline
from . import test_res_partner_identity
from . import test_res_partner_profile
