from odoo import models
from odoo.tools.safe_eval import safe_eval

RIGHTS = "model_access_rights"  # on each view, and each view within it: its model


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _postprocess_access_rights(self, tree):
        """On screens of ours many read the names of orders, tills and transfers who do not work with these: what a user
        may not open is no link to them.
        """
        closed = [node for view in tree.xpath(f"//*[@{RIGHTS}][not(self::field)]") for node in self._omni_closed(view)]
        tree = super()._postprocess_access_rights(tree)
        for node in closed:
            options = safe_eval(node.get("options") or "{}", {"true": True, "false": False})
            node.set("options", str(options | {"no_open": True}))
        return tree

    def _omni_closed(self, view):
        """Return the fields of a view of ours that name a record which the user may not open."""
        model = view.get(RIGHTS)
        if not model.startswith("omni."):
            return []
        fields = self.env[model]._fields
        return [
            node
            for node in view.iterdescendants("field")
            if next(node.iterancestors("form", "list", "kanban", "calendar", "search", "pivot", "graph"), None) is view
            and fields[node.get("name")].type == "many2one"
            and not self.env[fields[node.get("name")].comodel_name].has_access("read")
        ]
