"""Names that visitors type, and names that callers are told."""

import re

# What mail programs make links of: a scheme, a path, an address, and a dot, of any script, inside a word.
LINKED = re.compile(r"[:/\\@<>]|[.․。．｡](?=\w)")


def without_links(name):
    """Return a name as it may stand in a mail to anybody: no program makes a link of it."""
    return " ".join(LINKED.sub(" ", name).split()) if isinstance(name, str) else name


def known_names(records):
    """Return ``{id: name}`` for the caller: what belongs to a company that they do not work for, and what does not
    exist, is called by its number. Whoever asks in sudo mode knows what they name.
    """
    names = {record_id: f"#{record_id}" for record_id in records.ids}
    records_sudo = records.sudo().exists()  # sudo: the names of their own companies are no secret to who names the ids
    if not records.env.su:
        mine = records.env["res.company"]._omni_mine()
        records_sudo = records_sudo.filtered(lambda record: record.company_id in mine or not record.company_id)
    return names | {record.id: record.display_name for record in records_sudo}
