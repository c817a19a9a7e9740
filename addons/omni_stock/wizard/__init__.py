from . import omni_confirm
from . import omni_promise_check
from . import omni_refuse
