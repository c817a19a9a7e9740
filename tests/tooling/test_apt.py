"""The archive is the one that the machine's own apt uses, in whichever format it says so."""

import pytest

import apt

ONE_LINE = """
# deb http://old.example.org/debian bookworm main
deb [arch=amd64] http://tools.example.org/apt stable main
deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] http://mirror.example.org/debian bookworm main contrib
deb http://security.example.org/debian bookworm-security main
"""
STANZAS = """
Types: deb
URIs: http://security.example.org/debian
Suites: bookworm-security
Components: main

# a comment
Enabled: no
Types: deb
URIs: http://off.example.org/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://mirror.example.org/debian
Suites: bookworm
 bookworm-updates
Components: main
"""


@pytest.fixture
def machine(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "os-release").write_text('NAME="Debian"\nVERSION_CODENAME=bookworm\n')
    return tmp_path


@pytest.mark.parametrize(
    ("file", "text"),
    [("sources.list.d/a.list", ONE_LINE), ("sources.list.d/debian.sources", STANZAS), ("sources.list", "")],
)
def test_archive(machine, file, text):
    """given a machine's sources, when the archive is looked up, then it is that of the machine's own suite"""
    (machine / file).write_text(text)
    found = apt.archive(machine, machine / "os-release")
    assert found == (("http://mirror.example.org/debian", "bookworm") if text else None)
