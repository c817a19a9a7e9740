from odoo import fields, models


class ResPartner(models.Model):
    """What a customer agreed to."""

    _inherit = "res.partner"

    omni_consent_ids = fields.One2many(
        "omni.consent", "partner_id", string="Consent", readonly=True, groups="omni_base.group_manager"
    )

    def _omni_consents(self, purpose, channel=None):
        """Whether this customer agreed to be told, shown or counted something, in the current company: what the
        newest answer says. Nothing is agreed to by silence.

        :param str purpose: one of those of ``omni.consent``
        :param str channel: ``mail``, ``sms``, ``push``, ``till``; None: what goes by no channel
        """
        person = self._omni_person()
        # sudo: who asks need not read the proof
        return bool(person) and self.env["omni.consent"].sudo()._newest(person, purpose, channel).given

    def _omni_give_consent(self, purpose, channel, given, how, wording, at=None):
        """Note an answer of this customer to the current company, as proof; those of before stay.

        :param str purpose: one of those of ``omni.consent``
        :param str channel: ``mail``, ``sms``, ``push``, ``till``; None or ``any``: by whichever
        :param bool given: agreed, or refused
        :param str how: ``website``, ``till``, ``office`` or ``import``
        :param str wording: what was asked, as it was read or heard, in the language of the context
        :param at: naive UTC datetime of the answer; default: now
        :return: the ``omni.consent``
        """
        person = self._omni_person()
        consents = self.env["omni.consent"].sudo()  # sudo: nobody else writes proof
        contact = person.phone_sanitized if channel == "sms" else person.email_normalized or person.phone_sanitized
        return consents.create(
            {
                "partner_id": person.id,
                "contact": consents._hidden(contact) if contact else False,
                "company_id": self.env.company.id,
                "purpose": purpose,
                "channel": channel or "any",
                "given": given,
                "at": at or fields.Datetime.now(),
                "how": how,
                "user_id": self.env.uid,
                "wording": wording,
                "lang": self.env.lang or "en_US",
            }
        )

    def _omni_questions(self):
        """Return what this customer is asked, with the last answers, in the current company:
        ``[{"purpose", "words", "answers": [{"name", "label", "given", "at"}]}]``.
        """
        consents, person = self.env["omni.consent"].sudo(), self._omni_person()  # sudo: the customer's own
        labels = dict(consents._fields["channel"]._description_selection(self.env))
        questions = []
        for purpose, channels, words in consents._questions():
            answers = []
            for channel in channels:
                newest = consents._newest(person, purpose, channel)
                answer = {"name": f"{purpose}.{channel}", "given": newest.given, "at": newest.at}
                answers.append(answer | {"label": labels[channel] if len(channels) > 1 else self.env._("I agree")})
            questions.append({"purpose": purpose, "words": words, "answers": answers})
        return questions

    def _omni_answer(self, agreed):
        """Note on the website what this customer agrees to, by the names of :meth:`_omni_questions`, and what not:
        what is not new is not noted again.
        """
        for question in self._omni_questions():
            for answer in question["answers"]:
                given = answer["name"] in agreed
                if given != answer["given"]:
                    purpose, channel = answer["name"].split(".")
                    self._omni_give_consent(purpose, channel, given, "website", question["words"])

    def _omni_person(self):
        """Return whose address this is: an answer is a person's."""
        person = self.sudo()  # sudo: an order may name an address whose owner the caller does not see
        return person.parent_id if person.type != "contact" and person.parent_id else person
