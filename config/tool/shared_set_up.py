"""Classes of tests that have the same bases share what these set up: it is made once for all of them, and after each
class the transaction goes back to where it was. To be imported by what runs Odoo's own runner.

A class that gives its bases something else to set up with, a name that one of them has as well, sets up alone.
"""

import time

from odoo.tests import common, loader
from odoo.tests.suite import OdooSuite

import caches_of_tests

LONGEST = 30  # seconds: now() of SQL is when the transaction began, and must stay near to what tests take for now
# What a class may have as its bases do.
OWN = {"setUpClass", "setUp", "tearDown", "allow_inherited_tests_method", "_classSetupFailed", "_class_cleanups"}


class SetUp:
    """Mixed into bases that are shared: what sets up for all their heirs. An heir knows it as `shared`."""

    @classmethod
    def setUpClass(cls):
        if cls is cls.shared:
            return super().setUpClass()
        if cls.shared is not Suite.open:
            cls.shared.set_up()
        cls.addClassCleanup(caches_of_tests.forget_class, cls.registry)
        together = cls.shared()
        common.TransactionCase.setUp(together)  # notes what a test puts back when it ends: here a class does
        cls.addClassCleanup(cls.shared.look_at_registry, cls.registry.registry_sequence)
        for function, args, kwargs in together._cleanups:
            cls.addClassCleanup(function, *args, **kwargs)

    @classmethod
    def set_up(cls):
        try:
            cls.setUpClass()
        except BaseException:
            cls.doClassCleanups()
            raise
        Suite.open, cls.since = cls, time.monotonic()

    @classmethod
    def look_at_registry(cls, sequence):
        """Do not go on with models that a class has changed."""
        if cls.registry.registry_invalidated or cls.registry.registry_sequence != sequence:
            cls.since = 0.0


class Suite(OdooSuite):
    """Odoo's suite, in which classes that share stand together. What one class after the other needs stays `open`."""

    open = None

    def run(self, result, debug=False):
        super().run(result, debug)
        self._close(result)
        return result

    def _handleClassSetUp(self, test, result):
        test_class = type(test)
        if self.open and result._previousTestClass is not test_class:
            served = getattr(test_class, "shared", None) is self.open
            if not served or time.monotonic() - self.open.since > LONGEST:
                self._close(result)
        super()._handleClassSetUp(test, result)

    def _close(self, result):
        closed, Suite.open = Suite.open, None
        if closed:
            closed.doClassCleanups()
            for error in closed.tearDown_exceptions:
                self._createClassOrModuleLevelException(result, error[1], "tearDownClass", closed.__name__, info=error)


def share(test_classes):
    """Put between those of these classes that can share and their bases one class that sets up for them."""
    with_heirs = {base for test_class in test_classes for base in test_class.__mro__[1:]} & set(test_classes)
    groups = {}
    for test_class in test_classes:
        if with_heirs.isdisjoint(test_class.__mro__) and can_share(test_class):
            groups.setdefault(test_class.__bases__, []).append(test_class)
    for bases, heirs in groups.items():
        if len(heirs) > 1:
            name = "And".join(base.__name__ for base in bases)
            shared = type(name, (SetUp, *bases), {"__module__": bases[-1].__module__})
            shared.shared = shared
            for heir in heirs:
                heir.__bases__ = (shared,)


def can_share(test_class):
    """Whether its bases set up in a transaction, and nothing of its own has a part in that."""
    bases = test_class.__mro__[1:]
    inherited = {name for base in bases for name in vars(base) if not name.startswith(("__", "test"))}
    return (
        issubclass(test_class, common.TransactionCase)
        and any(
            "setUpClass" in vars(base) for base in bases if not base.__module__.startswith(("odoo.tests.", "unittest."))
        )
        and not any("tearDownClass" in vars(base) for base in bases if base.__module__.startswith("odoo.addons."))
        and not (vars(test_class).keys() & inherited) - OWN
    )


def make_suite(*args, **kwargs):
    tests = list(made(*args, **kwargs))
    share(dict.fromkeys(map(type, tests)))
    place = {}
    for test in tests:
        place.setdefault(group(test), len(place))
    return Suite(sorted(tests, key=lambda test: (getattr(test, "test_sequence", 0), place[group(test)])))


def group(test):
    return getattr(type(test), "shared", type(test))


made, loader.make_suite = loader.make_suite, make_suite
