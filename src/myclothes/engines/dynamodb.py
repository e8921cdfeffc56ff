"""A stand-in for DynamoDB, for development and tests: moto's server. Its tables last as long as its process."""

import signal
import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path

from myclothes.engines.address import free_port
from myclothes.engines.engine import Engine
from myclothes.engines.errors import EngineError
from myclothes.engines.process import Process


class DynamoDB(Engine):
    """Reached over HTTP on the loopback address, at `port` or at a free one."""

    what = "The DynamoDB stand-in"
    stop_seconds = 5

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        super().__init__(folder, port or free_port())

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _prepare(self) -> Process:
        if not find_spec("moto") or not find_spec("flask"):
            raise EngineError(
                "The stand-in for DynamoDB is not installed.", "Install it: pip install 'moto[dynamodb,server]'."
            )
        # The -X option means nothing to Python; it marks the command line as ours.
        mark = f"myclothes={self.folder.path}"
        self._end_orphan(f"-X {mark} ", signal.SIGTERM)
        return Process(
            [sys.executable, "-X", mark, "-m", "myclothes.engines.dynamodb_server", str(self.port)],
            self.folder.path / "moto.log",
        )

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/moto-api/", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False
