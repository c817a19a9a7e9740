from odoo import fields, models


class OmniPickup(models.Model):
    """What the customer is told about a pickup, and when."""

    _inherit = "omni.pickup"

    told_ids = fields.One2many(
        "omni.message",
        "res_id",
        string="Messages to the Customer",
        domain=[("res_model", "=", "omni.pickup")],
        readonly=True,
    )

    def _tell(self, kind, occasion=None, words=""):
        """Tell the customers, once for each occasion, by mail, SMS and web push.

        :param str kind: what; its templates are ``mail_template_pickup_<kind>`` and ``sms_template_...``, as far as
            there are such
        :param str occasion: what tells this time from another; by default once in the life of a pickup, and again
            after it was cancelled and came back
        :param words: what the templates show as ``ctx['omni_words']``: text, or a function of the pickup that gives it
            in the customer's language
        """
        for pickup in self.sudo():  # who makes the step need not read stores and templates
            lives = len(pickup.step_ids.filtered(lambda step: step.state == "to_prepare" and not step.note))
            self.env["omni.message"]._tell(
                f"pickup.{kind}",
                pickup,
                occasion or str(lives),
                channels=("mail", "sms", "push") if pickup.warehouse_id.omni_sms else ("mail", "push"),
                everywhere=True,
                templates={way: pickup._message_template(way, kind) for way in ("mail", "sms")},
                words=words,
            )
            # The words asked what is to pay; a payment in this same transaction must not find the old answer.
            pickup.invalidate_recordset(["amount_due", "told_ids"])
            pickup.order_id.invalidate_recordset(["amount_paid"])

    def _tell_step(self, kind, words=""):
        """Tell the customers, see :meth:`_tell`, once for the last step of their pickup."""
        for pickup in self:
            pickup._tell(kind, f"step {max(pickup.step_ids.ids)}", words)

    def _message_template(self, way, kind):
        template = self.env.ref(f"omni_clickcollect.{way}_template_pickup_{kind}", raise_if_not_found=False)
        return template or self.env[f"{way}.template"]

    # -- words of the templates --------------------------------------------------------------------------------------

    def _mail_details(self):
        """Return what every mail ends with, as HTML: code, items, store, opening hours, what is to pay, link."""
        # sudo: the view is not open to who makes the step
        return self.env["ir.qweb"].sudo()._render("omni_clickcollect.pickup_mail_details", {"object": self})

    def _mail_refund(self):
        """Return what becomes of the money of what was not collected, in words."""
        return self.env["omni.pickup.page"]._refund(self)
