"""Ctrl-C that is heard wherever it falls.

A signal handler raises in whatever Python is just doing. When that is the end of an object that is thrown away, the
exception ends there: CPython clears it without a word for files and answers (`iobase_finalize`), and prints
"Exception ignored" for generators. When it is a library taking a lock, the lock is never given back, and the process
hangs at its end. Whoever asks AWS again and again does both with each answer.
"""

import signal
import time
from types import FrameType
from typing import Self

PATIENCE_SECONDS = 1.0
"""What takes longer than this waits for the network, and may be interrupted there."""


class CtrlC:
    """While it is entered, Ctrl-C interrupts `sleep` only, and after a second anything. One that is ignored stays so."""

    def __init__(self) -> None:
        self._pressed = False
        self._resting = False

    def __enter__(self) -> Self:
        self._before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGALRM)}
        if self._before[signal.SIGINT] is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._press)
            signal.signal(signal.SIGALRM, self._insist)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def sleep(self, seconds: float) -> None:
        """Raises `KeyboardInterrupt`, also for what was pressed before."""
        self._resting = True
        try:
            if self._pressed:
                raise KeyboardInterrupt
            time.sleep(seconds)
        finally:
            self._resting = False

    def _press(self, number: int, frame: FrameType | None) -> None:
        if self._pressed or self._resting:
            self._insist(number, frame)
        self._pressed = True
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)

    def _insist(self, _number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt
