"""Runs the Python script on the standard input with `env` of a database; started by `make shell` in the add-ons' environment.

Usage: run_script.py CONFIG DATABASE. Only the script writes to the standard output. What it changed is kept only if it calls
`env.cr.commit()`. The exit status is not 0 when it raises.
"""

import os
import sys
import threading


def main(config_file, name):
    script = sys.stdin.read()
    sys.stdin = open(os.devnull)
    output = os.dup(1)
    os.dup2(2, 1)  # nothing but the script writes to the output

    import odoo
    from odoo.modules.registry import Registry
    from odoo.service.server import load_server_wide_modules
    from odoo.tools import config

    config.parse_config(["-c", config_file, "-d", name, "--no-http", "--log-level=warn", "--max-cron-threads=0"], setup_logging=True)
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
            exec(compile(script, "<script>", "exec"), {"__name__": "__main__", "env": env, "self": env.user, "odoo": odoo})
        finally:
            cr.rollback()


if __name__ == "__main__":
    main(*sys.argv[1:])
