"""Product pictures, drawn: flat shapes lit from the left on a soft ground. Same shape and colour, same picture.

A shape is written in a box of 200 x 200 with its origin at the top left, a line a stroke of the brush: ``role[width][|] path``.
Roles: b, d, l the product's colour, darker, lighter; a an accent; k ink; m metal; w white; s leather. With a width it is a
stroke, without one a surface; with ``|`` it is drawn again mirrored in x = 100. A path has the commands M, L, C, Q, Z of SVG in
absolute coordinates, and E cx cy rx ry (an ellipse) and R x y width height radius (a box).
"""

import base64
import io
import math
import re
from functools import cache

import shapes_gear
import shapes_wear
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont

SHAPES = shapes_wear.SHAPES | shapes_gear.SHAPES
SIZE = 512  # pixels of a side
FINE = 2  # drawn that much larger, then reduced: smooth edges
BOX = 200  # units of a side of a shape
NAME, BRAND = "hautvent", "#1f5c57"
PAPER = ImageColor.getrgb("#f6f4ef")
INK = ImageColor.getrgb("#2f3237")
FIXED = {
    "k": INK,
    "m": ImageColor.getrgb("#b9bec2"),
    "w": ImageColor.getrgb("#fbfaf7"),
    "s": ImageColor.getrgb("#8a5a3b"),
}


@cache
def picture(shape, colour):
    """Return the picture of a shape of ``SHAPES`` in a colour (``"#rrggbb"``): base64 of a JPEG."""
    base = ImageColor.getrgb(colour)
    pixels = SIZE * FINE
    drawing = Image.new("RGBA", (pixels, pixels))
    for line in SHAPES[shape].strip().splitlines():
        _draw_line(drawing, line.strip(), _roles(base))
    _light(drawing)
    image = _ground(base, pixels)
    image.paste(drawing, mask=drawing)
    output = io.BytesIO()
    image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(output, "JPEG", quality=88, subsampling=0, optimize=True)
    return base64.b64encode(output.getvalue())


def logo(height=160):
    """Return the retailer's logo, a ridge in the wind and the name: base64 of a PNG."""
    font = ImageFont.load_default(height * FINE * 0.62)
    left, top, right, bottom = font.getbbox(NAME)
    mark = Image.new("RGBA", (height * FINE, height * FINE))
    for line in SHAPES["logo"].strip().splitlines():
        _draw_line(mark, line.strip(), _roles(ImageColor.getrgb(BRAND)))
    image = Image.new("RGBA", (int(height * FINE * 1.12 + right), height * FINE))
    image.paste(mark, (0, 0), mark)
    ImageDraw.Draw(image).text((height * FINE * 1.08, (height * FINE - top - bottom) / 2), NAME, BRAND, font)
    output = io.BytesIO()
    image.resize((image.width // FINE, height), Image.Resampling.LANCZOS).save(output, "PNG", optimize=True)
    return base64.b64encode(output.getvalue())


def banner(width=1600, height=640):
    """Return a wide picture, ridges under a morning sky: base64 of a JPEG."""
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    for y in range(height):
        pen.line([(0, y), (width, y)], mix((190, 219, 224), (250, 236, 214), y / height))
    sun = width * 0.74, height * 0.4, height * 0.13
    pen.ellipse([sun[0] - sun[2], sun[1] - sun[2], sun[0] + sun[2], sun[1] + sun[2]], (252, 214, 142))
    ridges = (("#b7cfcb", 0.62, 60, 210), ("#7fa8a2", 0.7, 80, 330), ("#417a74", 0.8, 70, 450), (BRAND, 0.9, 50, 620))
    for colour, level, rise, step in ridges:
        points = [(0, height)]
        for number in range(width // step * 4 + 5):
            x = number * step / 4
            wave = math.sin(x / step * math.tau / 1.7) + 0.45 * math.sin(x / step * 9) + 0.2 * math.sin(x / step * 23)
            points.append((x, height * level - wave * rise))
        pen.polygon([*points, (width, height)], colour)
    output = io.BytesIO()
    image.save(output, "JPEG", quality=85)
    return base64.b64encode(output.getvalue())


def _roles(base):
    """What a letter of a shape's lines is painted with."""
    dark_base = sum(base) < 240
    return FIXED | {
        "b": base,
        "d": mix(base, INK, 0.28) if not dark_base else mix(base, (255, 255, 255), 0.16),
        "l": mix(base, (255, 255, 255), 0.3),
        "a": ImageColor.getrgb("#e8a33d") if not _warm(base) else ImageColor.getrgb("#2d5f73"),
    }


def mix(colour, other, share):
    """Return ``colour`` with ``share`` (0 to 1) of ``other`` in it."""
    return tuple(round(one * (1 - share) + two * share) for one, two in zip(colour, other, strict=True))


def _warm(colour):
    red, green, blue = colour
    return red > 150 and red > blue + 60 and green > blue


def _draw_line(drawing, line, roles):
    """Draw one line of a shape: ``role[width][|] command numbers ...``."""
    head, _space, path = line.partition(" ")
    role, width, mirror = re.fullmatch(r"([a-z])([\d.]*)(\|?)", head).groups()
    scale = drawing.width / BOX
    pen = ImageDraw.Draw(drawing)
    for outline in _outlines(path):
        for points in [outline, [(BOX - x, y) for x, y in outline]] if mirror else [outline]:
            scaled = [(x * scale, y * scale) for x, y in points]
            if width:
                thick = float(width) * scale
                pen.line(scaled, roles[role], round(thick), joint="curve")
                for x, y in (scaled[0], scaled[-1]):
                    pen.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], roles[role])
            else:
                pen.polygon(scaled, roles[role])


def _outlines(path):
    """Return the lists of points of a path: M, L, C, Q, Z as in SVG; E cx cy rx ry, an ellipse; R x y w h r, a rounded box."""
    outlines, points = [], []
    for command, text in re.findall(r"([A-Z])([^A-Z]*)", path):
        numbers = [float(number) for number in text.split()]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
        if command == "M":
            points = list(pairs)
            outlines.append(points)
        elif command == "L":
            points += pairs
        elif command in "CQ":
            step = 3 if command == "C" else 2
            for at in range(0, len(pairs), step):
                points += _curve([points[-1], *pairs[at : at + step]])
        elif command == "Z":
            points.append(points[0])
        elif command == "E":
            outlines.append(_ellipse(*numbers))
        elif command == "R":
            outlines.append(_rounded(*numbers))
    return outlines


def _curve(control, steps=24):
    """Return points of a Bézier curve after its first, by de Casteljau's construction."""
    found = []
    for step in range(1, steps + 1):
        share, row = step / steps, control
        while len(row) > 1:
            row = [(x + (u - x) * share, y + (v - y) * share) for (x, y), (u, v) in zip(row, row[1:], strict=False)]
        found += row
    return found


def _ellipse(x, y, rx, ry):
    k = 0.5523  # a quarter of a circle as a Bézier curve
    path = [
        ((x - rx, y - k * ry), (x - k * rx, y - ry), (x, y - ry)),
        ((x + k * rx, y - ry), (x + rx, y - k * ry), (x + rx, y)),
    ]
    path += [
        ((x + rx, y + k * ry), (x + k * rx, y + ry), (x, y + ry)),
        ((x - k * rx, y + ry), (x - rx, y + k * ry), (x - rx, y)),
    ]
    points = [(x - rx, y)]
    for curve in path:
        points += _curve([points[-1], *curve])
    return points


def _rounded(x, y, width, height, radius):
    right, bottom = x + width, y + height
    points = []
    for start, corner, end in (
        ((right - radius, y), (right, y), (right, y + radius)),
        ((right, bottom - radius), (right, bottom), (right - radius, bottom)),
        ((x + radius, bottom), (x, bottom), (x, bottom - radius)),
        ((x, y + radius), (x, y), (x + radius, y)),
    ):
        points += [start, *_curve([start, corner, end], 10)]
    return points


def _light(drawing):
    """Shade the right and lower rim, brighten the left one: flat shapes get a volume."""
    alpha = drawing.getchannel("A")
    reach = drawing.width // 40
    inner = ImageChops.offset(alpha, -reach, -reach // 2)
    shade = ImageChops.subtract(alpha, inner).point(lambda level: level * 0.16)
    drawing.paste(Image.new("RGB", drawing.size, INK), mask=shade)
    drawing.putalpha(alpha)


def _ground(base, pixels):
    """Return the background: paper tinted by the product's colour, a disc of light, a shadow on the floor."""
    image = Image.new("RGB", (pixels, pixels), mix(PAPER, base, 0.10))
    pen = ImageDraw.Draw(image)
    unit = pixels / BOX
    pen.ellipse([22 * unit, 22 * unit, 178 * unit, 178 * unit], mix(PAPER, base, 0.02))
    pen.ellipse([52 * unit, 174 * unit, 148 * unit, 183 * unit], mix(mix(PAPER, base, 0.10), INK, 0.16))
    return image
