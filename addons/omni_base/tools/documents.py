from collections import defaultdict


def open_form(model, record_id, **values):
    """Return the action that opens a document in the back office; ``values``: what else it says, or says otherwise."""
    action = {"type": "ir.actions.act_window", "res_model": model, "res_id": record_id, "views": [(False, "form")]}
    return action | values


def open_list(env, action, domain):
    """Return the action with this XML ID for the records of ``domain`` alone, with no other filter."""
    return env["ir.actions.act_window"]._for_xml_id(action) | {"domain": domain, "context": {}}


def notification(message, **params):
    """Return the action that shows a message in the back office; ``params``: its ``type``, its ``title``."""
    return {"type": "ir.actions.client", "tag": "display_notification", "params": {"message": message, **params}}


def existing(env, model, ids):
    """Return those of these documents that are still there; None: their model came with an add-on that is gone."""
    return env[model].browse(ids).exists() if model in env.registry else None


def mark_open_to_reader(records, **document_of):
    """Write in fields of each record whether the reader may open a document that it names.

    :param document_of: ``field=function``, which gives of a record the document, ``(model, id)``
    """
    documents = {(record, field): name(record) for field, name in document_of.items() for record in records}
    opened = open_to_reader(records.env, set(documents.values()))
    for (record, field), document in documents.items():
        record[field] = document in opened


def open_to_reader(env, documents):
    """Return the set of those ``documents``, ``(model, id)``, that the reader may open; None and what is gone: no."""
    ids = defaultdict(list)
    for model, record_id in documents:
        if model and record_id:
            ids[model].append(record_id)
    found = (existing(env, model, known) for model, known in ids.items())
    return {(records._name, record.id) for records in found if records for record in records._filtered_access("read")}
