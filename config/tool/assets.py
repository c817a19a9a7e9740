"""Makes assets cheap wherever Odoo is tested: only those that a browser will ask for, and what is compiled once is kept
for all databases of this clone. To be imported by what runs Odoo.
"""

import fcntl
import hashlib
import sys
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import odoo
from odoo.tools import config, js_transpiler

from odoo.addons.base.models.assetsbundle import ScssStylesheetAsset, WebAsset
from odoo.addons.base.models.ir_qweb import IrQweb

# The bundles of the pages that tests open. Odoo makes all that any page names: its own unit tests, dark screens, ...
BUNDLES = {
    *("web.assets_web", "web.assets_web_print", "web.assets_tests", "web.__assets_tests_call__"),
    *("web.assets_frontend", "web.assets_frontend_minimal", "web.assets_frontend_lazy", "point_of_sale.assets_prod"),
}


def bundles_of_pages(views):
    """The bundles to make ahead of the tests: of JavaScript, and of style sheets."""
    return tuple(bundles & BUNDLES for bundles in bundles_of_all(views))


def make_one_by_one(views):
    """Make the bundles when no other process does: it leaves what it compiles, and that is nearly all."""
    with (folder() / "lock").open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        return make(views)


def folder():
    """Where what is compiled is kept."""
    found = Path(config["data_dir"]) / "compiled"
    found.mkdir(parents=True, exist_ok=True)
    return found


def kept(source, compiled):
    """What `compiled()` makes of this source, or made before with the same Odoo and packages."""
    path = folder() / hashlib.sha256(repr((*odoo.__path__, sys.prefix, source)).encode()).hexdigest()
    if not path.exists():
        aside = folder() / uuid4().hex
        aside.write_bytes(compiled().encode())
        aside.rename(path)
    return path.read_bytes().decode()


def transpile_once(url, content):
    return kept((url, content), lambda: transpile(url, content))


def compile_once(asset, source):
    return kept(source, lambda: compile_scss(asset, source))


def mark_of(asset):
    """What tells assets apart within a style sheet: the same in each database, while Odoo's own is by chance."""
    return hashlib.sha256((asset.url or asset.inline).encode()).hexdigest()


bundles_of_all, IrQweb._get_bundles_to_pregenarate = IrQweb._get_bundles_to_pregenarate, bundles_of_pages
make, IrQweb._pregenerate_assets_bundles = IrQweb._pregenerate_assets_bundles, make_one_by_one
transpile, js_transpiler.transpile_javascript = js_transpiler.transpile_javascript, transpile_once
compile_scss, ScssStylesheetAsset.compile = ScssStylesheetAsset.compile, compile_once
WebAsset.id = cached_property(mark_of)
WebAsset.id.__set_name__(WebAsset, "id")
