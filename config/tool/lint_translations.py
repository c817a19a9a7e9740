"""Every term of every add-on is in its template and, translated, in its French file: no more and no less.

Runs inside Odoo, on a database that holds all add-ons, with `env`, `ADDONS` (folder of the add-ons) and `FIX` defined.
Prints one problem a line. With FIX it first writes the templates anew and brings the French files up to them, so that
only the words themselves are left to do.
"""

import io
import re
from pathlib import Path

import polib

from odoo.tools.translate import trans_export

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+.\d]*[a-zA-Z%]|\$?\{+[^{}]*\}+|</?[a-z][\w-]*")
HEADER = {
    "Project-Id-Version": "Odoo Server 19.0",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
FRENCH = {**HEADER, "Language": "fr", "Plural-Forms": "nplurals=2; plural=(n > 1);"}


def exported(env, module: str) -> polib.POFile:
    """What Odoo itself finds to translate in `module`; empty when there is nothing."""
    buffer = io.BytesIO()
    trans_export(None, [module], buffer, "po", env)
    terms = polib.pofile(buffer.getvalue().decode()) if buffer.getvalue() else polib.POFile()
    terms.metadata, terms.header = HEADER, f"Translation of Odoo Server.\nThis file contains the terms of {module}."
    return terms


def keys(terms) -> dict:
    """{(term, where it is used)}: Odoo applies a translation only where the file says that the term is used."""
    return {
        (entry.msgid, place): entry
        for entry in terms
        if not entry.obsolete
        for place, _line in entry.occurrences or [("", "")]
    }


def short(text: str) -> str:
    return repr(text if len(text) < 60 else text[:57] + "...")


def differences(path: Path, terms) -> list[str]:
    """Terms that `path` lacks or has too many, compared with the exported `terms`."""
    if not path.is_file():
        return [f"{path}:1: missing"] if terms else []
    present, wanted = keys(polib.pofile(str(path))), keys(terms)
    lacking = [
        f"{path}:1: lacks {short(term)} used at {place}" for term, place in wanted if (term, place) not in present
    ]
    extra = [
        f"{path}:{entry.linenum}: {short(term)} is not used at {place}"
        for (term, place), entry in present.items()
        if (term, place) not in wanted
    ]
    return lacking + extra


def wording(path: Path) -> list[str]:
    """Entries of a translation that say nothing, are unsure, or lost a placeholder or a tag."""
    found = []
    for entry in polib.pofile(str(path)) if path.is_file() else []:
        where = f"{path}:{entry.linenum}: {short(entry.msgid)}"
        if entry.obsolete:
            found.append(f"{where} is obsolete")
        elif entry.fuzzy:
            found.append(f"{where} is fuzzy")
        elif not entry.msgstr:
            found.append(f"{where} is not translated")
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
            found.append(f"{where} has other placeholders or tags than its translation {short(entry.msgstr)}")
    return found


def renew(folder: Path, module: str, terms) -> None:
    """Write the template, and the French file with its words kept where the term still exists."""
    if not terms:
        return
    folder.mkdir(exist_ok=True)
    terms.save(str(folder / f"{module}.pot"))
    path = folder / "fr.po"
    old = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))} if path.is_file() else {}
    french = polib.POFile()
    french.metadata, french.header = FRENCH, terms.header
    for entry in terms:
        french.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=old.get(entry.msgid, ""),
                comment=entry.comment,
                flags=entry.flags,
                occurrences=entry.occurrences,
            )
        )
    french.save(str(path))


def check(env, addons: str, fix: bool) -> list[str]:
    found = []
    installed = set(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))
    for folder in sorted(path for path in Path(addons).iterdir() if path.name in installed):
        terms, i18n = exported(env, folder.name), folder / "i18n"
        if fix:
            renew(i18n, folder.name, terms)
        found += differences(i18n / f"{folder.name}.pot", terms)
        found += differences(i18n / "fr.po", terms) + wording(i18n / "fr.po")
    return found


for problem in check(env, ADDONS, FIX):  # noqa: F821 - given by the runner
    print(problem)
