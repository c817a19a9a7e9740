"""A browser for the pages of a running Odoo: how it is started, and how somebody logs in."""

import re
from contextlib import suppress

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


def open_register(page):
    """Open the register of a till if nobody has, on the first screen and in the opening control."""
    # Here: scripts that import this begin with a Python that has no browser's package, and go on with one that has.
    from playwright.sync_api import TimeoutError as TookTooLong

    page.locator(".pos .product, .modal .btn-primary, .screen-login .btn").first.wait_for(timeout=90_000)
    opening = page.locator(".screen-login button, .modal .btn-primary").locator("visible=true")
    products = page.locator(".product-list .product").first
    while not products.is_visible() or page.locator(".modal").count():
        if opening.count():
            with suppress(TookTooLong):  # what was pressed may make way for the next screen
                opening.first.click(timeout=2000)
        page.wait_for_timeout(300)
