from odoo import models
from odoo.exceptions import UserError

from odoo.addons.omni_base.tools import inputs

IDENTITY_LENGTH = 100

# The only ways by which the goods of a ready pickup leave, each for the code or a noted identity check:
# desk and tills (action_hand_over); a ticket that a till opened with it (omni.pickup.till, take_payment). A ticket that
# was not is posted, and collects nothing. Inventory is left to who works with stock, but while a pause runs.


class OmniPickup(models.Model):
    """What lets somebody have the goods: the customer's code, or an identity checked and noted in its place."""

    _inherit = "omni.pickup"

    def _check_proof(self, code, identity="", config=None, who=""):
        """Let go on who gave the right code, or whose identity somebody checked. Wrong codes lock both ways.

        :param str identity: what was checked in the place of a code, in the words of who did; it is noted
        :param config: the till where it was, if it was at one; it is noted that a ticket of this till may settle it
        :param str who: who checked, by default the user
        :return: the name of who collects in the customer's place, or ""
        :raises UserError: wrong code, or too many wrong ones a short time ago
        """
        checked = inputs.one_line(identity, IDENTITY_LENGTH)
        delegate = "" if checked else self._check_code(code)
        if checked:
            self._check_not_locked()
            note = self.env._("No code: %(who)s checked “%(what)s”.", who=who or self.env.user.name, what=checked)
            self._log_step(note, proof="identity", config_id=config and config.id)
        elif config and not self._is_open_at(config):
            note = self.env._("The code was shown at %s.", config.name)
            self._log_step(note, proof="code", config_id=config.id)
        return delegate

    def _is_open_at(self, configs=None):
        """Whether somebody showed the code or a passport for it, at one of these tills or at any, since it got ready
        and since a part of it was given.
        """
        for step in self.step_ids.sorted("id", reverse=True):
            if step.state != "ready" or step.proof == "spent":
                return False
            if step.proof and step.config_id and (configs is None or step.config_id in configs):
                return True
        return False

    # -- by a ticket -------------------------------------------------------------------------------------------------

    def _why_not_by_ticket(self, ticket):
        """Return why a ticket may not collect this pickup, in words that follow a “but”; "" when it may.

        :param ticket: ``pos.order`` that is paid now
        """
        config = ticket.config_id
        if self.warehouse_id != config._omni_store():
            return self.env._("they wait at %s", self.warehouse_id.name)
        if self.state != "ready":
            return self.env._("they were not ready")
        if not self._is_open_at(config | config.trusted_config_ids):
            return self.env._("nobody showed the code at this till")
        if not ticket._omni_pays_for(self.order_id):
            return self.env._("it asks less for them than the order")
        return ""

    def _refuse_ticket(self, ticket, why):
        """Keep what a ticket should not have given, and let a person look into it."""
        self._log_step(self._refused_words(ticket, why)[1])
        self._tell_managers(lambda pickup: pickup._refused_words(ticket, pickup._why_not_by_ticket(ticket) or why))
        key = f"{self._name},{self.id},{ticket.uuid}"
        summary = self.env._("Check ticket %s", ticket.pos_reference or ticket.name)
        self._ask_managers("ticket", summary, self._refused_words(ticket, why)[1], key=key)

    def _refused_words(self, ticket, why):
        name = ticket.pos_reference or ticket.name
        return (
            self.env._("Ticket %(ticket)s and %(order)s", ticket=name, order=self.display_name),
            self.env._(
                "Ticket %(ticket)s of %(till)s names goods of this pickup, but %(why)s. The pickup waits as before; "
                "what the ticket took counts for the order. Look where the goods are: take the ticket back, or hand "
                "them over.",
                ticket=name,
                till=ticket.config_id.name,
                why=why,
            ),
        )

    # -- in Inventory ------------------------------------------------------------------------------------------------

    def _check_leaves_by_stock(self):
        """Let who works with stock validate the transfers of these pickups without a code, but not while one is locked.

        :raises UserError: the caller may not
        """
        for pickup in self:
            pickup._check_not_locked()
            if not self.env.user.has_group("stock.group_stock_user"):
                raise UserError(pickup.order_id._omni_whereabouts())
            pickup._log_step(self.env._("Validated in Inventory, without a code."))
