"""Ctrl-C that is heard wherever it falls.

A signal handler raises in whatever Python is just doing. When that is the end of an object that is thrown away, the
exception ends there: CPython clears it without a word for files and answers (`iobase_finalize`), and prints
"Exception ignored" for generators. Whoever asks AWS again and again throws away both with each answer.
"""

import signal
import time
from types import FrameType
from typing import Self


class CtrlC:
    """While it is entered, one that was dropped is raised by the next `sleep`. One that is ignored stays ignored."""

    def __init__(self) -> None:
        self._pressed = False

    def __enter__(self) -> Self:
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._press)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def sleep(self, seconds: float) -> None:
        """Raises `KeyboardInterrupt`."""
        if self._pressed:
            raise KeyboardInterrupt
        time.sleep(seconds)

    def _press(self, _number: int, _frame: FrameType | None) -> None:
        self._pressed = True
        raise KeyboardInterrupt
