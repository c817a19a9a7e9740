"""A method of a model stands once in an add-on: what it does is read in one place, whatever the order of imports."""

from collections import defaultdict

import pytest
import sources

# {(add-on, model, method): why it stands in two files}
TWICE = {
    ("omni_base", "pos.order", "sync_from_ui"): "each puts something of its own around Odoo's frame: whose rights, and"
    " which moves tickets share; neither reads what the other does",
    (
        "omni_base",
        "sale.order.line",
        "_auto_init",
    ): "each makes the columns of its own file, filled at once",
}


def defined(addon: str) -> dict[tuple[str, str], list[str]]:
    """{(model, method): where it is defined}; what a mixin gives and its user extends are two models."""
    places = defaultdict(list)
    for model in sources.models(addon):
        for name, node in model.methods.items():
            places[model.name, name].append(model.where(node))
    return places


@pytest.mark.parametrize("addon", sources.addons())
def test_method_stands_once(addon):
    """given an add-on, when its methods are counted by model, then each stands once, or a reason is written down"""
    again = {
        f"{model}.{method}": where
        for (model, method), where in defined(addon).items()
        if len(where) > 1 + ((addon, model, method) in TWICE)
    }
    assert not again


def test_reasons_are_needed():
    """given the list of those that stand twice, then each does"""
    for addon, model, method in TWICE:
        assert len(defined(addon)[model, method]) == 2, f"{addon} defines {model}.{method} once: take it off the list"
