import logging

import pytz
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.documents import existing
from ..tools.transactions import decided_at_once
from .omni_message import SERVICE

_logger = logging.getLogger(__name__)

BATCH = 200  # messages that one run of the job sends
DAY = 24 * 3600  # seconds


class OmniMessage(models.Model):
    """When a message goes: at once, after the quiet hours, or when the day has room for it. What failed is sent again
    by hand (`action_send_again`); push alone tries again by itself (`omni.push.note`).
    """

    _inherit = "omni.message"

    @api.model
    def _cron_send(self):
        """Send what is due, each in a transaction of its own, once, however many send at the same time."""
        due = Domain("state", "=", "waiting") & Domain("due_at", "<=", fields.Datetime.now())
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(due))
        for message in self.search(due, order="due_at, id", limit=BATCH):
            message._go_alone()
            if not cron._commit_progress(1):
                break

    def _go_alone(self):
        """Send this message unless somebody else does, or did; what fails stops no other."""
        try:
            with decided_at_once(self.env.cr) as cr:
                message = self.with_env(self.env(cr=cr))
                if message._lock_due():
                    message._go()
        except OperationalError as error:
            _logger.info("Message %s is left to the next run: %s", self.id, error)
        except Exception as error:
            _logger.exception("Message %s could not be sent", self.id)
            self.write({"state": "failed", "error": str(error)})
        self.invalidate_recordset()

    def _lock_due(self):
        """Whether this message is still to be sent now, and by us: who sends it holds its row until it is saved."""
        query = SQL(
            "SELECT id FROM omni_message WHERE id = %s AND state = 'waiting' AND due_at <= %s FOR UPDATE SKIP LOCKED",
            self.id,
            fields.Datetime.now(),
        )
        return self.env.execute_query(query)

    def _go(self):
        """Hand this message over to its channels, now or when it may go, or hold it when none reaches the customer."""
        now = fields.Datetime.now()
        if self.due_at > now:
            self._wait(self.due_at)
        elif (morning := self._after_quiet_hours(now)) > now:
            self._wait(morning, "quiet")
        elif not (document := self._document()):
            self._hold("gone")
        elif not (reaching := self._reaching(document)):
            self._hold("unreachable")
        elif not (ways := self._allowed(reaching)):
            self._hold("refused")
        elif tomorrow := self._enough_until():
            self._wait(tomorrow, "limit")
        else:
            self._send(document, ways if self.everywhere else ways[:1])

    def _hold(self, why):
        self.write({"state": "held", "why": why})

    def _wait(self, until, why=None):
        self.write({"due_at": until, "why": why})
        self._trigger(until)

    def _send(self, document, ways):
        try:
            with self.env.cr.savepoint():
                sent = [getattr(self, f"_send_by_{way}")(document) for way in ways]
        except UserError as error:  # a template that somebody broke stops no step
            if self._is_counted():
                self.env["omni.rate.limit"]._give_back(self._limit_key())
            self.write({"state": "failed", "why": False, "error": str(error)})
            return
        values = {f"by_{way}": True for way in ways} | {name: value for one in sent for name, value in one.items()}
        self.write({"state": "sent", "at": fields.Datetime.now(), "why": False, **values})

    def _document(self):
        """Return what is told about, in the language of the customer and with what its templates show, or empty."""
        document = existing(self.env, self.res_model, self.res_id)
        return document and document.with_company(self.company_id).with_context(**self._template_context())

    def _template_context(self):
        """Return the context in which templates are made. An override adds what its templates show."""
        return {"lang": self.lang, "template_preview_lang": self.lang, "omni_words": self.words or ""}

    # -- quiet hours, and enough for one day ---------------------------------------------------------------------------

    def _after_quiet_hours(self, moment):
        """Return ``moment``, or when the quiet hours end where the customer lives, as far as it is known; naive UTC."""
        if self.urgent:
            return moment
        zones = pytz.country_timezones.get(self.partner_id.country_id.code or "", [])
        zone = self.partner_id.tz or (zones[0] if len(zones) == 1 else self.company_id.resource_calendar_id.tz)
        return self.company_id._omni_after_quiet_hours(moment, zone or "UTC")

    def _enough_until(self):
        """Count this message beside what else its customer gets, what a sale needs left out.

        :return: naive UTC datetime until which there were enough, or None
        """
        if not self._is_counted():
            return None
        most = self.company_id.omni_messages_a_day
        today = self.env["omni.rate.limit"]._count(self._limit_key(), most, DAY)
        return None if today.allowed else today.until

    def _is_counted(self):
        return self.purpose != SERVICE and self.company_id.omni_messages_a_day > 0

    def _limit_key(self):
        return f"told:{self.company_id.id}:{self.recipient}"

    @api.model
    def _trigger(self, at=None):
        # sudo: whose step it is need not manage jobs
        self.env.ref("omni_base.ir_cron_messages").sudo()._trigger(at)
