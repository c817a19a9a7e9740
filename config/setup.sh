#!/bin/sh
# First start: makes the database with the add-ons of OMNI_ADDONS. Later starts: installs those that were added to the list.
# An installed add-on is left alone: docs/admin.md says how it is upgraded.
set -eu

# Odoo would only warn of a name that it does not know, and go on without it.
python3 - <<'PYTHON'
import os

from odoo.modules.module import Manifest, initialize_sys_path
from odoo.tools import config

config.parse_config([])
initialize_sys_path()
names = [name.strip() for name in os.environ["OMNI_ADDONS"].split(",")]
if unknown := [name for name in names if not Manifest.for_addon(name, display_warning=False)]:
    known = sorted(manifest.name for manifest in Manifest.all_addon_manifests() if manifest.name.startswith("omni_"))
    raise SystemExit(
        f"OMNI_ADDONS in .env names {', '.join(unknown) or 'nothing'}: there is no such add-on. Ours are {', '.join(known)}."
    )
PYTHON

odoo --init "$(echo "$OMNI_ADDONS" | tr -d ' ')" --stop-after-init --no-http

# Odoo gives its first user a password that everybody knows. It is replaced before anyone can reach the server, and only then.
odoo shell --no-http <<'PYTHON'
import os

admin = env.ref("base.user_admin")
env.cr.execute("SELECT password FROM res_users WHERE id = %s", [admin.id])
[stored] = env.cr.fetchone()
if stored and env["res.users"]._crypt_context().verify("admin", stored):
    admin.password = os.environ["OMNI_ADMIN_PASSWORD"]
    env.cr.commit()
PYTHON
