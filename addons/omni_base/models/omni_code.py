import secrets

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, consteq, format_datetime

from ..tools import inputs
from ..tools.transactions import after_commit, after_rollback

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"  # no two that look or sound alike: no 0/O, 1/I/L, 2/Z, 5/S, 8/B
LENGTH = 6
MOST_WRONG = 5
MOST_LOOKUPS = 20  # codes that open nothing, by one caller, before they have to pause
PAUSE = 15 * 60  # seconds without any try after so many wrong ones


class OmniCode(models.AbstractModel):
    """What opens for whoever shows its short code: a few tries, counted over all processes, then a pause and an alert.

    A model that inherits this keeps its codes in fields that nobody reads (``NO_ACCESS``), unique among what they open.
    """

    _name = "omni.code"
    _description = "Opened by a Code"

    # -- what each model says ----------------------------------------------------------------------------------------

    @api.model
    def _code_domain(self, code):
        """Return the domain of what this code opens just now."""
        return Domain("code", "=", code)

    def _codes(self):
        """Return ``{whose: code}`` of all that open this record; ``""``: that of its owner."""
        return {"": self.code}

    def _alert_wrong_codes(self):
        """Tell whoever must know that this was guessed at, as the user who did. Default: nobody."""

    def _local(self, moment):
        """Return a moment (naive UTC) in words."""
        return format_datetime(self.env, moment, dt_format="HH:mm")

    # -- codes -------------------------------------------------------------------------------------------------------

    @api.model
    def _new_code(self):
        """Return a code that opens nothing yet."""
        while True:
            code = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))
            if not self.sudo().search_count(self._code_domain(code), limit=1):  # sudo: whether, and no more
                return code

    @api.model
    def _clean_code(self, code):
        """Return ``code`` as it is kept: what people type or scan may have spaces, dashes and small letters."""
        return "".join(sign for sign in inputs.text_of(code).upper() if sign.isalnum())

    @api.model
    def _find_by_code(self, code, domain, key, tz=None):
        """Return the record that a code opens, or empty. What opens nothing is counted, by who tries.

        :param Domain domain: where it is looked for
        :param str key: who tries, see ``omni.rate.limit``
        :param str tz: the time zone in which they are told until when they have to pause
        :raises UserError: too many wrong codes a short time ago
        """
        limit = self.env["omni.rate.limit"]
        tries = limit._count(key, MOST_LOOKUPS, PAUSE)  # a wrong one, until it is known to be right
        if not tries.allowed:
            moment = format_datetime(self.env, tries.until, tz=tz, dt_format="HH:mm")
            raise UserError(self.env._("Too many wrong codes. Try again after %s.", moment))
        given = self._clean_code(code)
        found = self.search(self._code_domain(given) & domain, limit=1) if given else self.browse()
        if found:
            limit._give_back(key)
        return found

    def _check_code(self, code):
        """Let who gave the right code go on. Wrong tries stay counted when their transaction is rolled back.

        :param str code: any writing of it
        :return: whose code it is, see :meth:`_codes`
        :raises UserError: wrong code, or too many wrong ones a short time ago
        """
        self.ensure_one()
        limit, key = self.env["omni.rate.limit"], self._code_key()
        tries = limit._count(key, MOST_WRONG, PAUSE)
        if not tries.allowed:
            self._refuse_locked(tries.until)
        given = self._clean_code(code).encode()
        # sudo: the codes are compared, and told to nobody; all of them, whichever is right
        codes = self.sudo()._codes().items()
        found = [whose for whose, known in codes if consteq(given, (known or "-").encode())]
        if found:
            limit._forget(key)
            return found[0]
        if tries.used == MOST_WRONG:
            for after_end in (after_commit, after_rollback):
                after_end(self.env.cr, _alert, self.pool, self._name, self.id, self.env.uid)
        raise UserError(self.env._("This is not the code of %s. Ask the customer to show it again.", self.display_name))

    def _check_not_locked(self):
        """:raises UserError: too many wrong codes were given a short time ago"""
        tries = self.env["omni.rate.limit"]._count(self._code_key(), MOST_WRONG - 1, PAUSE, cost=0)
        if not tries.allowed:
            self._refuse_locked(tries.until)

    def _refuse_locked(self, until):
        words = {"name": self.display_name, "moment": self._local(until)}
        raise UserError(self.env._("Too many wrong codes for %(name)s. Try again after %(moment)s.", **words))

    def _code_key(self):
        return f"code:{self._name},{self.id}"

    def _claim(self, field, by):
        """Note in a text field that somebody has this, if nobody else does: of many at the same moment one gets it, and
        Odoo begins the others again, which then see it.

        :return: whether it is theirs, now or since they asked before
        """
        self.flush_recordset([field])
        column = SQL.identifier(field)
        row = SQL("id = %s AND (%s IS NULL OR %s = %s)", self.id, column, column, by)
        statement = SQL("UPDATE %s SET %s = %s WHERE %s RETURNING id", SQL.identifier(self._table), column, by, row)
        claimed = bool(self.env.execute_query(statement))
        self.invalidate_recordset([field])
        return claimed


def _alert(registry, model, record_id, uid):
    with registry.cursor() as cr:
        record = api.Environment(cr, uid, {})[model].sudo().browse(record_id).exists()
        if record:
            record._alert_wrong_codes()
