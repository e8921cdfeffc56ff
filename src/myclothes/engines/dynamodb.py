"""A stand-in for DynamoDB, for development and tests: moto's server. Its tables last as long as its process."""

import signal
import socket
import sys
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

from myclothes.engines.errors import EngineError
from myclothes.engines.folder import Folder
from myclothes.engines.process import Process, reap


class DynamoDB:
    """Start, stop, hurt. Reached over HTTP on the loopback address, at `port` or at a free one."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = Folder(folder, "The DynamoDB stand-in")
        self.port = port or free_port()
        self._process: Process | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

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
        if not find_spec("moto"):
            raise EngineError("The stand-in for DynamoDB is not installed.", "pip install 'moto[dynamodb,server]'")
        self.folder.claim()
        self._end_orphan()
        self._process = Process(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            self.folder.path / "moto.log",
            stop_with=signal.SIGTERM,
        )
        self._process.launch()
        (self.folder.path / "pid").write_text(str(self._process.pid))

    def wait(self, seconds: float = 30) -> None:
        """Until it answers."""
        assert self._process is not None, "launch() comes before wait()"
        if not self._process.wait_until(self._ready, seconds):
            self._process.kill()
            raise EngineError("The DynamoDB stand-in did not start.", f"It said: {self._process.said()}")

    def stop(self) -> None:
        if self._process:
            self._process.stop()
        self.folder.release()

    def kill(self) -> None:
        """As a power cut would."""
        if self._process:
            self._process.kill()

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/moto-api/", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def _end_orphan(self) -> None:
        try:
            pid = int((self.folder.path / "pid").read_text())
        except (OSError, ValueError):
            return
        reap(pid, ("moto.server",), signal.SIGTERM)


def free_port() -> int:
    """A port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
