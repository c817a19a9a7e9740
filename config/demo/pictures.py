"""Pictures: one drawing a kind of product, in the folder of that name, repainted in the colour of each model."""

import base64
import re
from functools import cache
from pathlib import Path

from PIL import ImageColor

FOLDER = Path(__file__).with_name("pictures")
DRAWN, BRAND = "#2f5d50", "#1f5c57"  # the colour that products are drawn in, and the retailer's
PAPER, INK, WHITE = ((246, 244, 239), (47, 50, 55), (255, 255, 255))
ACCENT, COOL_ACCENT = "#e8a33d", "#2d5f73"


@cache
def product(kind, colour):
    """Return the picture of a kind of product in a colour (``"#rrggbb"``): base64 of an SVG."""
    repainted = dict(zip(_palette(DRAWN), _palette(colour), strict=True))
    drawing = (FOLDER / f"{kind}.svg").read_text()
    drawing = re.sub("#[0-9a-f]{6}", lambda shade: repainted.get(shade[0], shade[0]), drawing)
    return base64.b64encode(drawing.encode())


def named(name):
    """Return the picture in that file: base64."""
    return base64.b64encode((FOLDER / name).read_bytes())


def _palette(colour):
    """Return what depends on a product's colour: itself, its shadows, its lights, what stands out, paper, disc, floor."""
    base = ImageColor.getrgb(colour)
    red, green, blue = base
    shadows = _mix(base, INK, 0.28) if sum(base) >= 240 else _mix(base, WHITE, 0.16)
    is_warm = red > 150 and red > blue + 60 and green > blue
    paper = _mix(PAPER, base, 0.10)
    shades = (base, shadows, _mix(base, WHITE, 0.3), paper, _mix(PAPER, base, 0.02), _mix(paper, INK, 0.16))
    return [*("#{:02x}{:02x}{:02x}".format(*shade) for shade in shades), COOL_ACCENT if is_warm else ACCENT]


def _mix(colour, other, share):
    """Return ``colour`` with ``share`` (0 to 1) of ``other`` in it."""
    return tuple(round(one * (1 - share) + two * share) for one, two in zip(colour, other, strict=True))
