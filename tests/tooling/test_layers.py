"""A template's name stands for what it was made of, and a brick alone gets nothing of another one's."""

import pytest

import layers


@pytest.fixture(autouse=True)
def addons(tmp_path, monkeypatch):
    """A base and two bricks, one with a need of its own."""
    for name, depends in {"omni_base": ["sale"], "omni_a": ["omni_base"], "omni_b": ["omni_base", "loyalty"]}.items():
        (tmp_path / name / "tests").mkdir(parents=True)
        (tmp_path / name / "__manifest__.py").write_text(repr({"name": name, "depends": depends}))
        (tmp_path / name / "tests/test_it.py").touch()
    monkeypatch.setattr(layers, "ADDONS", tmp_path)
    monkeypatch.setattr(layers, "GENERATOR", tmp_path / "no/generate.py")
    return tmp_path


def modules(stack):
    return [layer.modules for layer in stack]


def test_brick_alone():
    """given two bricks, when a database is for one, then the other's needs are not in it"""
    assert modules(layers.layers(["omni_a"])) == [("sale",), ("omni_a", "omni_base")]
    assert modules(layers.layers(["omni_b"])) == [("sale",), ("loyalty", "sale"), ("omni_b", "omni_base")]


def test_shared_bottom():
    """given several bricks, when their layers are made, then the lowest is the same, whatever is asked in what order"""
    assert layers.layers(["omni_a"])[0] == layers.layers(["omni_b", "omni_a"])[0]
    assert layers.layers(["omni_a", "omni_b"]) == layers.layers(["omni_b", "omni_a"])


def test_modules_of_odoo_alone():
    """given only modules of Odoo, when a database is for them, then nothing of ours is in it"""
    assert modules(layers.layers(["stock", "sale"])) == [("sale", "stock")]


@pytest.mark.parametrize(
    ("file", "counts"),
    [("__manifest__.py", True), ("models/new.py", True), ("tests/test_it.py", False), ("README.md", False)],
)
def test_content_in_the_name(addons, file, counts):
    """given a template, when a file changes that leaves a trace in a database, then another one is needed, else not"""
    before = layers.layers(["omni_a"])
    path = addons / "omni_a" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(path.read_text() + "\n" if path.exists() else "new")
    after = layers.layers(["omni_a"])
    assert (layers.name(before, "19.0") != layers.name(after, "19.0")) is counts
    assert layers.kind(layers.name(before, "19.0")) == layers.kind(layers.name(after, "19.0"))
    assert layers.name(before, "19.0") != layers.name(before, "19.0 of another day")
