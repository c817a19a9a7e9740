"""A copy of the demo retailer, served, with a browser: for scripts that look at it and leave it as it is."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "config/tool"))

from pages import launch, log_in

import database
import environment
import server

NAME = "demo_looked_at"
SCREENS = {"1366": {"width": 1366, "height": 768}, "390": {"width": 390, "height": 844}}


class DemoCopy:
    """The copy; ``env`` is the environment of its server."""

    def __init__(self, env, browser, port):
        self.env, self._browser, self._port, self._server = env, browser, port, None

    def serve(self, lang="en_US"):
        """Serve it, anew if it is served already, to staff who read this language."""
        self.stop()
        self.query(
            f"""
            UPDATE res_partner SET lang = '{lang}'
              FROM res_users AS u WHERE u.partner_id = res_partner.id AND NOT u.share
            """
        )
        database.lead_to(self.env, NAME, self._port)
        self._server = server.start(self.env, NAME, self._port, self.env.work / "log/demo-copy.log")

    def stop(self):
        if self._server:
            server.stop(self._server)

    def query(self, sql):
        return database.query(self.env, NAME, sql)

    def script(self, text):
        """Run a script on the copy; return what it prints last, read as JSON."""
        done = subprocess.run(
            server.script_command(self.env, NAME),
            input=text,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env=self.env.variables(),
        )
        return json.loads(done.stdout.splitlines()[-1])

    def visitor(self, login=None, screen="1366"):
        """Return the page of somebody with a browser of their own, logged in if ``login`` is given."""
        context = self._browser.new_context(
            base_url=f"http://127.0.0.1:{self._port}",
            viewport=SCREENS[screen],
            locale="en-US",
            timezone_id="Europe/Paris",
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        if login:
            log_in(page, login)
        return page


@contextmanager
def opened(name):
    """Open a copy of the demo retailer in the database ``name``, which nobody serves meanwhile."""
    env = environment.ready(test=True, browser=True)
    if Path(sys.executable) != env.python:  # the one with the packages of tests goes on
        os.execv(env.python, [env.python, *sys.argv])
    from playwright.sync_api import sync_playwright

    database.copy(env, name, NAME)
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            copy = DemoCopy(env, browser, server.free_port())
            try:
                yield copy
            finally:
                browser.close()
                copy.stop()
    finally:
        database.drop(env, NAME)
