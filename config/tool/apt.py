"""Packages of the distribution: fetched by the machine's own apt without being root, or as root installed."""

import os
import re
import shutil
from pathlib import Path

import cache
import process
from progress import Problem

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def install(package, sentence):
    """Installs a package, as root, or raises the Problem `sentence`; two of our commands take turns."""
    with cache.lock("apt-get"):
        for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
            process.run(
                ["apt-get", "-q", *command],
                sentence,
                cache.root() / "log/apt.log",
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )


class Apt:
    """apt on lists of its own in `folder`, at the archive that the machine itself uses.

    :param otherwise: what else can be done when it fails, for the sentence that says so
    :param suite: the suite to fetch from, else the machine's own
    """

    def __init__(self, folder, otherwise, suite=None):
        if not shutil.which("apt-get"):
            raise Problem(
                f"Packages are fetched with apt-get, which this system does not have: use Debian, {otherwise}."
            )
        self.folder = folder
        self.otherwise = otherwise
        self.packages = folder / "packages"
        self.log = cache.root() / "log" / "apt.log"
        for path in (self.packages, folder / "lists/partial", folder / "archives/partial"):
            path.mkdir(parents=True)
        found = archive()
        if not found:
            raise Problem(f"apt on this machine has no source of packages: add the Debian archive to it, {otherwise}.")
        address, codename = found
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        (folder / "sources.list").write_text(f"deb {signed}{address} {suite or codename} main\n")
        options = {
            "Dir::Etc::SourceList": folder / "sources.list",
            "Dir::Etc::SourceParts": "-",
            "Dir::Etc::Preferences": "-",
            "Dir::Etc::PreferencesParts": "-",
            "Dir::State::Lists": folder / "lists",
            "Dir::Cache": folder,
            "APT::Sandbox::User": "root",  # silences a warning about folders that apt's own user cannot reach
            "APT::Update::Error-Mode": "any",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
        }
        self.command = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]

    def fetch(self, *names):
        """Downloads packages, whose signatures apt checks; returns their files."""
        process.run(
            [*self.command, "update"],
            f"The Debian archive cannot be reached: check the network and apt's proxy settings, {self.otherwise}",
            self.log,
        )
        process.run(
            [*self.command, "download", *names],
            f"Downloading {names[0]} from the Debian archive failed: check the network, {self.otherwise}",
            self.log,
            cwd=self.packages,
        )
        return sorted(self.packages.glob("*.deb"))

    def unpack(self, package, folder):
        """Unpacks a package's file into `folder`."""
        process.run(["dpkg", "-x", package, folder], f"Unpacking {package.name} failed, {self.otherwise}", self.log)


def archive(folder=Path("/etc/apt"), release=Path("/etc/os-release")):
    """(the archive's address, the machine's suite) from the machine's own apt sources in either format, or None."""
    codename = re.search(r"^VERSION_CODENAME=\"?(\w+)", release.read_text() if release.exists() else "", re.M)
    codename = codename.group(1) if codename else "stable"
    found = [
        entry
        for file in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]
        for entry in _sources(file)
    ]
    for address, suites, components in found:
        if codename in suites and "main" in components:
            return address, codename
    for address, suites, _components in found:
        return address, suites[0]
    return None


def _sources(file):
    """The (address, suites, components) of each package source in one file of apt's."""
    if not file.is_file():
        return
    text = re.sub(r"^\s*#.*\n?", "", file.read_text(), flags=re.M)
    if file.suffix == ".list":
        for match in re.finditer(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)([^\n]*)", text, re.M):
            yield match[1], [match[2]], match[3].split()
    elif file.suffix == ".sources":
        for stanza in re.split(r"\n\s*\n", text):
            fields = {
                name.lower(): value.split()
                for name, value in re.findall(r"^([\w-]+):((?:[^\n]|\n[ \t])*)", stanza, re.M)
            }
            if "deb" in fields.get("types", ()) and fields.get("uris") and fields.get("enabled") != ["no"]:
                yield fields["uris"][0], fields.get("suites", ["stable"]), fields.get("components", [])
