from . import cart
from . import checkout
from . import product_pages
