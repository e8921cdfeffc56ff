"""The folder that one engine owns: its data, its log, its lock and, where the path is short enough, its socket."""

import fcntl
import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import IO

from myclothes.engines.errors import EngineError

LONGEST_SOCKET_PATH = 100
"""Bytes. The kernel takes 107 on Linux and 103 on macOS, and cuts or refuses longer ones."""


class Folder:
    """Owned by one process at a time: `claim` takes a lock that the kernel gives back however that process ends."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path.absolute()
        self.what = what
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Make the folder if need be and lock it. Raises `EngineError` when that is refused."""
        if self._lock is not None:
            return
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self.path / "lock").open("a+")
        except (PermissionError, FileExistsError, NotADirectoryError) as error:
            raise EngineError(
                f"{self.what} cannot write to {self.path}: {error.strerror}.",
                "Choose another folder with --data, or make this one yours.",
            ) from error
        except OSError as error:
            raise EngineError(
                f"{self.what} cannot use {self.path}: {error.strerror}.", "Choose another folder with --data."
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise EngineError(
                f"{self.what} in {self.path} is already in use by process {holder}.",
                "Stop that one first, or choose another folder with --data.",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def socket_folder(folder: Path, longest_name: str) -> Path:
    """Where the sockets of an engine in `folder` go: there, unless the kernel's limit on socket paths forbids it.

    Then it is a private folder with a short name under /tmp, the same one at each start. Raises `EngineError` when
    that folder is not ours alone, as somebody else could then listen in our place.
    """
    if len(os.fsencode(folder / longest_name)) <= LONGEST_SOCKET_PATH:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir() if len(tempfile.gettempdir()) < 40 else "/tmp") / f"myclothes-{name}"  # noqa: S108
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise EngineError(
            f"{short} is needed for sockets, because {folder} is too long a path for them, but it is not private.",
            "Remove it, or choose a data folder with a shorter path with --data.",
        )
    return short
