"""Chromium, which the tests that click through pages need."""

import os
import shutil

import apt
from progress import Problem

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find():
    """The path of a Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def ready():
    """The path of a Chromium, installed with apt when there is none and we are root."""
    sentence = "The browser tests need Chromium: install the package chromium"
    if not find() and os.getuid() == 0 and shutil.which("apt-get"):
        apt.install("chromium", sentence)
    if not find():
        raise Problem(f"{sentence}, and run the same command again.")
    return find()
