"""What all engines have in common: start, stop, hurt, and say plainly why a start failed."""

import signal
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from myclothes.engines.address import ANOTHER_PORT, check_address
from myclothes.engines.errors import EngineError
from myclothes.engines.folder import Folder, disk_full
from myclothes.engines.orphan import end_orphan
from myclothes.engines.place import HERE, Place
from myclothes.engines.process import Process
from myclothes.engines.whole_file import write_whole


class Engine(ABC):
    """One real process in a folder of its own. Blocking; each wait is bounded. All errors are `EngineError`.

    Several can start side by side: `launch()` each, then `wait()` for each. When the process that started them is
    killed, they stop by themselves; where the system cannot do that, the next start in their folder ends them.
    """

    what: str
    stop_seconds: float = 30

    def __init__(self, folder: Path, port: int | None, place: Place = HERE) -> None:
        self.folder = Folder(folder, self.what)
        self.port = port
        self.place = place
        self._process: Process | None = None

    @abstractmethod
    def _prepare(self) -> Process:
        """Everything that comes before the process starts."""

    @abstractmethod
    def _ready(self) -> bool:
        """Whether it answers."""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.alive

    def start(self) -> None:
        """Return when it answers. Data of an earlier start is found again, however that one ended."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start without waiting until it answers."""
        if self.alive:
            return
        self.folder.claim()
        with self._or_stopped():
            self._process = self._prepare()
            self._check_port()
        self._begin()

    def _begin(self) -> None:
        if self._process:
            with self._or_stopped():
                self._process.launch()
                write_whole(self.folder.path / "pid", str(self.pid))

    @contextmanager
    def _or_stopped(self) -> Iterator[None]:
        """Nothing is left running, and nothing claimed, after what cannot be done."""
        try:
            yield
        except OSError as error:
            self.stop()
            raise self.folder.refused(error) from error
        except BaseException:
            self.stop()
            raise

    def wait(self, seconds: float = 60) -> None:
        """Return when it answers."""
        if self._process is None or not self._process.wait_until(self._ready, seconds):
            error = self._why_not()
            self.stop()
            raise error

    def stop(self) -> None:
        """Cleanly: what it keeps is on disk when this returns."""
        if self._process:
            self._process.stop(self.stop_seconds)
        self.folder.release()

    def ask_to_stop(self) -> None:
        """Without waiting for it, so that several can stop side by side; `stop()` each afterwards."""
        if self._process:
            self._process.ask_to_stop()

    def kill(self) -> None:
        """As kill -9 of it and all that came from it. `start()` brings it back."""
        if self._process:
            self._process.kill()

    def freeze(self) -> None:
        """It keeps its connections and answers nothing, as a machine that hangs."""
        if self._process:
            self._process.signal_tree(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process:
            self._process.signal_tree(signal.SIGCONT)

    def _end_orphan(self, mark: str, number: signal.Signals) -> None:
        """End what an earlier start in this folder left running. `mark`: what only its command line holds."""
        try:
            pid = int((self.folder.path / "pid").read_text())
        except (OSError, ValueError):
            return
        end_orphan(pid, mark, number)

    def _check_port(self) -> None:
        if self.port and not self.place.within:  # a network of its own has its own ports
            check_address(self.what, self.place.address, self.port)

    def _why_not(self) -> EngineError:
        said = self._process.said() if self._process else ""
        if "No space left on device" in said or "Disk quota exceeded" in said:
            return disk_full(self.what, self.folder.path)
        if "Address already in use" in said:
            return EngineError(f"{self.what} cannot listen on port {self.port}: another program does.", ANOTHER_PORT)
        if "RDB format version" in said:
            return EngineError(
                f"The data in {self.folder.path} was written by a newer version of {self.what}.",
                "Install that version, or choose another folder.",
            )
        last = "\n".join(said.splitlines()[-5:])
        return EngineError(f"{self.what} did not start. It said:\n{last}\n", f"The whole log is in {self.folder.path}.")
