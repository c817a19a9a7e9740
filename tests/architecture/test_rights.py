"""Rights that the sources show: nothing that a caller says is evaluated with more rights than they have."""

import ast
import re

import pytest
import sources

# Search methods that look something up as superuser, and why nothing of the caller's but texts and ids comes into it.
LOOKED_UP = {
    ("omni.hold", "_search_owners"): "a condition made of a text or of ids, which its callers check",
    ("stock.warehouse", "_search_omni_place"): "gives one of two fixed words, and ids",
}
# What is asked in sudo mode believes any company that the caller's context names.
COMPANIES = re.compile(r"\.env\.companies\b|\benv\.companies\b")
HOME = sources.ADDONS / "omni_base/models/res_company.py"


def searches(model):
    """The names of the methods that `search=` of this model's fields name, and of what these call on `self`."""
    wanted = {
        keyword.value.value
        for assignment in model.fields.values()
        for keyword in assignment.value.keywords
        if keyword.arg == "search" and isinstance(keyword.value, ast.Constant)
    }
    done = set()
    while todo := wanted - done:
        name = todo.pop()
        done.add(name)
        for node in ast.walk(model.methods[name]) if name in model.methods else ():
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                wanted |= {node.attr} & model.methods.keys()
    return done & model.methods.keys()


@pytest.mark.parametrize("addon", sources.addons())
def test_no_search_method_is_superuser(addon):
    """A domain, operator or value of a caller never meets `sudo`: Odoo would read any field of any record for them."""
    found = [
        f"{model.where(model.methods[name])} {name}"
        for model in sources.models(addon)
        for name in searches(model)
        if (model.name, name) not in LOOKED_UP and "sudo" in ast.unparse(model.methods[name])
    ]
    assert found == []


@pytest.mark.parametrize("addon", sources.addons())
def test_the_callers_companies_are_asked_of_one_piece(addon):
    """`res.company._omni_mine()` is right in sudo mode, too; who reads `env.companies` says on that line that it is not
    in sudo mode."""
    found = [
        f"{path}:{number}"
        for path, text in sources.texts(addon)
        if path.suffix == ".py" and path != HOME and "tests" not in path.parts
        for number, line in enumerate(text.splitlines(), 1)
        if COMPANIES.search(line) and "env.su" not in line
    ]
    assert found == []


@pytest.mark.parametrize("addon", sources.addons())
def test_no_relation_passes_the_rules(addon):
    """A domain that goes over such a relation would not ask whether the caller may see what is behind it."""
    found = [
        f"{model.where(assignment)} {name}"
        for model in sources.models(addon)
        for name, assignment in model.fields.items()
        if any(keyword.arg in ("bypass_search_access", "auto_join") for keyword in assignment.value.keywords)
    ]
    assert found == []
