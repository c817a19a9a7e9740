from lxml import etree

from odoo.modules import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file, file_path

JOBS = {"ir.cron"}  # switched off, not removed: without them promises are not kept


@tagged("post_install", "-at_install")
class TestReadyMade(TransactionCase):
    def test_what_was_removed_stays_removed_at_an_upgrade(self):
        """Templates and programs that come with our add-ons are the retailer's: who removes one does not want it."""
        removed = {}
        for module, name, ids in self._files():
            for xmlid in ids:
                record = self.env.ref(xmlid)
                if "active" in record._fields:
                    record.active = False
                record.unlink()
            convert_file(self.env, module, name, {}, mode="update", noupdate=False)
            removed |= {xmlid: self.env.ref(xmlid, raise_if_not_found=False) for xmlid in ids}
        self.assertFalse([xmlid for xmlid, record in removed.items() if record])

    def _files(self):
        """Yield ``(module, file, names of records in it that people may remove)`` of our add-ons that are installed."""
        base = self.env["ir.module.module"].search([("name", "=", "omni_base")])
        ours = base.downstream_dependencies(exclude_states=("uninstalled", "uninstallable", "to remove")) | base
        for module in ours.filtered(lambda module: module.state != "uninstalled").mapped("name"):
            for name in Manifest.for_addon(module)["data"]:
                if not name.endswith(".xml"):
                    continue
                tree = etree.parse(file_path(f"{module}/{name}"))
                kept = tree.xpath("//record[ancestor-or-self::*[@noupdate='1']]")
                ids = [f"{module}.{record.get('id')}" for record in kept if record.get("model") not in JOBS]
                if ids:
                    yield module, name, ids
