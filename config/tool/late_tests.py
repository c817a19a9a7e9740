"""Runs Odoo as its own command does, its tests after all modules are loaded: also those meant for in between.

In between, a database that holds all modules asks for more than the models loaded so far know of, and such tests fail
whatever they test.
"""

import sys

from odoo.cli.command import main
from odoo.tests import loader

make_suite = loader.make_suite


def make_late_suite(module_names, position="at_install"):
    return make_suite(module_names, "at_install,post_install") if position == "post_install" else loader.OdooSuite()


loader.make_suite = make_late_suite
sys.argv[0] = "odoo"
main()
