"""The mails that are new here come once: what is loaded with an upgrade would bring back those that were removed."""

from io import BytesIO

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import convert_xml_import, file_path

MODULE = "omni_clickcollect"
NEW = {f"mail_template_pickup_{name}" for name in ("changed", "ended", "rebooked", "delegate")}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    missing = {name for name in NEW if not env.ref(f"{MODULE}.{name}", raise_if_not_found=False)}
    tree = etree.parse(file_path(f"{MODULE}/data/mail_template_data.xml"))
    for record in tree.xpath("//record"):
        if record.get("id") in missing:
            del record.attrib["forcecreate"]
        else:
            record.getparent().remove(record)
    file = BytesIO(etree.tostring(tree))
    file.name = "mail_template_data.xml"
    convert_xml_import(env, MODULE, file, mode="init", noupdate=True)
