"""The steps of placing an order, by name, so that drills and tests can pull the plug at each of them."""

import os
import signal
from collections.abc import Callable

STEPS = (
    "claimed", "reserved", "before_commit_1", "after_commit_1", "before_charge", "after_charge", "before_commit_2",
    "after_commit_2", "before_clear", "after_clear",
)  # fmt: skip
Reached = Callable[[str], None]
"""Told each step as it is reached."""


def go_on(step: str) -> None:
    """What happens at a step: nothing."""


def die_at(wanted: str) -> Reached:
    """The process kills itself at that step, as if somebody had pulled its plug; "" never. For drills.

    Raises `ValueError` for a step that there is not.
    """
    if not wanted:
        return go_on
    if wanted not in STEPS:
        raise ValueError(f"no step is called {wanted!r}; there are {', '.join(STEPS)}")

    def reached(step: str) -> None:
        if step == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached
