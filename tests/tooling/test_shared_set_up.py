"""Test classes with the same bases set up once, and none sees what another one did."""

from types import SimpleNamespace

import pytest

from odoo.tests import common
from odoo.tests.result import OdooTestResult

import shared_set_up

DID = []


class Shop(common.TransactionCase):
    """A base as those of the add-ons, without a database."""

    registry = SimpleNamespace(registry_sequence=1, registry_invalidated=False)
    test_tags = frozenset()
    price = 3

    @classmethod
    def setUpClass(cls):
        DID.append("opens")
        cls.addClassCleanup(DID.append, "closes")

    def setUp(self):
        """as a test of Odoo's, which needs a database"""

    def _sell(self):
        DID.append(type(self).__name__)


@pytest.fixture
def run(monkeypatch):
    """Runs one test of each of these classes; returns what happened."""

    def run(*test_classes):
        DID.clear()
        tests = [test_class("test_sale") for test_class in test_classes]
        monkeypatch.setattr(shared_set_up, "made", lambda: tests)
        result = OdooTestResult()
        shared_set_up.make_suite().run(result)
        return DID if result.wasSuccessful() else result

    monkeypatch.setattr(common.TransactionCase, "setUp", lambda test: test.addCleanup(DID.append, "goes back"))
    monkeypatch.setattr(shared_set_up.caches_of_tests, "CHANGED_BY_CLASS", set())
    return run


def heir(name, *bases, **own):
    return type(name, bases, {"test_sale": lambda test: test._sell(), **own})


def test_same_bases_set_up_once(run):
    """given classes with the same bases and one with others between them, then those stand together and share"""
    first, second = heir("First", Shop), heir("Second", Shop)
    other = heir("Other", common.BaseCase, test_tags=set(), test_sale=lambda test: DID.append("Other"))
    assert run(first, other, second) == ["opens", "First", "goes back", "Second", "goes back", "closes", "Other"]


@pytest.mark.parametrize("own", [{"price": 4}, {"_sell": lambda test: DID.append("Cheap")}])
def test_who_changes_what_bases_use_sets_up_alone(run, own):
    """given a class with something that its base has as well, then it shares with nobody"""
    cheap = heir("Cheap", Shop, **own)
    done = run(heir("First", Shop), cheap, heir("Second", Shop))
    assert done == ["opens", "First", "goes back", "Second", "goes back", "closes", "opens", "Cheap", "closes"]


def test_heirs_of_test_classes_set_up_alone(run):
    """given a class that inherits from another with tests, then both set up for themselves"""
    parent = heir("Parent", Shop)
    done = run(parent, heir("Child", parent), heir("Cousin", Shop))
    assert done.count("opens") == 3


def test_changed_models_are_not_shared(run):
    """given a class that changes models, then the next one finds those of before"""

    def change(test):
        test.registry.registry_sequence += 1

    assert run(heir("First", Shop, test_sale=change), heir("Second", Shop)).count("opens") == 2


def test_nothing_is_shared_for_long(run, monkeypatch):
    """given a set-up of some time ago, then it is made anew: the database's clock stands still in a transaction"""
    monkeypatch.setattr(shared_set_up, "LONGEST", 0)
    assert run(heir("First", Shop), heir("Second", Shop)).count("opens") == 2


def test_a_broken_set_up_is_told_by_each_class(run):
    """given bases whose set-up fails, then each class says so, and what was begun is put back"""

    class Broken(Shop):
        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            raise ValueError("no shop")

    result = run(heir("First", Broken), heir("Second", Broken))
    assert result.errors_count == 2
    assert DID == ["opens", "closes"] * 2
