"""Who asks what is available, as code says it to code."""

from typing import NamedTuple


class Owner(NamedTuple):
    """The document for which something is asked, in the context key ``omni_owner``: what is held for it, it can have.
    A class of its own: no caller outside can say so, even where the question is asked in sudo mode.
    """

    model: str
    id: int


def owner_of(record):
    """Return this document as an owner; of none, and of one that is not saved, None."""
    return Owner(record._name, record.id) if isinstance(record.id, int) and record.id else None
