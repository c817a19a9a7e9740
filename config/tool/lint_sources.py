"""What no ready-made linter knows of this repository: its manifests, and what a tracked file must not hold."""

import ast
import re
import subprocess
from pathlib import Path

# Add-on -> the Odoo modules that it may build on, besides omni_base. A brick that needs another one says why here.
DEPENDS = {
    # Besides the two channels: customers are told by SMS, and their erasure, which Odoo's Privacy does, keeps proof.
    "omni_base": {"pos_sale", "website_sale_stock", "website_sale_wishlist", "sms", "privacy_lookup"},
    "omni_stock": set(),
    "omni_pos": set(),
    "omni_clickcollect": {"website_sale_collect", "barcodes", "sms"},
    "omni_loyalty": {"pos_loyalty", "website_sale_loyalty"},
    "omni_bi": {"spreadsheet_dashboard"},
}
# Hosts that a file may name: standards, licences, Odoo itself, and names that lead nowhere.
HOSTS = re.compile(
    r"^(?:[\w.-]+\.)?(?:odoo\.com|fsf\.org|w3\.org|gnu\.org|json-schema\.org|schema\.org|sitemaps\.org|openstreetmap\.org"
    r"|keepachangelog\.com|semver\.org|example\.(?:com|org|net)|[\w-]+\.(?:example|invalid|test)|localhost|127\.0\.0\.1)$"
)
URL = re.compile(r"\bhttps?://([\w.-]+)")
MACHINE_PATH = re.compile(r"(?<![\w./$}-])/(?:root|home/\w+|work|opt/\w+|Users/\w+)/\w")
DATA_FOLDERS = ("data", "demo", "report", "security", "views", "wizard")
BINARY = {".xz", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico", ".woff", ".woff2", ".ttf", ".pdf", ".mp3", ".ogg"}


def tracked(root: Path, *patterns: str) -> list[Path]:
    """The files that a commit would hold, as paths below `root`; new ones that are not ignored count."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({Path(name) for name in names if name and (root / name).is_file()})


def manifests(root: Path) -> list[str]:
    """Problems of every add-on's manifest: version, licence, what it depends on, files that it forgets or invents."""
    found = []
    for folder in sorted(path for path in (root / "addons").iterdir() if path.is_dir()):
        path = folder / "__manifest__.py"
        where = f"{path.relative_to(root)}:1"
        if not path.is_file():
            found.append(f"{where}: an add-on without a manifest")
            continue
        manifest = ast.literal_eval(path.read_text())
        if not re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest.get("version", "")):
            found.append(f"{where}: version {manifest.get('version')!r} is not 19.0.x.y.z")
        if manifest.get("license") != "LGPL-3":
            found.append(f"{where}: licence {manifest.get('license')!r} is not LGPL-3")
        allowed = DEPENDS.get(folder.name, set()) | ({"omni_base"} if folder.name != "omni_base" else set())
        found += [
            f"{where}: depends on {name}, which is not on its list in config/tool/lint_sources.py"
            for name in manifest.get("depends", [])
            if name not in allowed
        ]
        for package in manifest.get("external_dependencies", {}).get("python", []):
            found += [
                f"{where}: {name} does not install {package}"
                for name in ("config/Dockerfile", "config/requirements.txt")
                if package not in (root / name).read_text()
            ]
        listed = set(manifest.get("data", [])) | set(manifest.get("demo", []))
        present = {
            str(file.relative_to(folder))
            for name in DATA_FOLDERS
            for file in folder.glob(f"{name}/**/*")
            if file.suffix in (".xml", ".csv")
        }
        found += [f"{where}: names {name}, which does not exist" for name in sorted(listed - present)]
        found += [f"{folder.relative_to(root)}/{name}:1: in no manifest, so never loaded" for name in present - listed]
    return sorted(found)


def strays(root: Path) -> list[str]:
    """Addresses of the outside world and paths of one machine, in any tracked text file."""
    found = []
    for name in tracked(root):
        if name.suffix in BINARY:
            continue
        # The lock file's only addresses are those of its packages' authors; where they come from is left out of it.
        lock = name.name == "package-lock.json"
        for number, line in enumerate((root / name).read_text(errors="replace").splitlines(), 1):
            if lock:
                found += [f"{name}:{number}: the lock file names a registry"] if '"resolved"' in line else []
                continue
            found += [f"{name}:{number}: address of {host}" for host in URL.findall(line) if not HOSTS.match(host)]
            found += [f"{name}:{number}: path of one machine: {path.strip()}" for path in MACHINE_PATH.findall(line)]
    return found


def papers(root: Path) -> list[str]:
    """The files that people look for first."""
    wanted = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
    return [f"{name}:1: missing" for name in wanted if not (root / name).is_file()]
