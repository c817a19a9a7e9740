import csv
import logging
import re
from contextlib import suppress
from functools import cache
from math import inf
from os.path import commonprefix
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import file_open, remove_accents

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import notification
from odoo.addons.website_sale_collect.utils import calculate_partner_distance

_logger = logging.getLogger(__name__)

LOCATED_AT_ONCE = 20  # addresses that one run of the job asks for
NOT_FOUND = 1000.0  # how stock Odoo marks the coordinates of an address that could not be located
SAME_AREA = 2  # signs of a postcode that have to be the same for a shop to be near
MANY = 10  # places of a town that distances are taken from
ADDRESS = ["name", "zip", "city", "tz", "partner_latitude", "partner_longitude"]
SHORT_WORDS = {"st": "saint", "ste": "sainte"}
PLACES = "omni_clickcollect/places/%s.csv"  # of a country: start of its postcodes, main town, latitude, longitude


class Near(NamedTuple):
    """Where a customer looks for shops: what they typed, or where they are (degrees of latitude and longitude)."""

    search: str = ""
    position: tuple[float, float] | tuple[()] = ()


class Place(NamedTuple):
    """A point, as Odoo's formula reads it."""

    partner_latitude: float
    partner_longitude: float


def words(text):
    """Return the words of a town, a shop or a search as they are compared."""
    found = re.sub(r"[\W_]+", " ", remove_accents(text or "").casefold()).split()
    return [SHORT_WORDS.get(word, word) for word in found]


@cache
def places_of(country_code):
    """Return where the towns and the areas of a country are: ``{start of a postcode, or words of a town: (latitude,
    longitude)}``; empty for one that no table is kept of. Nobody outside is asked.
    """
    places = {}
    with suppress(FileNotFoundError), file_open(PLACES % country_code) as table:
        for postcode, town, latitude, longitude in csv.reader(table):
            place = float(latitude), float(longitude)
            places |= {key: place for key in (postcode, " ".join(words(town))) if key}
    return places


class StockWarehouse(models.Model):
    """Where a store is, and which one is near."""

    _inherit = "stock.warehouse"

    omni_place = fields.Selection(
        [("known", "Known"), ("unknown", "Not known")],
        string="Map Location",
        compute="_compute_omni_place",
        search="_search_omni_place",
        help="Whether the address of a store where customers collect could be found on the map.",
    )

    # -- the place of a store ----------------------------------------------------------------------------------------

    @api.depends("partner_id.partner_latitude", "partner_id.partner_longitude")
    def _compute_omni_place(self):
        shops = self._omni_collect_stores()
        for store in self:
            place = "known" if store._omni_is_located() else "unknown"
            store.omni_place = place if store._origin in shops else False

    def _search_omni_place(self, operator, value):
        if operator != "in":
            return NotImplemented
        places = {store.id: store.omni_place for store in self.sudo().search([])}  # sudo: only ids come out
        return Domain("id", "in", [store_id for store_id, place in places.items() if place in value])

    @api.model
    def _omni_collect_stores(self):
        """Return the stores that a published delivery method offers for collection, in sudo mode."""
        # sudo: who keeps a store need not see delivery methods
        carriers = self.env["delivery.carrier"].sudo()
        return carriers.search([("delivery_type", "=", "in_store"), ("is_published", "=", True)]).warehouse_ids

    def _omni_is_located(self):
        """Whether the coordinates of this store are known; 1000 is how stock Odoo marks those it could not find."""
        partner = self.partner_id
        place = (partner.partner_latitude, partner.partner_longitude)
        return place != (0, 0) and abs(place[0]) <= 90 and abs(place[1]) <= 180

    def _omni_has_coordinates(self):
        """Whether this store has coordinates, be they the mark of those that were not found."""
        return (self.partner_id.partner_latitude, self.partner_id.partner_longitude) != (0, 0)

    def _omni_is_asked_for(self):
        """Whether this store's address is still to be located: complete, and not asked for since it was changed."""
        partner = self.partner_id
        return bool(partner.city and (partner.street or partner.zip)) and not self._omni_has_coordinates()

    @api.model
    def _cron_locate(self):
        """Ask once for the coordinates of each store. An address that is not found is marked as stock Odoo does, and
        not asked for again until it changes. When the service cannot be reached, the next run tries again.
        """
        stores = self._omni_collect_stores().filtered(lambda store: store._omni_is_asked_for())
        for number, store in enumerate(stores[:LOCATED_AT_ONCE], 1):
            try:
                if not store.partner_id.geo_localize():
                    break  # Odoo asks nobody during tests and imports
            except UserError as error:
                _logger.warning("The address service cannot be reached, the next run tries again: %s", error)
                break
            if store._omni_is_asked_for():
                store.partner_id.write({"partner_latitude": NOT_FOUND, "partner_longitude": NOT_FOUND})
            self.env["ir.cron"]._commit_progress(1, remaining=len(stores) - number)
        else:
            return
        self.env["ir.cron"]._commit_progress(remaining=0)

    def action_omni_locate(self):
        """Look for these stores on the map again, in the background."""
        inputs.called_on(self).check_access("write")
        # sudo: the address of a store that the caller may change
        missing = self.sudo().filtered(lambda store: not store._omni_is_located())
        missing.partner_id.write({"partner_latitude": 0.0, "partner_longitude": 0.0})
        self.env.ref("omni_clickcollect.ir_cron_locate").sudo()._trigger()
        return notification(self.env._("Looking up the address. This takes a few minutes."), type="info")

    def _prepare_pickup_location_data(self):
        """Override of `website_sale_collect`: no page waits for a geocoder; names as they are written, and hours that
        follow each other as one.
        """
        if not request and not self._omni_has_coordinates():
            super()._prepare_pickup_location_data()  # asks the geocoder, and notes what it says
        return self._omni_location()

    def _omni_location(self):
        """Return the location data of this store as they are known: no geocoder is asked, and nothing is written."""
        partner = self.partner_id
        if not (partner.name and partner.street and partner.city):
            return {}
        return {
            "id": self.id,
            "name": partner.name,
            "street": partner.street,
            "city": partner.city,
            "state": partner.state_id.code or "",
            "zip_code": partner.zip or "",
            "country_code": partner.country_code,
            "latitude": partner.partner_latitude,
            "longitude": partner.partner_longitude,
            "opening_hours": self.opening_hours._omni_week(),
        }

    # -- which is near -----------------------------------------------------------------------------------------------

    def _omni_matching(self, search):
        """Return the stores whose postcode, town or name begins with what was typed, word by word; else those with the
        most of its postcode in common; else, where nobody knows what place that is, those that have at least one of its
        longer words.
        """
        typed = words(search)
        if not typed:
            return self.browse()
        known = {store: words(f"{store.partner_id.zip} {store.partner_id.city} {store._omni_name()}") for store in self}

        def has(store, word):
            return any(own.startswith(word) for own in known[store])

        found = self.filtered(lambda store: all(has(store, word) for word in typed))
        if not found and any(sign.isdigit() for sign in search):
            postcode = "".join(typed)
            common = {store: len(commonprefix([postcode, "".join(words(store.partner_id.zip))])) for store in self}
            most = max(common.values(), default=0)
            found = self.filtered(lambda store: common[store] == most >= SAME_AREA)
        if found or self._omni_position_of(search):
            return found
        longer = [word for word in typed if len(word) > 2]
        return self.filtered(lambda store: any(has(store, word) for word in longer))

    def _omni_nearest(self, near, mine=None, last=()):
        """Return these stores in the order in which customers want them: their own, those that they searched for, then
        the nearest; where no place is known, by name.

        :param near: :class:`Near`
        :param mine: the store that the customer chose, or empty
        :param last: ids of stores that come after the others as long as no place is known
        :return: ``([(store, kilometres or None)], matching stores)``; as the crow flies, from the customer or from the
            stores that match what they typed
        """
        mine = mine or self.browse()
        self.partner_id.fetch(ADDRESS)  # of fifty addresses, not the hundred other columns
        found = self._omni_matching(near.search)
        position = near.position or (() if found else self._omni_position_of(near.search))
        places = [Place(*position)] if position else self._omni_coordinates(found)
        order = places or self._omni_coordinates(mine)  # without a place, those near their own shop come first
        rows = []
        for store in self:
            away = 0.0 if store in found else inf
            if order and store not in found and store._omni_is_located():
                away = min(calculate_partner_distance(place, store.partner_id) for place in order)
            rank = (store != mine, away, store.id in last, store._omni_name(), store.id)
            shown = places and store not in found and away < inf
            rows.append((rank, store, away if shown else None))
        rows.sort(key=lambda row: row[0])
        return [(store, away) for _rank, store, away in rows], found

    def _omni_position_of(self, search):
        """Return where the town or postcode that was typed is, in the country of these stores; () if it is unknown."""
        places = places_of(self[:1].partner_id.country_id.code or "")
        typed = words(search)
        towns = " ".join(word for word in typed if not word.isdigit())
        postcode = next((word for word in typed if word.isdigit()), "")
        areas = [postcode[:length] for length in range(len(postcode), 1, -1)]
        return next((places[key] for key in (towns, *areas) if key in places), ())

    @api.model
    def _omni_near_address(self, address):
        """Return where somebody with this address (``res.partner``) looks for shops, as :class:`Near`."""
        if 0 < abs(address.partner_latitude) <= 90:
            return Near(position=(address.partner_latitude, address.partner_longitude))
        return Near(search=address.zip or "")

    @api.model
    def _omni_coordinates(self, stores):
        partners = stores.filtered(lambda store: store._omni_is_located()).partner_id[:MANY]
        return [Place(partner.partner_latitude, partner.partner_longitude) for partner in partners]

    def _omni_name(self):
        """Return the name under which customers know this store."""
        return self.partner_id.name or self.name

    def _omni_address_words(self):
        """Return where this store is, in one line, without the name of its company."""
        partner = self.partner_id
        return ", ".join(filter(None, [partner.street, f"{partner.zip or ''} {partner.city or ''}".strip()]))

    def _omni_page_path(self):
        """Return the address of this store's page on the website."""
        return f"/stores/{self.env['ir.http']._slug((self.id, self._omni_name()))}"

    def _omni_distance_words(self, away, near, found):
        """Return a distance as a customer reads it: "3 km from you", or "" where it is not known.

        :param away: kilometres or None
        :param near: :class:`Near`
        :param found: the stores that match what was typed
        """
        if away is None:
            return ""
        if near.position:
            return self.env._("%s km from you", round(away)) if away >= 1 else self.env._("less than 1 km from you")
        town = found[:1].partner_id.city or found[:1]._omni_name() or near.search
        if away < 1:
            return self.env._("less than 1 km from %s", town)
        return self.env._("%(distance)s km from %(town)s", distance=round(away), town=town)
