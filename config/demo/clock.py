"""Lets what is done now have happened at another moment: Odoo's own clock is set, the machine's is left alone."""

import datetime as real
from contextlib import contextmanager

from odoo.orm import fields_temporal


class _AnyDatetime(type):
    def __instancecheck__(cls, value):
        return isinstance(value, real.datetime)


class _AnyDate(type):
    def __instancecheck__(cls, value):
        return isinstance(value, real.date)


class Clock:
    """Odoo's clock, in naive UTC. It runs only when told so, by :meth:`set`."""

    def __init__(self, env):
        self.env = env
        self.now = self.moment = real.datetime.now(real.UTC).replace(tzinfo=None, microsecond=0)

    def set(self, moment):
        """Make ``moment`` the present, for fields and for the dates at which rows are made and changed."""
        self.env.flush_all()
        self.moment = moment.replace(microsecond=0)
        self.env.cr._now = self.moment

    @contextmanager
    def running(self):
        """Within, Odoo asks this clock what time it is."""
        clock = self

        class Datetime(real.datetime, metaclass=_AnyDatetime):
            strptime = real.datetime.strptime
            combine = real.datetime.combine
            fromisoformat = real.datetime.fromisoformat

            @classmethod
            def now(cls, tz=None):
                return clock.moment

        class Date(real.date, metaclass=_AnyDate):
            @classmethod
            def today(cls):
                return clock.moment.date()

        names = {"datetime": Datetime, "date": Date}
        before = {name: getattr(fields_temporal, name) for name in names}
        for name, value in names.items():
            setattr(fields_temporal, name, value)
        try:
            yield self
        finally:
            for name, value in before.items():
                setattr(fields_temporal, name, value)
            self.env.flush_all()
            self.env.cr._now = None
