"""A browser for the pages of a running Odoo: how it is started, and how somebody logs in."""

import re

import environment

QUIET = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"


def launch(playwright):
    """Start the browser that the tests use."""
    return playwright.chromium.launch(
        executable_path=environment.chromium.ready(), args=["--no-sandbox", *QUIET.split()]
    )


def log_in(page, login):
    """Log in on ``page``; the password is the login, as of everybody in the demo and the tests."""
    page.goto("/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click(".oe_login_form button[type=submit]")
    page.wait_for_url(re.compile(r"/(odoo|my|web)(?!/login)"))
