#!/bin/sh
# First start: makes the database with the add-ons of OMNI_ADDONS. Later starts: installs those that were added to the list.
# An installed add-on is left alone; upgrade it with `docker compose run --rm setup odoo -u NAME --stop-after-init --no-http`.
set -eu

odoo --init "$OMNI_ADDONS" --stop-after-init --no-http

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
