from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize, escape_psql

from ..tools import inputs
from ..tools.contacts import name_words, phone_digits, phone_end

LEAST_DIGITS = 3  # of a phone number by which somebody is looked for
LONGEST_KEY = 254  # signs of an e-mail address, which is the longest of what people are known by


class ResPartner(models.Model):
    """Which customer has this e-mail, phone or name, and which of them are the same."""

    _inherit = "res.partner"

    @api.model
    def omni_identify(self, email=None, phone=None, card=None):
        """Return the one customer with this e-mail, phone or card, or empty.

        Values are compared exactly once normalised (e-mail in lower case, phone in E.164 of the company's country).
        Nobody, several, or values of different people give empty: never a guess.

        :param str email: any writing of an e-mail address
        :param str phone: any writing of a phone number
        :param str card: number of a customer card, if an add-on knows cards
        :return: ``res.partner``, one or none
        """
        self.env["res.users"]._omni_look("search")
        found, values = self.browse(), {"email": email, "phone": phone, "card": card}
        values = {name: inputs.text(self.env, value, LONGEST_KEY) for name, value in values.items()}
        for domain in self._omni_identity_domains(**values):
            # Addresses of a customer repeat their e-mail and phone: only people and companies are looked for.
            found |= self.search(Domain("type", "=", "contact") & domain, limit=2)
        return found if len(found) == 1 else self.browse()

    @api.model
    def _omni_identity_domains(self, email=None, phone=None, card=None):
        """Return one domain for each value given that can be looked for. An override adds to those of ``super()``."""
        domains = []
        if email and (normalized := email_normalize(email)):
            domains.append(Domain("email_normalized", "=", normalized))
        number = phone and (phone_digits(phone) or phone)
        if number and (number := self._phone_format(number=number, country=self.env.company.country_id)):
            domains.append(Domain("phone_sanitized", "=", number))
        return domains

    @api.model
    def _omni_search_domain(self, text):
        """Return the domain of the customers whom somebody may mean: all words are in the name, in any order, the text
        is in the e-mail, or the phone ends with these digits, however they are written. Each sign stands for itself.
        """
        words = [Domain("complete_name", "ilike", escape_psql(word)) for word in name_words(text)]
        if not words:
            return Domain.FALSE
        domain = Domain.AND(words) | Domain("email", "ilike", escape_psql(text.strip()))
        if len(digits := phone_end(text)) >= LEAST_DIGITS:
            domain |= Domain("phone_sanitized", "=like", f"%{digits}")
        return domain

    def _omni_contacts(self):
        """Return the e-mail addresses and phone numbers, normalised, of this customer and of their company."""
        known = self | self.commercial_partner_id
        return {contact for one in known for contact in (one.email_normalized, one.phone_sanitized) if contact}

    def _omni_known_as(self):
        """Return, in sudo mode, the commercial partners that are this customer, as far as a limit is concerned: whoever
        has one of their contacts, archived or not.
        """
        contacts = list(self._omni_contacts())
        # sudo: whether somebody is known under another record as well, which the caller may not read
        partners = self.sudo().with_context(active_test=False)
        found = partners.search(Domain("email_normalized", "in", contacts) | Domain("phone_sanitized", "in", contacts))
        return partners.commercial_partner_id | found.commercial_partner_id
