import base64
import secrets
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytz
import vobject

from odoo import api, fields, models
from odoo.tools import SQL, consteq

from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES

NO_TOKEN = secrets.token_hex(16)  # compared when there is none: a wrong link costs the same whatever is wrong in it
VISIT = timedelta(minutes=30)  # what a pickup takes in a calendar
QR_PIXELS = 240


class OmniPickup(models.Model):
    """The customer's live page, and the link that opens it."""

    _inherit = "omni.pickup"

    closed_at = fields.Datetime(string="Ended", compute="_compute_closed_at", store=True, index="btree_not_null")

    @api.depends("state")
    def _compute_closed_at(self):
        now = fields.Datetime.now()
        for pickup in self:
            pickup.closed_at = False if pickup.state in OPEN_STATES else now

    # -- the link ----------------------------------------------------------------------------------------------------

    @api.model
    def _by_link(self, pickup_id, access_token):
        """Return the pickup that a link opens, in sudo mode, or nothing.

        One query and one comparison in constant time, whether the pickup does not exist, is somebody else's, or ended
        so long ago that its link is dead.
        """
        pickup_id = inputs.id_or_none(pickup_id)
        self.flush_model(["access_token", "closed_at", "warehouse_id"])
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
        return self.sudo().browse(pickup_id if is_right and not is_dead else [])

    def _page_stamp(self):
        """Return a text that changes whenever the page would."""
        collected = sum(self.line_ids.mapped("quantity_collected"))
        last_step = max(self.step_ids.ids, default=0)
        return f"{self.state}-{self.write_date.timestamp()}-{self.amount_due}-{collected}-{last_step}"

    # -- what it shows -----------------------------------------------------------------------------------------------

    def _page_values(self):
        """Return what the template of the page needs."""
        is_open = self.state in OPEN_STATES
        headline, next_step = self._page_words()
        return {
            "pickup": self,
            "store": self.warehouse_id,
            "is_open": is_open,
            "path": self._page_path(),
            "headline": headline,
            "next_step": next_step,
            "others": self._open_parts(),
            "can_move": is_open and self._can_move(),
            "can_change_time": self._can_change_time(),
            "asks_more_time": self.state == "ready" or self.deadline > fields.Datetime.now(),
            "can_cancel": is_open and self._can_cancel(),
            "steps": {
                "to_prepare": self.env._("Received"),
                "preparing": self.env._("In preparation"),
                "ready": self.env._("Ready"),
                "collected": self.env._("Collected"),
            },
        }

    def _qr_source(self, code):
        """Return ``code`` as a picture that is part of the page: no other request, no other server."""
        picture = self.env["ir.actions.report"].barcode("QR", code, width=QR_PIXELS, height=QR_PIXELS)
        return "data:image/png;base64," + base64.b64encode(picture).decode()

    def _map_url(self):
        """Return a link to a map of the store; nothing is loaded from there before it is followed."""
        partner = self.warehouse_id.partner_id
        if self.warehouse_id._omni_is_located():
            place = f"{partner.partner_latitude:.6f}", f"{partner.partner_longitude:.6f}"
            query = urlencode({"mlat": place[0], "mlon": place[1]})
            return f"https://www.openstreetmap.org/?{query}#map=17/{place[0]}/{place[1]}"
        address = [partner.street, partner.zip, partner.city, partner.country_id.name]
        return "https://www.openstreetmap.org/search?" + urlencode({"query": ", ".join(filter(None, address))})

    def _calendar_file(self):
        """Return this pickup as an event of RFC 5545 (bytes), its times in UTC: right in every time zone."""
        partner = self.warehouse_id.partner_id
        store = partner.name or self.warehouse_id.name
        start = pytz.utc.localize(self.promised_at)
        calendar = vobject.iCalendar()
        event = calendar.add("vevent")
        # As one line of words for each: what is needed at the counter, without network.
        values = {
            "uid": f"pickup-{self.id}@{urlsplit(self._page_url()).hostname}",
            "dtstamp": pytz.utc.localize(self.write_date.replace(microsecond=0)),
            "last-modified": pytz.utc.localize(self.write_date.replace(microsecond=0)),
            "dtstart": start,
            "dtend": pytz.utc.localize(self.slot_id.end) if self.slot_id else start + VISIT,
            "summary": self.env._("Collect %(order)s at %(store)s", order=self.display_name, store=store),
            "location": ", ".join(
                filter(None, [store, partner.street, f"{partner.zip or ''} {partner.city or ''}".strip()])
            ),
            "description": "\n".join(
                [
                    self.env._("Your code: %s", self.code) if self.state in OPEN_STATES else self._state_label(),
                    self.env._("Kept for you until %s", self._local(self.deadline)),
                    self._page_url(),
                ]
            ),
            "url": self._page_url(),
            "status": "CANCELLED" if self.state in ("cancelled", "released") else "CONFIRMED",
        }
        for name, value in values.items():
            event.add(name).value = value
        if self.warehouse_id._omni_is_located():
            event.add("geo").value = f"{partner.partner_latitude:.6f};{partner.partner_longitude:.6f}"
        return calendar.serialize().encode()

    def _app_manifest(self):
        """Return the web app manifest that puts this page on the home screen of a phone."""
        name = self.env._("Pickup %s", self.display_name)
        return {
            "name": name,
            "short_name": name,
            "start_url": self._page_path(),
            "scope": self._page_path(),
            "id": self._page_path(),
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
