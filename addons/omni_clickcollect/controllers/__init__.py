from . import delivery
from . import pickup_page
from . import portal
from . import reserve
