"""A command in a terminal, as a person sees it."""

import os
import pty
import subprocess
import sys
from pathlib import Path


class Window:
    """A `myclothes` in the background, and all that its terminal has shown since."""

    def __init__(self, *words: str | Path) -> None:
        self.screen = ""
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen([sys.executable, "-m", "myclothes", *words], stdout=theirs, stderr=theirs)
        os.close(theirs)

    def wait_for(self, words: str) -> None:
        while words not in self.screen:
            try:
                self.screen += os.read(self._ours, 4096).decode(errors="replace")
            except OSError as ended:
                raise AssertionError(f"it ended with {self.screen}") from ended

    def close(self) -> None:
        os.close(self._ours)
