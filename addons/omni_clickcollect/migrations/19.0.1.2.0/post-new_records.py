"""What is new here and may be removed comes once: loading it with each upgrade would bring back what was removed."""

from io import BytesIO

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import convert_xml_import, file_path

MODULE = "omni_clickcollect"
NEW = {
    "mail_template_data.xml": {f"mail_template_pickup_{name}" for name in ("changed", "ended", "rebooked", "delegate")},
    "website_menu_data.xml": {"menu_stores"},
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, new in NEW.items():
        missing = {record for record in new if not env.ref(f"{MODULE}.{record}", raise_if_not_found=False)}
        tree = etree.parse(file_path(f"{MODULE}/data/{name}"))
        for record in tree.xpath("//record"):
            if record.get("id") in missing:
                del record.attrib["forcecreate"]
            else:
                record.getparent().remove(record)
        file = BytesIO(etree.tostring(tree))
        file.name = name
        convert_xml_import(env, MODULE, file, mode="init", noupdate=True)
