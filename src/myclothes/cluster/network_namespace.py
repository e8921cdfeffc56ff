"""A network namespace: a network of its own for the processes that are started in it. Linux only.

It lives as long as this process, or one that runs in it; nothing of it is left on the disk.
"""

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from myclothes.cluster.programs import program
from myclothes.engines.errors import EngineError

T = TypeVar("T")
CLONE_NEWNET = 0x40000000  # of <sched.h>; `os.setns` and `os.unshare` come with Python 3.12 only
SECONDS = 20.0
"""The longest that `ip` or `nft` may take. Usually it is a few milliseconds."""


class Namespace:
    """`path` is how other processes of ours name it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.path = f"/proc/{os.getpid()}/fd/{descriptor}"

    @classmethod
    def new(cls, **settings: str) -> "Namespace":
        """`settings` are those under /proc/sys/net, with `__` in place of `/`, such as `ipv4__ip_forward="1"`."""

        def make() -> int:
            _call("unshare", CLONE_NEWNET)
            # The new network has no IPv6 neighbours to look for, and needs none.
            for name, value in {"ipv6__conf__all__disable_ipv6": "1", **settings}.items():
                path = Path("/proc/sys/net", *name.split("__"))
                if path.exists():
                    path.write_text(value)
            return _of_this_thread()

        return cls(_in_thread(make))

    @classmethod
    def own(cls) -> "Namespace":
        """That of this process."""
        return cls(_of_this_thread())

    @property
    def within(self) -> tuple[str, ...]:
        """Goes before a command that is to run here, and becomes it."""
        return ("nsenter", f"--net={self.path}", "--")

    def run(self, *command: str, given: str = "") -> None:
        """Raises `EngineError` with what the command said if it fails."""
        done = subprocess.run(  # noqa: S603
            [*self.within, program(command[0]) or command[0], *command[1:]],
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            raise EngineError(
                f"`{' '.join(command)}` failed in a namespace.", done.stderr.strip() or "It said nothing."
            )

    def ip(self, *lines: str) -> None:
        """Each line is what would follow the word `ip`."""
        self.run("ip", "-batch", "-", given="".join(f"{line}\n" for line in lines))

    def do(self, what: Callable[[], T]) -> T:
        """Call it in a thread that is here: the sockets that it makes are of this network and stay so."""

        def there() -> T:
            _call("setns", self._descriptor, CLONE_NEWNET)
            return what()

        return _in_thread(there)

    def close(self) -> None:
        os.close(self._descriptor)


def _of_this_thread() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _call(name: str, *arguments: int) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise EngineError(
            f"The kernel refused a network namespace: {os.strerror(number)}.", "Start without --isolated."
        )


def _in_thread(what: Callable[[], T]) -> T:
    """In a thread of its own, because a thread that went into another network does not come back."""
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(what())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
