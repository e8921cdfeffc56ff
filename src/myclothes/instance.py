"""A `myclothes serve` as a child of `run`, started and stopped like the engines."""

import http.client
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from myclothes.engines.engine import Engine
from myclothes.engines.orphan import end_orphan
from myclothes.engines.place import HERE, Place
from myclothes.engines.process import Process
from myclothes.settings import Settings


class Instance(Engine):
    what = "The web instance"

    def __init__(self, folder: Path, settings: Settings, environ: Mapping[str, str], place: Place = HERE) -> None:
        super().__init__(folder, None, place)
        self.settings = settings
        others = {name: value for name, value in environ.items() if not name.startswith("MYCLOTHES_")}
        self._environment = others | settings.to_env()

    @classmethod
    def end_earlier(cls, folder: Path) -> None:
        """End the instance that an earlier, killed `run` left, so that its port is free."""
        try:
            pid = int((folder / "pid").read_text())
        except (OSError, ValueError):
            return
        end_orphan(pid, f"-X {_mark(folder)} ", signal.SIGTERM, seconds=20)

    def close(self) -> None:
        """Ask it to stop without the time that balancers need to notice: they are closed already."""
        if self._process:
            self._process.signal(signal.SIGINT)

    def _prepare(self) -> Process:
        # The -X option means nothing to Python; it marks the command line as ours.
        return Process(
            [sys.executable, "-X", _mark(self.folder.path), "-m", "myclothes", "serve"],
            self.folder.path / "web.log",
            environment=self._environment,
            within=self.place.within,
        )

    def _ready(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.settings.host, self.settings.host)  # noqa: S104
        connection = http.client.HTTPConnection(host, self.settings.port, timeout=3)
        try:
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return True
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.02)
        return False


def _mark(folder: Path) -> str:
    return f"myclothes={folder}"
