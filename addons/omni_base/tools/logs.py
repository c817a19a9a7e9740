"""What opens a customer's page stays out of the log: whoever reads the log is not the customer."""

import logging
import re

LOGGERS = ("werkzeug", "odoo.http", "odoo.sql_db")  # of requests, and of statements that failed
LINK = re.compile(r"(/pickup/[^/\s\"]+/|access_token=)[^/\s\"#&?']+")
VALUES = re.compile(r"'(?:[^']|'')*'|(?<=\)=\()[^\n]*(?=\))")  # in a statement, and in what PostgreSQL says of it


class HideSecrets(logging.Filter):
    """Hides tokens of links, and the values of statements that failed and may hold such or what people typed.

    :param tables: beginnings of the names of the tables whose statements are shown without their values
    """

    def __init__(self, tables):
        super().__init__()
        self.statement = re.compile(rf"bad query: .*\b(?:{'|'.join(tables)})", re.DOTALL)

    def filter(self, record):
        text = hidden = record.getMessage()
        if self.statement.match(text):
            hidden = VALUES.sub("…", hidden)
        hidden = LINK.sub(r"\1…", hidden)
        if hidden != text:
            record.msg, record.args = hidden, ()
        return True


def hide_secrets(*tables):
    """Hide secrets from now on, in this process."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(HideSecrets(tables))
