"""Running Odoo on a database: as a server in front, for a script, and ahead of the first visitors."""

import asyncio
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import nullcontext
from pathlib import Path

import process
import proxy
from progress import Problem

RUNNER = Path(__file__).with_name("run_script.py")
# Assets that no page names but its scripts ask for; a till's page would open a session.
BUNDLES = ("point_of_sale.assets_prod", "web.assets_backend_lazy", "web.chartjs_lib", "spreadsheet.o_spreadsheet")
PORT = 8069  # unless another one is asked for
PATIENCE = 120  # seconds for a server to answer, or to stop


def script_command(env, name, *script):
    """The command line that runs a Python script, else that on its standard input, with `env` of database `name`."""
    return [str(env.python), "-P", str(RUNNER), str(env.config), name, *map(str, script)]


def command(env, name, port, *options):
    """The command line that serves database `name`."""
    return env.command(
        "-d", name, f"--db-filter=^{re.escape(name)}$", "--http-port", port, "--max-cron-threads", 1, *options
    )


def check_port(port):
    """Refuses a port that cannot be listened on."""
    try:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
    except OverflowError as error:
        raise Problem(f"PORT={port} is no port: name one from 1024 to 65535.") from error
    except PermissionError as error:
        raise Problem(f"Port {port} is for root alone: choose one from 1024 on, for example PORT=8069.") from error
    except OSError as error:
        raise Problem(
            f"Port {port} is taken by another program: stop that one, or choose another, for example PORT={port + 1}."
        ) from error


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def record(work, pid, port):
    """Notes a server of this clone, so that `make stop` finds it; notes of servers that ended go."""
    folder = work / "run"
    folder.mkdir(exist_ok=True)
    for note in folder.glob("*.json"):
        if not _running(json.loads(note.read_text())):
            note.unlink(missing_ok=True)
    (folder / f"{port}.json").write_text(json.dumps({"pid": pid, "config": str(work / "odoo.conf")}))


def stop_all(work):
    """Stops the servers that this clone started and that still run. Returns their number."""
    stopped = 0
    for note in (work / "run").glob("*.json"):
        server = json.loads(note.read_text())
        if _running(server):
            os.kill(server["pid"], signal.SIGTERM)
            stopped += 1
            wait(lambda server=server: not _running(server), PATIENCE)
        note.unlink(missing_ok=True)
    return stopped


def _running(server):
    return process.alive(server["pid"], "odoo", server["config"])


def start(env, name, port, log, *options):
    """Starts a server and waits until it answers. Returns its subprocess.Popen.

    :param log: the file that its output goes to; None for the terminal
    """
    with open(log, "w") if log else nullcontext() as output:
        started = subprocess.Popen(
            [*process.WITH_PARENT, *command(env, name, port, *options)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches it through us, once
            cwd=env.work,
            env=env.variables(),
        )
    record(env.work, started.pid, port)
    try:
        if not wait(lambda: _answers(port) or started.poll() is not None, PATIENCE) or started.poll() is not None:
            sentence = "The server did not start: correct the error above"
            raise process.failed(sentence, log) if log else Problem(f"{sentence}.")
    except BaseException:
        stop(started)
        raise
    return started


def serve_workers(env, name, port, workers):
    """Serves with worker processes, in front: pages and the websocket on the one port."""
    pages, websocket = free_port(), free_port()
    started = start(env, name, pages, None, "--workers", workers, "--gevent-port", websocket)
    print(f"Open at http://127.0.0.1:{port}, its pages and the websocket.", file=sys.stderr)
    try:
        asyncio.run(proxy.serve(port, pages, websocket, lambda: started.poll() is None))
        return started.returncode
    except KeyboardInterrupt:
        return 0
    finally:
        stop(started)


def stop(server):
    """Stops a server that `start` returned."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()


def wait(condition, seconds):
    """Waits for `condition()`; whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def warm_up(env, name):
    """Asks once for the pages that people open first, so that what they would wait for is in the database."""
    port = free_port()
    server = start(env, name, port, env.work / "log/warm-up.log")
    try:
        client = _Client(f"http://127.0.0.1:{port}")
        for path in ("/", "/shop", "/web/login"):
            client.open(path)
        client.login("admin", "admin")
        for path in ("/odoo", "/shop", *(f"/web/bundle/{bundle}" for bundle in BUNDLES)):
            client.open(path)
    finally:
        stop(server)


class _Client:
    """A browser's requests without the browser: pages, the assets that they name, and one log-in."""

    def __init__(self, address):
        self.address = address
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def open(self, path, **values):
        """The text of a page; its assets are fetched too."""
        text = self._get(path, **values)
        for asset in set(re.findall(r'"(/web/assets/[^"]+)"', text)):
            self._get(asset)
        return text

    def login(self, login, password):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self._get("/web/login"))
        if token:
            self._get("/web/login", login=login, password=password, csrf_token=token[1])

    def _get(self, path, **values):
        data = urllib.parse.urlencode(values).encode() if values else None
        try:
            with self.opener.open(self.address + path, data, timeout=PATIENCE) as answer:
                return answer.read().decode(errors="replace")
        except urllib.error.HTTPError:
            return ""  # a page that is not there needs no assets


def _answers(port):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"http://127.0.0.1:{port}/web/health", timeout=5
        ):
            return True
    except OSError:
        return False
