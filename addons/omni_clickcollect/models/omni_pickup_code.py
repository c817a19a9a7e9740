import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import consteq

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.transactions import after_commit, after_rollback

from .omni_pickup import OPEN_STATES

CODE_ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"  # no two that look or sound alike: no 0/O, 1/I/L, 2/Z, 5/S, 8/B
CODE_LENGTH = 6
MAX_WRONG_CODES = 5
PAUSE = 15 * 60  # seconds without any try after that many wrong codes


class OmniPickup(models.Model):
    """The code that proves who may have the goods: a few tries, then a pause and an alert."""

    _inherit = "omni.pickup"

    # Nobody finds, sorts or exports what opens a pickup: it is shown by the methods that check who asks.
    code = fields.Char(
        readonly=True, required=True, copy=False, groups=NO_ACCESS, default=lambda self: self._new_code()
    )

    _code_uniq = models.UniqueIndex("(code) WHERE state IN ('to_prepare', 'preparing', 'ready')")

    @api.model
    def _new_code(self):
        while True:
            code = "".join(secrets.choice(CODE_ALPHABET) for _position in range(CODE_LENGTH))
            taken = Domain("code", "=", code) | Domain("delegate_code", "=", code)
            if not self.sudo().search_count(taken & Domain("state", "in", OPEN_STATES), limit=1):
                return code

    @api.model
    def _clean_code(self, code):
        """Return ``code`` as it is kept: what people type or scan may have spaces, dashes and small letters."""
        return "".join(sign for sign in inputs.text_of(code).upper() if sign.isalnum())

    def _check_code(self, code):
        """Let who gave the right code go on. Wrong tries stay counted when their transaction is rolled back.

        :param str code: any writing of the customer's code, or of who collects in their place
        :return: the name of who collects in the customer's place, or ""
        :raises UserError: wrong code, or too many wrong ones a short time ago
        """
        self.ensure_one()
        limit = self.env["omni.rate.limit"]
        tries = limit._count(f"code:{self.id}", MAX_WRONG_CODES, PAUSE)
        if not tries.allowed:
            self._refuse_locked(tries.until)
        given = self._clean_code(code).encode()
        own = self.sudo()  # sudo: the codes are compared, and told to nobody
        codes = {"": own.code, own.delegate_name: own.delegate_code}
        # All of them are compared, whichever is right.
        found = [name for name, known in codes.items() if consteq(given, (known or "-").encode())]
        if found:
            limit._forget(f"code:{self.id}")
            return found[0]
        if tries.used == MAX_WRONG_CODES:
            self._alert_after_transaction()
        raise UserError(self.env._("This is not the code of %s. Ask the customer to show it again.", self.display_name))

    def _alert_after_transaction(self):
        """Tell the managers when this transaction has ended, however it ends."""
        for after_end in (after_commit, after_rollback):
            after_end(self.env.cr, _alert, self.pool, self.id, self.env.uid)

    def _alert_wrong_codes(self):
        """Note in the history that the code was guessed at, and tell the managers."""
        note = self.env._("%s wrong codes: locked for 15 minutes.", MAX_WRONG_CODES)
        self._log_step(note)
        self._tell_managers(self.env._("Wrong codes at the pickup of %s", self.display_name), note)


def _alert(registry, pickup_id, uid):
    with registry.cursor() as cr:
        pickup = api.Environment(cr, uid, {})["omni.pickup"].sudo().browse(pickup_id).exists()
        if pickup:
            pickup._alert_wrong_codes()
