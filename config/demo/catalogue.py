"""What the retailer sells: the kinds of products of ``catalogue.csv``, each made in a few models."""

import csv
from pathlib import Path
from typing import NamedTuple

COLOURS = {
    "Ink": ("Encre", "#22384f"),
    "Fir": ("Sapin", "#2f5d50"),
    "Brick": ("Brique", "#b5533c"),
    "Sand": ("Sable", "#d8c3a0"),
    "Slate": ("Ardoise", "#5b6770"),
    "Saffron": ("Safran", "#e0a030"),
    "Sky": ("Ciel", "#7fb3d0"),
    "Plum": ("Prune", "#6b3a5b"),
    "Ecru": ("Écru", "#efe8da"),
    "Night": ("Nuit", "#2b2b2e"),
    "Coral": ("Corail", "#e07a64"),
    "Olive": ("Olive", "#7a7f4a"),
}
SIZES = {"wear": ("S", "M", "L", "XL"), "shoes": ("39", "40", "41", "42", "43"), "": ()}

# English: (French, share of the price without VAT that is margin, shape on the category's picture)
CATEGORIES = {
    "Jackets": ("Vestes", 0.56, "rain_jacket"),
    "Tops": ("Hauts", 0.60, "sweater"),
    "Trousers": ("Pantalons", 0.58, "hiking_trousers"),
    "Shoes": ("Chaussures", 0.52, "hiking_boot"),
    "Bags": ("Sacs", 0.55, "backpack"),
    "Camping": ("Bivouac", 0.46, "tent"),
    "Accessories": ("Accessoires", 0.62, "beanie"),
    "Gear": ("Équipement", 0.50, "compass"),
}

# The models of a kind, from the first: share of the kind's price, English, French
TIERS = (
    (1.0, "Made for every day, from the pavement to the path.", "Un modèle de tous les jours, du trottoir au sentier."),
    (0.7, "A simple, sturdy model at a small price.", "Un modèle simple et solide, à petit prix."),
    (
        1.3,
        "Our lightest model, for those who count every gram.",
        "Notre modèle le plus léger, pour qui compte ses grammes.",
    ),
    (1.7, "Our most complete model, tried for a whole winter.", "Notre modèle le plus complet, éprouvé tout un hiver."),
)

# Windy places give the models their names.
PLACES = """
    Ouessant Vercors Brocéliande Mézenc Camargue Aubrac Belle-Île Queyras Ventoux Cotentin Lozère Chartreuse Glénan Morvan
    Luberon Bréhat Cézallier Oléron Margeride Sancy Crozon Jura Noirmoutier Corbières Bauges Somme Esterel Iroise Causse
    Ardenne Porquerolles Mercantour Groix Sologne
""".split()


class Kind(NamedTuple):
    """A kind of product: a row of the file.

    ``category`` is a key of ``CATEGORIES``, ``shape`` a drawing in ``pictures``, ``price`` with VAT, ``weight`` in kg, ``season``
    a key of ``seasons.SEASONS``, ``sizes`` a key of ``SIZES``, ``colours`` how many colours each of its ``models`` comes in.
    """

    category: str
    shape: str
    english: str
    french: str
    price: float
    weight: float
    season: str
    sizes: str
    colours: int
    models: int
    english_text: str
    french_text: str


class Model(NamedTuple):
    """One model of a kind: ``rank`` in the kind, ``colours`` keys of ``COLOURS``, ``price`` and ``cost`` in euros."""

    kind: Kind
    rank: int
    place: str
    colours: tuple
    price: float
    cost: float


def kinds():
    """Return every kind, in the order of the file."""
    with Path(__file__).with_suffix(".csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    types = Kind.__annotations__.values()
    return [Kind(*(convert(cell) for convert, cell in zip(types, row, strict=True))) for row in rows]


def models():
    """Return every model of every kind; places and colours go round, so that neighbours differ."""
    colours, found = list(COLOURS), []
    for number, kind in enumerate(kinds()):
        for rank in range(kind.models):
            start = number * 5 + rank * 4
            chosen = tuple(colours[(start + step * 3) % len(colours)] for step in range(kind.colours))
            # A price ends in 9 up to 20 euros of steps, as on a shop's label.
            price = max(9, round(kind.price * TIERS[rank][0] / 10) * 10 - 1)
            cost = round(price / 1.2 * (1 - CATEGORIES[kind.category][1]), 2)
            place = PLACES[(number * 7 + rank * 11) % len(PLACES)]
            found.append(Model(kind, rank, place, chosen, price, cost))
    return found
