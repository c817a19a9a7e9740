"""What callers can reach of ours: found in the code that runs, so that nothing that is added is forgotten."""

import ast
import inspect
from pathlib import Path

from odoo import http
from odoo.modules.module import get_module_path

OURS = "odoo.addons.omni_"


def our_modules(env):
    domain = [("name", "=like", r"omni\_%"), ("state", "=", "installed")]
    return env["ir.module.module"].search(domain).mapped("name")


def methods(env):
    """The public methods that our add-ons define: ``{"model.method": whether it overrides one of Odoo's}``."""
    found = {}
    for name, model in env.registry.items():
        for cls in model.mro():
            if cls.__module__.startswith(OURS):
                found |= {
                    f"{name}.{method}": _overrides(model, method) for method in vars(cls) if _is_public(model, method)
                }
    return found


def _overrides(model, name):
    return any(name in vars(cls) and not cls.__module__.startswith(OURS) for cls in model.mro())


def _is_public(model, name):
    versions = [vars(cls)[name] for cls in model.mro() if name in vars(cls)]
    is_method = not name.startswith("_") and inspect.isroutine(versions[0])
    return is_method and not any(getattr(version, "_api_private", False) for version in versions)


def arguments(env, name):
    """The arguments of a method, ``model.method``."""
    model, _dot, method = name.rpartition(".")
    return list(inspect.signature(getattr(env.registry[model], method)).parameters)[1:]


def routes(env):
    """``{address: endpoint}`` of the routes that our add-ons define or override."""
    modules = env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
    found = {}
    for url, endpoint in http._generate_routing_rules(modules, nodb_only=False):
        controller, name = type(endpoint.func.__self__), endpoint.func.__name__
        if any(cls.__module__.startswith(OURS) and name in vars(cls) for cls in controller.mro()):
            found[url] = endpoint
    return found


def groups(env):
    """``{name: group}`` of our own groups."""
    data = env["ir.model.data"].search([("model", "=", "res.groups"), ("module", "in", our_modules(env))])
    return {row.complete_name: env["res.groups"].browse(row.res_id) for row in data}


def context_keys(env):
    """The keys that our code reads from a context, which whoever calls writes."""
    found = set()
    for module in our_modules(env):
        for folder in ("models", "controllers", "wizard"):
            for path in Path(get_module_path(module), folder).glob("*.py"):
                found |= set(_keys(path))
    return {key for key in found if key.startswith("omni_")}


def _keys(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("context.get") and node.args:
            yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))
