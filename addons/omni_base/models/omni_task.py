from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import InvalidInput
from ..tools import inputs
from ..tools.documents import mark_open_to_reader, open_form


class OmniTask(models.Model):
    """What a person has to decide: one list, whoever asks, with what can be done about it.

    A kind is a value of ``kind``, to which add-ons add theirs. What belongs to it are methods named after it:
    ``_offers_<kind>()`` gives what can be done, ``_closed_<kind>()`` hears that it was decided. Neither is needed.
    """

    _name = "omni.task"
    _description = "Task"
    _inherit = ["omni.kept"]
    _order = "deadline, id"
    _rec_name = "summary"

    kind = fields.Selection(
        [("refund", "Refund by hand"), ("paid_twice", "Paid twice"), ("too_much", "Refunded too much")],
        required=True,
        readonly=True,
    )
    summary = fields.Char("What to Do", required=True, readonly=True)
    note = fields.Text("Why", readonly=True)
    key = fields.Char(required=True, readonly=True, help="What it is about: the same key again is the same task.")
    res_model = fields.Char("Document Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char("Document", readonly=True)
    opens_record = fields.Boolean(compute="_compute_opens_record", help="The reader may open the document.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", readonly=True, index=True, ondelete="set null")
    user_id = fields.Many2one("res.users", "Responsible", readonly=True, ondelete="set null", help="None: a manager.")
    deadline = fields.Datetime("Until", readonly=True)
    offers = fields.Json("What Can Be Done", compute="_compute_offers")
    state = fields.Selection(
        [("open", "To resolve"), ("done", "Done"), ("dismissed", "Dismissed")],
        required=True,
        readonly=True,
        default="open",
    )
    reason = fields.Char("Why It Was Dismissed")
    closed_at = fields.Datetime("Closed On", readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")

    _key_uniq = models.UniqueIndex("(kind, key)", "This is a task already.")
    _record_idx = models.Index("(res_model, res_id) WHERE state = 'open'")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_opens_record(self):
        mark_open_to_reader(self, opens_record=lambda task: (task.res_model, task.res_id))

    @api.depends("kind", "state")
    @api.depends_context("uid")
    def _compute_offers(self):
        for task in self:
            offers = task._offers() if task.state == "open" else []
            task.offers = [{"name": name, "label": label, "value": value} for name, label, value in offers]

    # -- asking ------------------------------------------------------------------------------------------------------

    @api.model
    def _ask(self, kind, record, summary, note="", user=None, deadline=None, key=None):
        """Ask a person to decide about a document; asked again with the same ``key`` it is the same task, and while it
        is open it has the words of now. Whom it is for sees it among Odoo's own activities, too.

        :param str kind: a value of ``kind``
        :param record: the document, one record: it may have a ``company_id``, a ``warehouse_id``, an ``order_id``
        :param str summary: what is to be decided, in a few words
        :param str note: why, in sentences
        :param user: ``res.users`` record who is to decide; default: a manager
        :param deadline: until when, naive UTC datetime
        :param str key: what it is asked for; default: the document
        :return: the task, in sudo mode
        """
        record.ensure_one()
        record, tasks = record.sudo(), self.sudo()  # whoever makes it happen need not see tasks
        key = key or f"{record._name},{record.id}"
        self.env["omni.rate.limit"]._in_turn([f"task:{kind}:{key}"])
        words = {"summary": summary, "note": note}
        if task := tasks.search([("kind", "=", kind), ("key", "=", key)]):
            task.filtered(lambda task: task.state == "open").write(words)
            return task
        task = tasks.create(
            {
                "kind": kind,
                "key": key,
                "res_model": record._name,
                "res_id": record.id,
                "record_name": record.display_name,
                "company_id": _of(record, "company_id").id or self.env.company.id,
                "warehouse_id": _of(record, "warehouse_id", "omni_warehouse_id").id,
                "user_id": user.id if user else False,
                "deadline": deadline,
                **words,
            }
        )
        task._mirror(record)
        return task

    def _mirror(self, record):
        """Show this task among the activities of its document, or of the order that this belongs to."""
        document = record if "activity_ids" in record._fields else _of(record, "order_id")
        if document:
            user = self.user_id or self.company_id._omni_managers()[:1] or self.env.user
            self.activity_id = document.activity_schedule(
                "mail.mail_activity_data_todo", summary=self.summary, note=self.note, user_id=user.id
            )

    def _record(self):
        """Return the document, in the mode of this task; empty: it is gone."""
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.model
    def _of(self, records):
        """Return the open tasks about these documents, in sudo mode."""
        about = Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
        return self.sudo().search(about & Domain("state", "=", "open"))

    # -- deciding ----------------------------------------------------------------------------------------------------

    def action_open_record(self):
        """Open the document that it is about."""
        inputs.called_on_one(self)
        return open_form(self.res_model, self.res_id)

    def action_take_care(self):
        """Make the caller responsible."""
        task = self._still_open()
        task.user_id = self.env.user
        task.activity_id.user_id = self.env.user

    def action_do(self, name, value=None):
        """Do one of ``offers``.

        :param str name: as the offer says
        :param value: as the offer says
        :return: what the web client does next, if anything
        :raises UserError: somebody has decided already
        :raises InvalidInput: it is not offered
        """
        inputs.called_on_one(self)
        task = self._still_open()
        if (name, value) not in [(offer, given) for offer, _label, given in self._offers()]:
            raise InvalidInput(self.env._("This is no longer offered."))
        return getattr(task, name)(*([] if value is None else [value]))

    def action_ask_dismiss(self):
        """Ask why, then :meth:`action_dismiss`."""
        inputs.called_on_one(self)
        views = [(self.env.ref("omni_base.omni_task_view_form_dismiss").id, "form")]
        return open_form(self._name, self.id, name=self.env._("Dismiss"), views=views, target="new")

    def action_dismiss(self):
        """Nothing is to be done, for the reason that is given.

        :raises UserError: without a reason, or somebody has decided already
        """
        task = self._still_open()
        if not all((one.reason or "").strip() for one in task):
            raise UserError(self.env._("Enter why nothing needs to be done."))
        task._close("dismissed")

    def _still_open(self):
        """Return these tasks in sudo mode, for what the caller, who may see them, decides."""
        inputs.called_on(self).check_access("read")
        if self.filtered(lambda task: task.state != "open"):
            raise UserError(self.env._("Somebody has already decided."))
        return self.sudo()  # what was decided is written by the steps alone

    def _offers(self):
        """Return ``[(name of a method, words on its button, value that it is given or None)]``."""
        self.ensure_one()
        return getattr(self, f"_offers_{self.kind}", self._offers_done)()

    def _offers_done(self):
        return [("_done", self.env._("Done"), None)]

    def _done(self):
        self._close("done")

    def _close(self, state):
        """End those of these tasks that are open, here and among Odoo's activities, and let their kind know."""
        now = fields.Datetime.now()
        for task in self.filtered(lambda task: task.state == "open"):
            task.write({"state": state, "closed_at": now, "closed_by_id": self.env.uid})
            task.activity_id.filtered("active").action_feedback(feedback=task.reason)
            if closed := getattr(task, f"_closed_{task.kind}", None):
                closed()

    # -- a refund by hand --------------------------------------------------------------------------------------------

    def _offers_refund(self):
        return [("_done", self.env._("Done by hand"), None)] if self._record()._may_decide() else []

    def _closed_refund(self):
        """What a person has done is refunded; what is dismissed is not to be refunded any more."""
        if self.state == "done":
            self._record()._decided("done", done_by_id=self.env.uid)
        else:
            self._record()._decided("withdrawn", failed=self.reason)


def _of(record, *names):
    """Return what the first of these fields that ``record`` has says; none: nothing."""
    name = next((name for name in names if name in record._fields), None)
    return record[name] if name else record.browse()
