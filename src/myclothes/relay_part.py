"""A `myclothes relay` as a child of `run`, started and stopped like the engines."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from myclothes.engines.engine import Engine
from myclothes.engines.place import HERE, Place
from myclothes.engines.process import Process
from myclothes.settings import Settings


class RelayPart(Engine):
    what = "The relay"

    def __init__(self, folder: Path, settings: Settings, environ: Mapping[str, str], place: Place = HERE) -> None:
        super().__init__(folder, None, place)
        others = {name: value for name, value in environ.items() if not name.startswith("MYCLOTHES_")}
        self._environment = others | settings.to_env()

    def _prepare(self) -> Process:
        mark = f"myclothes={self.folder.path}"
        self._end_orphan(f"-X {mark} ", signal.SIGTERM)
        # The -X option means nothing to Python; it marks the command line as ours.
        return Process(
            [sys.executable, "-X", mark, "-m", "myclothes", "relay"],
            self.folder.path / "relay.log",
            environment=self._environment,
            within=self.place.within,
        )

    def _ready(self) -> bool:
        """Nobody waits for it: what it does may as well be done a moment later."""
        return True
