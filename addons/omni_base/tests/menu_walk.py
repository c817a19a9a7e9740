"""What Odoo's web client asks the server for when somebody opens a screen, and every screen it leads to."""

from datetime import date, datetime, timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

MANY = 40  # records that a list shows
READ = {"many2one", "many2one_avatar", "many2one_avatar_user", "res_partner_many2one", None}
OFF = {"0", "False", "false"}


class Undo(Exception):
    """What was tried is taken back."""


class MenuWalk:
    """Mixed into a test: walks, as one user, through what the web client shows them of one add-on.

    What they may not do, or what fails, is in ``wrong``, a line each, with the way that led there; the records that
    were opened are counted by model in ``opened``.
    """

    client_actions = {}  # {tag: what its page asks for first, called with the user's environment}

    def walk_alone(self, module, *models):
        """Walk as each group of ours, of users who have no other; every one of ``models`` was shown to one of them."""
        category = self.env.ref("omni_base.module_category_omnichannel")
        opened = set()
        for group in self.env["res.groups"].search([("privilege_id.category_id", "=", category.id)]):
            user = new_test_user(self.env, f"walk_{group.id}", groups="base.group_user", name=group.full_name)
            user.group_ids += group
            with self.subTest(group=group.full_name):
                opened |= {model for model, count in self.walk(user, module).items() if count}
        self.assertGreaterEqual(opened, set(models))

    def walk(self, user, module):
        """Open every menu of ``module`` that ``user`` is shown, and all that it leads to; fail where anything fails."""
        self._begin(user)
        menus = self.walked["ir.ui.menu"].load_web_menus(False)
        mine = self.env["ir.model.data"].search([("module", "=", module), ("model", "=", "ir.ui.menu")])
        for menu in (menus[id] for id in mine.mapped("res_id") if id in menus):
            if menu["actionID"] and not menu["children"]:
                self._action(self._load(menu["actionModel"], menu["actionID"]), menu["name"])
        self.assertFalse(self.wrong, f"{user.name}:\n" + "\n".join(self.wrong))
        return self.opened

    def walk_forms(self, opened):
        """Open forms of Odoo's that our add-ons extend as those who work with them, without a group of ours.

        :param opened: ``{group: records}``
        """
        for number, (group, records) in enumerate(opened.items()):
            user = new_test_user(self.env, f"walk_form_{number}", groups=f"base.group_user,{group}", name=group)
            self._begin(user, forms_only=True)
            views = [[False, "list"], [False, "form"]]
            domain = [("id", "in", records.ids)]
            self._window({"res_model": records._name, "views": views, "domain": domain}, records._name)
            self.assertFalse(self.wrong, f"{user.name}:\n" + "\n".join(self.wrong))

    def _begin(self, user, forms_only=False):
        self.forms_only = forms_only  # how Odoo's own lists are searched is Odoo's
        self.user, self.wrong, self.opened, self.seen = user, [], {}, set()
        self.walked = self.env(user=user, su=False, context={"lang": "en_US", "uid": user.id})

    # -- actions -----------------------------------------------------------------------------------------------------

    def _load(self, model, id):
        action = self.walked[model].sudo().browse(id)  # sudo: as the web client's route does
        return action._get_action_dict() if model == "ir.actions.act_window" else action.read()[0]

    def _action(self, action, way):
        kind = action.get("type", "ir.actions.act_window")
        if kind == "ir.actions.act_window":
            self._window(action, way)
        elif kind == "ir.actions.server":
            self._try(way, lambda: self._followed(self.walked["ir.actions.server"].browse(action["id"]).run(), way))
        elif kind == "ir.actions.client" and action["tag"] not in ("display_notification", "soft_reload", "reload"):
            first = self.client_actions.get(action["tag"])
            if not first:
                self.wrong.append(f"{way}: nobody says what {action['tag']} asks for")
            else:
                self._try(way, lambda: first(self.walked))
        elif kind == "ir.actions.report":
            self._report(action, way)

    def _followed(self, action, way):
        if isinstance(action, dict) and action.get("type"):
            self._action(action, way)

    def _report(self, action, way):
        ids = action.get("res_ids") or (action.get("context") or {}).get("active_ids") or action.get("docids")
        report, ids = action["report_name"], ids or self.env[action["model"]].search([], limit=1).ids
        self._try(f"{way} > print", lambda: self.walked["ir.actions.report"]._render_qweb_html(report, ids))

    def _window(self, action, way):
        name, id = action["res_model"], action.get("res_id")
        views = action.get("views") or [[False, kind] for kind in action["view_mode"].split(",")]
        views = [[view or False, kind] for view, kind in views if kind != "search"]
        key = (name, id, str(views), str(action.get("domain")))
        if key in self.seen:
            return
        self.seen.add(key)
        context = self._evaluate(action.get("context") or {})
        model = self.walked[name].with_context(**context)
        search = action.get("search_view_id") or [False]
        asked = [*views, [search[0] if isinstance(search, (list, tuple)) else search, "search"]]
        options = {"toolbar": True, "load_filters": True, "action_id": action.get("id", False)}
        answer = self._try(f"{way}: views", lambda: model.get_views(asked, options))
        if not answer:
            return
        arches = {kind: etree.fromstring(view["arch"]) for kind, view in answer["views"].items()}
        if id:
            self._form(model, [id], arches["form"], way)
            return
        domain = Domain(self._evaluate(action.get("domain") or []))
        for kind, arch in arches.items():
            self._try(f"{way} ({kind})", lambda kind=kind, arch=arch: self._view(kind, model, domain, arch, way))
        records = model.sudo().search(domain, limit=3)  # sudo: one that they may not see is one that nobody shows them
        shown = self._try(way, lambda: model.search(domain & Domain("id", "in", records.ids)).ids) or []
        if "form" in arches:
            for id in shown:
                self._form(model, [id], arches["form"], f"{way} > {name} {id}")
            self._new(model, arches["form"], way)
        for view in answer["views"].values():
            for report in view.get("toolbar", {}).get("print", ()) if shown and name.startswith("omni.") else ():
                self._report({"report_name": self._report_name(report), "model": name, "res_ids": shown}, way)

    def _report_name(self, report):
        return self.env["ir.actions.report"].browse(report["id"]).report_name

    # -- views -------------------------------------------------------------------------------------------------------

    def _view(self, kind, model, domain, arch, way):
        if kind in ("list", "kanban"):
            specification = self._specification(model, arch)
            rows = model.web_search_read(domain, specification, limit=MANY)["records"]
            self.opened[model._name] = max(self.opened.get(model._name, 0), len(rows))
            if group := arch.get("default_group_by"):
                self._group(model, domain, group, specification)
            if kind == "list" and arch.get("editable"):
                self._new(model, arch, way)
            for row in rows[:3]:
                self._buttons(model, row, arch, f"{way} > {model._name} {row['id']}")
        elif kind in ("pivot", "graph"):
            groups = [node.get("name") for node in arch.iter("field") if node.get("type") in ("row", "col")]
            measures = [node.get("name") for node in arch.iter("field") if node.get("type") == "measure"]
            model.formatted_read_grouping_sets(
                domain, [[], *[[group] for group in groups]], ["__count", *(f"{name}:sum" for name in measures)]
            )
        elif kind == "calendar":
            names = [arch.get(name) for name in ("date_start", "date_stop", "color", "all_day") if arch.get(name)]
            names += [node.get("name") for node in arch.iter("field")]
            model.search_read(domain, [*dict.fromkeys(names), "display_name"])
        elif kind == "search" and not self.forms_only:
            self._search(model, domain, arch, way)

    def _group(self, model, domain, group, specification):
        if model._fields[group.split(".")[0].split(":")[0]].type in ("date", "datetime") and ":" not in group:
            group += ":month"  # as the client does
        model.web_read_group(domain, [group], ["__count"], auto_unfold=True, unfold_read_specification=specification)

    def _search(self, model, domain, arch, way):
        for node in arch.iter("filter"):
            name = f"{way}: filter {node.get('name')}"
            if node.get("domain"):
                filtered = domain & Domain(self._evaluate(node.get("domain")))
                self._try(name, lambda filtered=filtered: model.search(filtered, limit=MANY))
            group = self._evaluate(node.get("context") or {}).get("group_by")
            if group:
                self._try(name, lambda group=group: self._group(model, domain, group, {"display_name": {}}))
        for node in arch.iter("field"):
            field, name = model._fields[node.get("name")], f"{way}: search {node.get('name')}"
            if node.get("filter_domain"):
                found = self._evaluate(node.get("filter_domain"), {"self": "a"})
            elif field.type in ("char", "text", "html", "many2one", "many2many", "one2many"):
                found = [(field.name, node.get("operator", "ilike"), "a")]
            else:
                continue
            self._try(name, lambda found=found: model.search(domain & Domain(found), limit=MANY))
            if field.type == "many2one":
                self._try(name, lambda field=field: self.walked[field.comodel_name].name_search("", limit=8))

    def _specification(self, model, arch):
        """Return what the client reads for this view: ``{field: specification}``."""
        specification = {"display_name": {}}
        for node in self._fields_of(arch):
            field = model._fields[node.get("name")]
            if field.type in ("many2one", "reference"):
                specification[field.name] = {"fields": {"display_name": {}}}
            elif field.type in ("one2many", "many2many"):
                comodel = self.walked[field.comodel_name]
                inner = next((child for child in node if child.tag in ("list", "kanban", "form")), None)
                rows = {"display_name": {}} if inner is None else self._specification(comodel, inner)
                specification[field.name] = {"fields": rows, "limit": MANY}
            else:
                specification[field.name] = {}
        return specification

    def _fields_of(self, arch):
        """Yield the fields of a view, not those of the views within it."""
        for child in arch:
            if child.tag == "field":
                yield child
            elif isinstance(child.tag, str):
                yield from self._fields_of(child)

    # -- records -----------------------------------------------------------------------------------------------------

    def _form(self, model, ids, arch, way):
        record, specification = model.browse(ids), self._specification(model, arch)
        row = self._try(way, lambda: record.web_read(specification))
        if not row:
            return
        self.opened[model._name] = max(self.opened.get(model._name, 0), 1)
        self._buttons(model, row[0], arch, way)
        if model._name.startswith("omni."):
            self._links(record, row[0], arch, way)
            if arch.get("edit") not in OFF:
                self._choices(model, arch, way)

    def _new(self, model, arch, way):
        if arch.get("create") in OFF or arch.get("edit") in OFF:
            return
        self._try(f"{way} > new", lambda: model.onchange({}, [], self._specification(model, arch)))
        self._choices(model, arch, way)

    def _choices(self, model, arch, way):
        """What a field that can be filled in proposes."""
        for node in self._fields_of(arch):
            field = model._fields[node.get("name")]
            writes = node.get("readonly") not in ("1", "True") and not (field.readonly and not node.get("readonly"))
            if writes and field.type in ("many2one", "many2many") and node.get("invisible") not in ("1", "True"):
                comodel = self.walked[field.comodel_name]
                self._try(
                    f"{way}: choice of {field.name}",
                    lambda comodel=comodel: comodel.web_name_search("", {"display_name": {}}, limit=8),
                )

    def _links(self, record, row, arch, way):
        """What a many2one shows as a link opens, and so does a line of a list within the form."""
        for node in self._fields_of(arch):
            field = record._fields[node.get("name")]
            if field.type in ("one2many", "many2many") and row[field.name] and not node.get("widget"):
                line = {"res_model": field.comodel_name, "res_id": row[field.name][0]["id"], "views": [[False, "form"]]}
                self._action(line, f"{way} > {field.name}")
            if field.type != "many2one" or node.get("widget") not in READ or not row[field.name]:
                continue
            options = safe_eval(node.get("options") or "{}")
            if options.get("no_open") or node.get("widget") == "many2one_avatar_user" or self._hidden(node, row):
                continue
            other = self.walked[field.comodel_name].browse(row[field.name]["id"])
            name = f"{way} > {field.name}"
            action = self._try(name, lambda other=other: other.get_formview_action())
            if action:
                self._action(action | {"type": "ir.actions.act_window"}, name)

    def _buttons(self, model, row, arch, way):
        """Press each button that is shown, and take back what it did."""
        if not model._name.startswith("omni."):
            return
        for node in arch.iter("button"):
            inside = [parent for parent in node.iterancestors("field") if parent is not arch]
            if inside or self._hidden(node, row) or not node.get("name"):
                continue
            name = f"{way} > [{node.get('string') or node.get('title') or node.get('name')}]"
            if node.get("type") == "action":
                action = self.env["ir.actions.actions"].browse(int(node.get("name"))).sudo()
                self._action(self._load(action.type, action.id), name)
                continue
            self._try(name, lambda node=node, name=name: self._press(model.browse(row["id"]), node, name))

    def _press(self, record, node, way):
        try:
            with self.env.cr.savepoint():
                try:
                    action = getattr(record, node.get("name"))()
                except AccessError:
                    raise
                except UserError as error:
                    raise Undo from error  # said in words
                self._followed(action, way)
                raise Undo
        except Undo:
            self.env.invalidate_all()

    # -- helpers -----------------------------------------------------------------------------------------------------

    def _try(self, way, ask):
        """Return what ``ask`` returns; what it raises is noted as wrong."""
        try:
            with self.env.cr.savepoint():
                return ask()
        except Undo:
            raise
        except Exception as error:
            self.wrong.append(f"{way}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")

    def _hidden(self, node, row):
        values = {name: value.get("id") if isinstance(value, dict) else value for name, value in row.items()}
        values |= {"uid": self.user.id, "context": {}, "id": row.get("id"), "parent": None}
        shown = [node, *node.iterancestors()]
        return any(
            (attribute := one.get(name)) and self._evaluate(attribute, values)
            for one in shown
            for name in ("invisible", "column_invisible")
        )

    def _evaluate(self, text, values=None):
        if not isinstance(text, str):
            return text
        return safe_eval(
            text,
            {
                "uid": self.user.id,
                "context": {},
                "active_id": False,
                "active_ids": [],
                "allowed_company_ids": self.user.company_ids.ids,
                "current_company_id": self.user.company_id.id,
                "context_today": date.today,
                "current_date": str(date.today()),
                "datetime": datetime,
                "timedelta": timedelta,
                "true": True,
                "false": False,
                **(values or {}),
            },
        )
