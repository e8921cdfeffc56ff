"""The folder that one process owns: its data, its log, its lock and, where the path is short enough, its socket."""

import errno
import fcntl
import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import IO

from myclothes.engines.errors import EngineError

LONGEST_SOCKET_PATH = 100
"""Bytes. The kernel takes 107 on Linux and 103 on macOS, and refuses longer ones."""


class Folder:
    """Owned by one process at a time: `claim` takes a lock that the kernel gives back however that process ends."""

    def __init__(self, path: Path, what: str, *, mode: int = 0o700) -> None:
        self.path = path.absolute()
        self.what = what
        self._mode = mode
        self._lock: IO[bytes] | None = None

    def claim(self) -> None:
        """Make the folder if need be and lock it. Raises `EngineError` when that is refused."""
        if self._lock is not None:
            return
        try:
            self.path.mkdir(mode=self._mode, parents=True, exist_ok=True)
            lock = (self.path / "lock").open("ab+", buffering=0)
        except OSError as error:
            raise self.refused(error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lock.truncate(0)
            lock.write(str(os.getpid()).encode())
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().decode().strip() or "unknown"
            lock.close()
            raise EngineError(
                f"{self.what} in {self.path} is already in use, by process {holder}.",
                "Stop that one first, or choose another folder.",
            ) from None
        except OSError as error:
            lock.close()
            raise self.refused(error) from error
        self._lock = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def refused(self, error: OSError) -> EngineError:
        """What to say about an error of the file system in here."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return disk_full(self.what, self.path)
        return EngineError(
            f"{self.what} cannot write to {self.path}: {error.strerror}.",
            "Make that folder writable for you, or choose another one.",
        )


def disk_full(what: str, path: Path) -> EngineError:
    return EngineError(
        f"{what} has no room left on the disk that holds {path}.", "Free some space there, or choose another folder."
    )


def socket_folder(folder: Path, longest_name: str, *, owner: int | None = None) -> Path:
    """Where the sockets of an engine in `folder` go: there, unless the kernel's limit on socket paths forbids it.

    Then it is a private folder with a short name, the same one at each start. Raises `EngineError` when that folder
    belongs to neither us nor `owner`, or is open to others, who could then listen in our place.
    """
    if len(os.fsencode(folder / longest_name)) <= LONGEST_SOCKET_PATH:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    temporary = tempfile.gettempdir()
    short = Path(temporary if len(os.fsencode(temporary)) < 50 else "/tmp") / f"myclothes-{name}"  # noqa: S108
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner) or found.st_mode & 0o077:
        raise EngineError(
            f"{short} is needed for sockets, because {folder} is too long a path for them, but it is not private.",
            "Remove it, or choose a folder with a shorter path.",
        )
    return short
