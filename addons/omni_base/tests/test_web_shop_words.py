import polib

from odoo.tests import HttpCase, tagged
from odoo.tools.translate import JAVASCRIPT_TRANSLATION_COMMENT, get_po_paths


@tagged("post_install", "-at_install")
class TestWebShopWords(HttpCase):
    def test_words_drawn_in_the_browser_are_french(self):
        """Whatever add-on sends a script or a template to the web shop sends its words, too."""
        self.env["res.lang"]._activate_lang("fr_FR")
        paths = [path[0].removeprefix("/") for path in self.env["ir.asset"]._get_asset_paths("web.assets_frontend", {})]
        files = {path for path in paths if path.startswith("omni_")}
        answer = self.url_open("/website/translations?lang=fr_FR").json()
        for addon in sorted({path.split("/")[0] for path in files}):
            sent = {message["id"] for message in answer["modules"].get(addon, {}).get("messages", ())}
            self.assertFalse(self._words(addon, files) - sent, addon)
        self.assertIn("omni_base", answer["modules"])

    @staticmethod
    def _words(addon, files):
        """Return the words of an add-on that stand in one of these files."""
        return {
            entry.msgid
            for path in get_po_paths(addon, "fr_FR")
            for entry in polib.pofile(path)
            if JAVASCRIPT_TRANSLATION_COMMENT in entry.comment
            if any(place.removeprefix("code:addons/") in files for place, _line in entry.occurrences)
        }
