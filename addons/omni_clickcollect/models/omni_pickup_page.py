import base64
import secrets
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytz
import vobject

from odoo import fields, models
from odoo.tools import SQL, consteq

from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES
from .stock_warehouse_nearby import Near

NO_TOKEN = secrets.token_hex(16)  # compared when there is none: a wrong link costs the same whatever is wrong in it
VISIT = timedelta(minutes=30)  # what a pickup takes in a calendar
REMINDER = timedelta(hours=1)  # before it, by the calendar
QR_PIXELS = 240


class OmniPickupPage(models.AbstractModel):
    """The customer's live page of a pickup, and the link that opens it; for who has that link, in sudo mode."""

    _name = "omni.pickup.page"
    _description = "Pickup Page"

    # -- the link ----------------------------------------------------------------------------------------------------

    def _by_link(self, pickup_id, access_token):
        """Return the pickup that a link opens, in sudo mode, or nothing.

        One query and one comparison in constant time, whether the pickup does not exist, is somebody else's, or ended
        so long ago that its link is dead.
        """
        pickup_id, pickups = inputs.id_or_none(pickup_id), self.env["omni.pickup"]
        pickups.flush_model(["access_token", "closed_at", "warehouse_id"])
        self.env["stock.warehouse"].flush_model(["omni_link_days"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.access_token,
                       COALESCE(p.closed_at + make_interval(days => w.omni_link_days) <= %s, false) AS is_dead
                  FROM omni_pickup AS p
                  JOIN stock_warehouse AS w ON w.id = p.warehouse_id
                 WHERE p.id = %s
                """,
                fields.Datetime.now(),
                pickup_id,
            )
        )
        known, is_dead = rows[0] if rows else (NO_TOKEN, True)
        is_right = consteq(known.encode(), str(access_token).encode(errors="replace"))
        # sudo: the link is the key
        return pickups.sudo().browse(pickup_id if is_right and not is_dead else [])

    # -- what it shows -----------------------------------------------------------------------------------------------

    def _values(self, pickup):
        """Return what the template of the page needs."""
        is_open = pickup.state in OPEN_STATES
        headline, next_step = self._words(pickup)
        return {
            "pickup": pickup,
            "store": pickup.warehouse_id,
            "is_open": is_open,
            "path": pickup._page_path(),
            "stamp": self._stamp(pickup),
            "headline": headline,
            "next_step": next_step,
            "missing": self._missing(pickup),
            "refund": self._refund(pickup),
            "notice": "",
            "home": self._home(pickup),
            "open_now": pickup.warehouse_id._omni_open_now()[pickup.warehouse_id.id].get("label", ""),
            "others": (pickup.order_id.omni_pickup_ids - pickup).filtered(lambda other: other.state in OPEN_STATES),
            "qr_source": self._qr_source,
            "map_url": self._map_url(pickup.warehouse_id),
            "drives_in": pickup._drives_in(),
            "can_push": is_open,
            "can_move": is_open and pickup._can_move(),
            "can_change_time": pickup._can_change_time(),
            "asks_more_time": pickup.state == "ready" or pickup.deadline > fields.Datetime.now(),
            "can_cancel": is_open and pickup._can_cancel(),
            "steps": self._steps(pickup),
        }

    def _stamp(self, pickup):
        """Return a text that changes whenever the page would."""
        lines = pickup.line_ids
        parts = [
            pickup.state,
            pickup.write_date.timestamp(),
            pickup.amount_due,
            sum(lines.mapped("quantity_collected")),
            max(pickup.step_ids.ids, default=0),
            sum(lines.mapped("quantity_missing")),
            pickup.refund_state,
            self._home(pickup)["sent"],
        ]
        return "-".join(map(str, parts))

    def _qr_source(self, code):
        """Return ``code`` as a picture that is part of the page: no other request, no other server."""
        return "data:image/png;base64," + base64.b64encode(self._qr_picture(code)).decode()

    def _qr_picture(self, code):
        return self.env["ir.actions.report"].barcode("QR", code, width=QR_PIXELS, height=QR_PIXELS)

    def _home(self, pickup):
        """Return what of the order is delivered instead: ``{"lines": order lines, "sent": whether all has left}``."""
        lines = pickup.order_id._omni_home_lines()
        parcels = lines.move_ids.picking_id.filtered(
            lambda parcel: parcel.picking_type_code == "outgoing" and parcel.state != "cancel"
        )
        return {"lines": lines, "sent": bool(parcels) and all(parcel.state == "done" for parcel in parcels)}

    def _other_shops(self, pickup):
        """Return the stores that could take it over, the nearest to its own first, as the page shows them:
        ``[{"shop", "open", "ready", "distance"}]``, the last three in words or "".
        """
        here, shops = pickup.warehouse_id, pickup._other_shops()
        opening, ready = shops._omni_open_now(), shops._omni_ready_words()
        place = next(iter(shops._omni_coordinates(here)), ())
        nearest, _found = shops._omni_nearest(Near(position=tuple(place)))
        return [
            {
                "shop": shop,
                "open": opening[shop.id].get("label", ""),
                "ready": ready[shop],
                "distance": shop._omni_distance_words(away, Near(), here),
            }
            for shop, away in nearest
        ]

    def _map_url(self, store):
        """Return a link to a map of the store; nothing is loaded from there before it is followed."""
        partner = store.partner_id
        if store._omni_is_located():
            place = f"{partner.partner_latitude:.6f}", f"{partner.partner_longitude:.6f}"
            query = urlencode({"mlat": place[0], "mlon": place[1]})
            return f"https://www.openstreetmap.org/?{query}#map=17/{place[0]}/{place[1]}"
        address = [partner.street, partner.zip, partner.city, partner.country_id.name]
        return "https://www.openstreetmap.org/search?" + urlencode({"query": ", ".join(filter(None, address))})

    # -- for the phone -----------------------------------------------------------------------------------------------

    def _calendar_file(self, pickup):
        """Return a pickup as an event of RFC 5545 (bytes), its times in UTC: right in every time zone."""
        partner = pickup.warehouse_id.partner_id
        store = partner.name or pickup.warehouse_id.name
        start = pytz.utc.localize(pickup.promised_at)
        calendar = vobject.iCalendar()
        event = calendar.add("vevent")
        # As one line of words for each: what is needed at the counter, without network.
        values = {
            "uid": f"pickup-{pickup.id}@{urlsplit(pickup._page_url()).hostname}",
            "dtstamp": pytz.utc.localize(pickup.write_date.replace(microsecond=0)),
            "last-modified": pytz.utc.localize(pickup.write_date.replace(microsecond=0)),
            "dtstart": start,
            "dtend": pytz.utc.localize(pickup.slot_id.end) if pickup.slot_id else start + VISIT,
            "summary": self.env._("Collect %(order)s at %(store)s", order=pickup.display_name, store=store),
            "location": ", ".join(filter(None, [store, pickup.warehouse_id._omni_address_words()])),
            "description": "\n".join(
                [
                    self.env._("Your code: %s", pickup.code) if pickup.state in OPEN_STATES else pickup._state_label(),
                    self.env._("Kept for you until %s", pickup._local(pickup.deadline)),
                    pickup._page_url(),
                ]
            ),
            "url": pickup._page_url(),
            "status": "CANCELLED" if pickup.state in ("cancelled", "released") else "CONFIRMED",
        }
        for name, value in values.items():
            event.add(name).value = value
        if pickup.state in OPEN_STATES:
            alarm = event.add("valarm")
            alarm.add("action").value = "DISPLAY"
            alarm.add("trigger").value = -REMINDER
            alarm.add("description").value = values["summary"]
        if pickup.warehouse_id._omni_is_located():
            event.add("geo").value = f"{partner.partner_latitude:.6f};{partner.partner_longitude:.6f}"
        return calendar.serialize().encode()

    def _app_manifest(self, pickup):
        """Return the web app manifest that puts the page on the home screen of a phone."""
        name = self.env._("Pickup %s", pickup.display_name)
        return {
            "name": name,
            "short_name": name,
            "start_url": pickup._page_path(),
            "scope": pickup._page_path(),
            "id": pickup._page_path(),
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#14532d",
            "icons": [
                {
                    "src": f"/omni_clickcollect/static/img/pickup-{size}.png",
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in (192, 512)
            ],
        }
