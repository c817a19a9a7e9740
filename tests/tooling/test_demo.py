"""What the demo retailer is made of: phone numbers that exist and are nobody's, taxes named as they are, tills that can
take a part of a price. What the whole story leaves is looked at whenever it is made: see `config/demo/check.py`.
"""

import ast
import importlib.util
import re
from pathlib import Path

import phonenumbers
import stdnum.fr.siret
import stdnum.fr.tva
from lxml import etree

import layers

ROOT = Path(__file__).resolve().parents[2]
# What France keeps for films and novels.
NOBODYS = ("+33199 00", "+3326191", "+3335301", "+3346571", "+3353649")


def demo_data(addon):
    return [etree.parse(path) for path in sorted((ROOT / f"addons/{addon}/demo").glob("*.xml"))]


def values(name):
    """{id of the record: text of its field `name`} in all demo data of our add-ons."""
    return {
        field.getparent().get("id"): field.text
        for addon in sorted(path.parent.name for path in ROOT.glob("addons/*/__manifest__.py"))
        for tree in demo_data(addon)
        for field in tree.iterfind(f".//record/field[@name='{name}']")
    }


def customers():
    path = ROOT / "config/demo/customers.py"
    spec = importlib.util.spec_from_file_location("demo_customers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_phones_are_valid_and_nobodys():
    """each phone of the demo is one that Odoo can search for and write to, and is in a range that is given to nobody"""
    module = customers()
    phones = [module.phone(code, number) for code in module.PHONES for number in range(module.COUNT)]
    phones += values("phone").values()
    for text in phones:
        number = phonenumbers.parse(text)
        assert phonenumbers.is_valid_number(number), text
        plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        assert plain.startswith(tuple(prefix.replace(" ", "") for prefix in NOBODYS)), text
    people = [module.phone("PAR", number) for number in range(module.COUNT)] + list(values("phone").values())
    shared = {text for text in people if people.count(text) > 1}
    assert shared <= {"+33 2 61 91 45 00"}, "two people with one number are nobody's who looks for it"


def test_a_shop_has_a_range():
    """the customers of each shop have a range of their own, and it is the shop's"""
    codes = {text for record, text in values("code").items() if (record or "").startswith("demo_warehouse")}
    assert codes == customers().PHONES.keys()


def test_the_company_is_french():
    """the retailer's numbers are valid French ones, and its French chart is there before its tills are made"""
    company = (ROOT / "addons/omni_base/demo/company.xml").read_text()
    siret, vat = (re.search(f"'{field}': '(.+)'", company)[1] for field in ("company_registry", "vat"))
    assert stdnum.fr.siret.is_valid(siret)
    assert stdnum.fr.tva.is_valid(vat)
    assert siret[:9] == vat[4:], "both begin with the company's own number"
    titles = [layer.title for layer in layers.layers(["omni_base"], demo=True)]
    assert titles.index("A French company") < titles.index("Our add-ons with demo data")


def test_tills_take_a_part_of_a_price():
    """each till has a product for down payments"""
    trees = demo_data("omni_base")
    tills = [record for tree in trees for record in tree.iterfind(".//record[@model='pos.config']")]
    assert len(tills) == 6
    assert all(till.find("field[@name='down_payment_product_id']") is not None for till in tills)


def test_the_story_is_looked_at():
    """the generator ends by looking at what it made"""
    tree = ast.parse((ROOT / "config/demo/generate.py").read_text())
    [main] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    assert "check.look(env)" in [ast.unparse(node) for node in main.body[-3:]]
