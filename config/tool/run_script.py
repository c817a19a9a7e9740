"""Runs a Python script with `env` of a database, as the superuser; `make shell` starts it.

Usage: run_script.py CONFIG DATABASE [SCRIPT], without SCRIPT the one on the standard input. Only the script writes to
the standard output. What it changed is kept only if it calls `env.cr.commit()`. The exit status is not 0 when it
raises.
"""

import os
import sys
import threading


def main(config_file, name, path=None):
    if path:
        sys.path.insert(0, os.path.dirname(path))  # it may import its neighbours
        with open(path) as file:
            script = file.read()
    else:
        script = sys.stdin.read()
    output = os.dup(1)
    os.dup2(2, 1)  # nothing but the script writes to the output

    import odoo
    from odoo.modules.registry import Registry
    from odoo.service.server import load_server_wide_modules
    from odoo.tools import config

    config.parse_config(
        ["-c", config_file, "-d", name, "--no-http", "--log-level=warn", "--max-cron-threads=0"], setup_logging=True
    )
    threading.current_thread().dbname = name
    load_server_wide_modules()
    registry = Registry(name)

    sys.stdout.flush()
    os.dup2(output, 1)
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        env = env(context=env["res.users"].context_get())
        cr.rollback()
        try:
            code = compile(script, path or "<script>", "exec")
            exec(code, {"__name__": "__main__", "__file__": path, "env": env, "self": env.user, "odoo": odoo})
        finally:
            cr.rollback()


if __name__ == "__main__":
    main(*sys.argv[1:])
