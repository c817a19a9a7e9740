"""A copy of the demo retailer, served, with a browser: for scripts that look at it and leave it as it is."""

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "config/tool"))

import database
import environment
import server

COPY = "demo_looked_at"
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
SCREENS = {"1366": {"width": 1366, "height": 768}, "390": {"width": 390, "height": 844}}


def ready():
    """Return the environment of tests; the script goes on in its Python, whichever it was started with."""
    env = environment.ready(test=True, browser=True)
    if Path(sys.executable) != Path(env.python):
        os.execv(env.python, [str(env.python), *sys.argv])
    return env


class Demo:
    """The copy of a demo retailer named ``name``."""

    def __init__(self, env, browser, port):
        self.env, self._browser, self._port, self._server = env, browser, port, None

    def serve(self, lang):
        """Serve it, to a manager who reads this language."""
        server.stop(self._server) if self._server else None
        self.query(
            f"""
            UPDATE res_partner SET lang = '{lang}'
              FROM res_users AS u WHERE u.partner_id = res_partner.id AND u.login = 'manager'
            """
        )
        self._server = server.start(self.env, COPY, self._port, self.env.work / "log/look-at-demo.log")

    def stop(self):
        if self._server:
            server.stop(self._server)

    def query(self, sql):
        return database.query(self.env, COPY, sql)

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
            page.goto("/web/login")
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", login)
            page.click(".oe_login_form button[type=submit]")
            page.wait_for_url(re.compile(r"/(odoo|my|web)(?!/login)"))
        return page


@contextmanager
def opened(name):
    """Open a copy of the database ``name``."""
    env = ready()
    from playwright.sync_api import sync_playwright  # only this Python has it

    database.copy(env, name, COPY)
    try:
        with sync_playwright() as playwright:
            chromium = environment.chromium.ready()
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
            demo = Demo(env, browser, server.free_port())
            try:
                yield demo
            finally:
                browser.close()
                demo.stop()
    finally:
        database.drop(env, COPY)
