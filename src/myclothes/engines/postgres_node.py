"""One PostgreSQL of several that replicate: it starts as a standby unless it is told that it leads."""

import hashlib
import hmac
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from myclothes.engines.errors import EngineError
from myclothes.engines.place import HERE, Place
from myclothes.engines.postgres import TUNED, Postgres
from myclothes.engines.process import Process
from myclothes.engines.user import OrdinaryUser

ADMIN = "postgres"
SHOP = "shop"
UNFINISHED = "rewinding"
"""File beside the data: they are half rewound, and only a fresh copy helps."""
# Whoever gets at the socket is us: its folder is private. From the network everybody needs a password.
ACCESS_RULES = """\
local all         all      trust
local replication all      trust
host  all         all all  scram-sha-256
host  replication all all  scram-sha-256
"""
REPLICATING = {
    "hot_standby": "on",
    "wal_log_hints": "on",  # pg_rewind needs it
    "wal_keep_size": "256MB",
    "wal_retrieve_retry_interval": "200ms",
    "wal_receiver_status_interval": "1s",
    "wal_sender_timeout": "5s",
    "wal_receiver_timeout": "5s",
    "max_wal_senders": "40",
    "password_encryption": "scram-sha-256",
}


class PostgresNode(Postgres):
    """`name` is what the synchronous set calls it; `secret`, the same for all, is what passwords are made of.

    `leads` decides how the next start goes. It is False at first, so that a database that led once and died never
    comes back as a second primary by itself: whoever decides who leads has to say so.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        port: int,
        secret: str,
        place: Place = HERE,
        settings: Mapping[str, str] = TUNED,
        user: OrdinaryUser | None = None,
    ) -> None:
        super().__init__(folder, port=port, settings=settings, user=user, place=place)
        self.what = f"PostgreSQL {name}"
        self.name = name
        self.leads = False
        self._secret = secret

    @property
    def address(self) -> str:
        """Host and port, as others reach it."""
        return f"{self.place.address}:{self.port}"

    @property
    def has_data(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def password(self, role: str = ADMIN) -> str:
        return hmac.digest(self._secret.encode(), f"postgres {role}".encode(), hashlib.sha256).hex()[:32]

    def network_dsn(self, database: str = "postgres", *, role: str = ADMIN) -> str:
        """Over TCP, with the password in it."""
        return f"postgresql://{role}:{self.password(role)}@{self.address}/{quote(database)}"

    def pause_replay(self) -> None:
        """It goes on receiving the log, and shows nothing new."""
        self.sql("SELECT pg_wal_replay_pause()")

    def resume_replay(self) -> None:
        self.sql("SELECT pg_wal_replay_resume()")

    def slow_disk(self, seconds: float) -> None:
        """Let the log of each commit reach the disk that much later, at most 0.1 s; 0: as it was."""
        self.sql(f"ALTER SYSTEM SET commit_delay = {round(seconds * 1_000_000)}")
        self.sql("ALTER SYSTEM SET commit_siblings = 0")
        self.sql("SELECT pg_reload_conf()")

    def kill(self) -> None:
        """As pulling the plug: when this returns, none of its children answers a client or sends log any more.

        They outlive a parent that somebody else killed by a moment, so they are looked for by where they work.
        Raises `EngineError` if the system does not end them in time, as when they wait for a broken disk.
        """
        super().kill()
        deadline = time.monotonic() + 10
        while remains := [pid for pid in map(int, _processes()) if _works_in(pid, self.data)]:
            for pid in remains:
                _end(pid)
            if time.monotonic() > deadline:
                raise EngineError(f"{self.what} does not end when it is killed.", "Look at the machine.")
            time.sleep(0.002)

    def set_offline(self, name: str, value: str) -> None:
        """What `ALTER SYSTEM` does, while the server is down."""
        path = self.data / "postgresql.auto.conf"
        lines = [line for line in path.read_text().splitlines() if not line.startswith(f"{name} ")]
        quoted = value.replace("'", "''")
        path.write_text("\n".join([*lines, f"{name} = '{quoted}'"]) + "\n")

    def write_config(self) -> Path:
        """All that it is told at its start, as a file."""
        lines = ("{} = '{}'\n".format(name, value.replace("'", "''")) for name, value in self._settings().items())
        return self._write("server.conf", "".join(lines))

    def _prepare(self) -> Process:
        if (self.folder.path / UNFINISHED).exists():
            raise EngineError(f"{self.what} is half rewound.", "Clone it from the primary.")
        process = super()._prepare()
        standby = self.data / "standby.signal"
        if self.leads:
            standby.unlink(missing_ok=True)
        else:
            standby.touch(mode=0o600)
            self._give(standby)
        self._write("access.conf", ACCESS_RULES)
        return process

    def _settings(self) -> dict[str, str]:
        return {
            **REPLICATING,
            **super()._settings(),
            "cluster_name": self.name,  # its log receiver calls itself so
            "hba_file": str(self.folder.path / "access.conf"),
        }

    def environment(self) -> dict[str, str]:
        """With the password where libpq looks for it, so that it stands in no setting and on no command line."""
        return {**os.environ, "PGPASSFILE": str(self._write("passwords", f"*:*:*:{ADMIN}:{self.password()}\n"))}

    def _create(self) -> None:
        if not self.leads:
            raise EngineError(f"{self.what} has no data yet.", "Clone it from the primary first.")
        super()._create()

    def _creation_options(self) -> list[str]:
        return [*super()._creation_options(), f"--pwfile={self._write('password', self.password())}"]

    def _write(self, name: str, text: str) -> Path:
        """A file of its own beside the data, where neither clone nor rewind touch it. Only its user may read it."""
        path = self.folder.path / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        self._give(path)
        return path

    def _give(self, path: Path) -> None:
        if self.user.owner is not None and path.stat().st_uid != self.user.owner:
            os.chown(path, self.user.owner, self.user.owner)


def _processes() -> list[str]:
    """None where the system does not list them like that: then whoever has lost his parent notices by himself."""
    return [entry for entry in os.listdir("/proc") if entry.isdigit()] if sys.platform == "linux" else []


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False  # it has ended, or is a corpse, or is somebody else's


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
