"""How far it is from one address to another."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
# Where no coordinates are known: same postcode, same area (its first two signs), same state, same country, abroad.
SAME_ZIP, SAME_AREA, SAME_STATE, SAME_COUNTRY, ABROAD = 10.0, 40.0, 80.0, 300.0, 1000.0


@dataclass(frozen=True)
class Place:
    """An address; country and state are any keys, 0 and empty mean unknown."""

    latitude: float = 0.0
    longitude: float = 0.0
    country: int = 0
    state: int = 0
    zip: str = ""

    @property
    def located(self):
        """Whether the coordinates are known; some geocoders note 1000 for what they did not find."""
        known = (self.latitude, self.longitude) != (0.0, 0.0)
        return known and abs(self.latitude) <= 90 and abs(self.longitude) <= 180


def distance(one, other):
    """Return kilometres: as the crow flies where both coordinates are known, else an estimate from the addresses."""
    if one.located and other.located:
        return _great_circle(one, other)
    if one.country and other.country and one.country != other.country:
        return ABROAD
    if one.zip and other.zip:
        if one.zip == other.zip:
            return SAME_ZIP
        if one.zip[:2] == other.zip[:2]:
            return SAME_AREA
    if one.state and one.state == other.state:
        return SAME_STATE
    return SAME_COUNTRY


def _great_circle(one, other):
    """The haversine formula."""
    up, along = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    chord = sin(up / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(along / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))
