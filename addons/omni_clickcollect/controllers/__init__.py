from . import delivery
from . import split
from . import pickup_page
from . import pickup_push
from . import pickup_times
from . import portal
from . import reserve
from . import shops
