"""Lets Odoo forget, after each test and each class, only what these may have changed of what it keeps in memory. It
would forget all, and every test compile the same pages, rules and routes anew. To be imported by what runs Odoo's own
runner.
"""

from odoo.orm.registry import Registry
from odoo.tests import common

CHANGED = set()  # the caches that were cleared since the last test ended
CHANGED_BY_CLASS = set()  # and since the last class did


def note_clearing(registry, *names):
    for changed in (CHANGED, CHANGED_BY_CLASS):
        changed.update(names or ("default",))
    clear(registry, *names)


def clear_what_changed(registry):
    """Forget, after a test, what it may have changed."""
    if CHANGED:
        clear(registry, *CHANGED)
        CHANGED.clear()


def forget_class(registry):
    """Forget, after a class, what its tests read of what the class has set up and is rolled back with it."""
    if CHANGED_BY_CLASS:
        clear(registry, *CHANGED_BY_CLASS)


def set_up_class(test_class):
    def forget():
        forget_class(test_class.registry)
        CHANGED_BY_CLASS.clear()

    test_class.addClassCleanup(forget)  # before all others, so that it is the last one to run
    set_up(test_class)


clear, Registry.clear_cache = Registry.clear_cache, note_clearing
Registry.clear_all_caches = clear_what_changed
set_up = common.TransactionCase.setUpClass.__func__
common.TransactionCase.setUpClass = classmethod(set_up_class)
