"""A real server on a database of its own, a real browser and a real mail server for journeys through all bricks."""

import json
import subprocess
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from pages import launch, log_in
from playwright.sync_api import expect, sync_playwright

import database
import environment
import server

BRICKS = ["omni_base", "omni_stock", "omni_pos", "omni_clickcollect", "omni_loyalty", "omni_bi"]
DATABASE = "omni_e2e"
DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=60_000)


class Letterbox:
    """Keeps what Odoo sends."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):
        self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 kept"

    def to(self, address):
        """Return the messages sent to ``address``."""
        return [letter for receivers, letter in self.letters if address in receivers]


class Retailer:
    """The running shop: ``data`` of its set-up, a browser of its own for each role, scripts on its database."""

    def __init__(self, env, address, data, browser, letterbox, pictures):
        self.env, self.address, self.data, self.letterbox, self.pictures = env, address, data, letterbox, pictures
        self._browser = browser
        self.pages = []

    def visitor(self, login=None, phone=False):
        """Return the page of somebody with a browser of their own, logged in if ``login`` is given."""
        context = self._browser.new_context(base_url=self.address, viewport=PHONE if phone else DESKTOP, locale="en-US")
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.refusals = []
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("response", lambda answer: answer.status >= 500 and page.refusals.append(answer.url))
        self.pages.append(page)
        if login:
            log_in(page, login)
        return page

    def script(self, text):
        """Run a script on the database; return what it prints, read as JSON."""
        return run_script(self.env, text)

    def picture(self, page, name):
        page.screenshot(path=self.pictures / f"{name}.png")


def run_script(env, text, **variables):
    done = subprocess.run(
        server.script_command(env, DATABASE),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**env.variables(), **variables},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def pytest_collection_modifyitems(items):
    """Others count all that the retailer has and sold: what only fills its pages comes last."""
    items.sort(key=lambda item: item.path.name == "test_accessibility.py")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Picture what everybody sees when a step fails."""
    report = (yield).get_result()
    if report.failed and (retailer := item.funcargs.get("retailer")):
        for number, page in enumerate(retailer.pages):
            retailer.picture(page, f"{item.name}-failed-{number}")


@pytest.fixture(scope="session")
def retailer():
    env = environment.ready(test=True, browser=True)
    database.build(env, DATABASE, BRICKS)
    letterbox = Letterbox()
    post = Controller(letterbox, hostname="127.0.0.1", port=server.free_port())
    post.start()
    retailer_script, tool = (Path(__file__).parent / "retailer.py").read_text(), str(Path(server.__file__).parent)
    data = run_script(env, retailer_script, MAIL_PORT=str(post.port), TOOL=tool)
    port = server.free_port()
    odoo = server.start(env, DATABASE, port, env.work / "log/e2e.log")
    pictures = env.work / "pictures"
    pictures.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield Retailer(env, f"http://127.0.0.1:{port}", data, browser, letterbox, pictures)
        finally:
            browser.close()
            server.stop(odoo)
            post.stop()
