from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import mark_open_to_reader, notification, open_form, open_list

NOTICE_LIMIT = 5  # cards named in the notice of a check: what a person reads at once


class OmniLoyaltyEntry(models.Model):
    """One movement of points on a card. Entries are only ever added: a mistake is put right by a counter-entry."""

    _name = "omni.loyalty.entry"
    _description = "Loyalty Ledger"
    _order = "at desc, id desc"
    _rec_name = "origin_name"

    card_id = fields.Many2one("loyalty.card", readonly=True, index=True, ondelete="set null")
    code = fields.Char("Card Number", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    channel_id = fields.Many2one("omni.channel", "Sales Channel", readonly=True, index=True, ondelete="restrict")
    at = fields.Datetime("Date", required=True, readonly=True, index=True, default=fields.Datetime.now)
    points = fields.Float(required=True, readonly=True, help="Above 0: given. Below 0: taken.")
    points_display = fields.Char(compute="_compute_points_display")
    balance = fields.Float(readonly=True, aggregator=None, help="Points on the card after this movement.")
    reason = fields.Selection(
        [
            ("opening", "Opening balance"),
            ("earned", "Earned"),
            ("spent", "Spent"),
            ("cancelled", "Order cancelled"),
            ("returned", "Returned"),
            ("adjusted", "Adjusted"),
        ],
        required=True,
        readonly=True,
    )
    note = fields.Char(readonly=True)
    origin_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference("Order", model_field="origin_model", readonly=True, index=True)
    origin_name = fields.Char("Order Reference", readonly=True)
    opens_origin = fields.Boolean(compute="_compute_opens_origin", help="The reader may open the order.")
    key = fields.Char(required=True, readonly=True, help="A movement is entered once, however often it is repeated.")
    reverses_id = fields.Many2one("omni.loyalty.entry", "Corrects", readonly=True, ondelete="restrict")
    reversed_ids = fields.One2many("omni.loyalty.entry", "reverses_id", "Corrected by", readonly=True)

    _key_uniq = models.UniqueIndex("(key)", "This movement of points is in the ledger already.")
    _reverses_uniq = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL", "This movement of points was corrected already."
    )

    # -- append-only -------------------------------------------------------------------------------------------------

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The ledger is never rewritten. Make a counter-entry instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The ledger is never erased. Make a counter-entry instead."))

    def action_reverse(self):
        """Take this movement back by a counter-entry.

        :raises AccessError: the caller is no omnichannel manager
        :raises UserError: it was taken back already, the card is gone, or it holds too few points
        """
        inputs.called_on_one(self)
        if not self.env.user.has_group("omni_base.group_manager"):
            raise AccessError(self.env._("Only managers may correct the ledger."))
        self.check_access("read")
        card = self.card_id.sudo()  # a manager of the channels need not be one of the sales or of the tills
        if self.reversed_ids or not card:
            raise UserError(self.env._("This movement was corrected already, or its card is gone."))
        if card.points - self.points < 0:
            raise UserError(
                self.env._("The card holds only %(points)s: too few to reverse this.", points=card.points_display)
            )
        note = self.env._("Correction of: %(entry)s", entry=self.display_name)
        card._omni_move(-self.points, "adjusted", note=note, reverses=self.id)
        return True

    @api.depends("reason", "origin_name")
    def _compute_display_name(self):
        labels = dict(self._fields["reason"]._description_selection(self.env))
        for entry in self:
            entry.display_name = " ".join(filter(None, (labels.get(entry.reason), entry.origin_name)))

    @api.depends("origin_model", "origin_id")
    @api.depends_context("uid")
    def _compute_opens_origin(self):
        mark_open_to_reader(self, opens_origin=lambda entry: (entry.origin_model, entry.origin_id))

    # -- reading -----------------------------------------------------------------------------------------------------

    @api.depends("points", "card_id")
    def _compute_points_display(self):
        for entry in self:
            sign = "+" if entry.points > 0 else ""
            entry.points_display = sign + entry.card_id._format_points(entry.points) if entry.card_id else ""

    def _omni_words(self):
        """Return what happened in a line: day, reason, order and channel."""
        day = format_date(self.env, fields.Datetime.context_timestamp(self, self.at))
        return " · ".join(filter(None, (day, self.display_name, self.channel_id.name)))

    def _omni_profile_entry(self):
        return {
            "date": fields.Datetime.to_string(self.at),
            "reason": self.reason,
            "points": self.points,
            "balance": self.balance,
            "order": self.origin_name or "",
            "channel": self.channel_id.name or "",
        }

    def action_open_origin(self):
        inputs.called_on_one(self)
        return open_form(self.origin_model, self.origin_id)

    @api.model
    def audit(self):
        """Compare every card of the user's companies with its ledger.

        :return: ``[{"card_id": int, "code": str, "customer": name or False, "points": float, "ledger": float}]``, one a
            card that differs
        :raises AccessError: the caller may not read the ledger
        """
        self.check_access("read")
        self.env.flush_all()
        query = SQL(
            """
            SELECT c.id, COALESCE(c.points, 0), COALESCE(sum(e.points), 0)
              FROM loyalty_card AS c
              LEFT JOIN omni_loyalty_entry AS e ON e.card_id = c.id
             WHERE c.company_id IS NULL OR c.company_id IN %s
             GROUP BY c.id
            HAVING abs(COALESCE(c.points, 0) - COALESCE(sum(e.points), 0)) > 0.005
             ORDER BY c.id
            """,
            tuple(self.env["res.company"]._omni_mine().ids),
        )
        rows = self.env.execute_query(query)
        cards = self.env["loyalty.card"].sudo().browse([row[0] for row in rows])
        return [
            {
                "card_id": card.id,
                "code": card.code,
                "customer": card.partner_id.name,
                "points": points,
                "ledger": ledger,
            }
            for card, (_id, points, ledger) in zip(cards, rows, strict=True)
        ]

    def action_audit(self):
        """Check the ledger and say the result in plain words.

        :raises RedirectWarning: the cards that differ, with the way to their movements
        """
        inputs.called_on(self)
        if differences := self.audit():
            lines = [
                self.env._(
                    "%(card)s (%(customer)s): %(points)s on the card, %(ledger)s in the ledger.",
                    card=row["code"],
                    customer=row["customer"] or self.env._("no customer"),
                    points=formatLang(self.env, row["points"], digits=2),
                    ledger=formatLang(self.env, row["ledger"], digits=2),
                )
                for row in differences[:NOTICE_LIMIT]
            ]
            title = self.env._("%(count)s cards do not agree with the ledger", count=len(differences))
            wrong = [("card_id", "in", [row["card_id"] for row in differences])]
            movements = open_list(self.env, "omni_loyalty.omni_loyalty_entry_action", wrong)
            raise RedirectWarning("\n".join([title, *lines]), movements, self.env._("Show their movements"))
        domain = Domain("company_id", "in", [False, *self.env["res.company"]._omni_mine().ids])
        count = self.env["loyalty.card"].sudo().with_context(active_test=False).search_count(domain)
        words = self.env._("All %(count)s cards hold exactly what their movements add up to.", count=count)
        return notification(words, type="success", title=self.env._("The ledger is correct"))
