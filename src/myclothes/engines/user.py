"""PostgreSQL refuses to run as root. As root, this finds an ordinary user for it without making one."""

import functools
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from myclothes.engines.errors import EngineError

NOBODY = 65534


@dataclass(frozen=True, slots=True)
class OrdinaryUser:
    """`wrap` goes before a command; `owner` is who must own the files, or None to leave them as they are."""

    wrap: tuple[str, ...]
    owner: int | None

    def own(self, folder: Path) -> None:
        """Give `folder` and all in it to this user, if it belongs to somebody else."""
        if self.owner is None or not folder.exists() or folder.stat().st_uid == self.owner:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.owner, self.owner, follow_symlinks=False)


MYSELF = OrdinaryUser((), None)
# Root seen from inside as nobody: the files still belong to root outside, and a program under /root can be read.
MAPPED = OrdinaryUser(("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"), 0)
# Where user namespaces are refused, as in many containers: nobody in earnest, who then must own the files.
SWITCHED = OrdinaryUser(
    ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"),
    NOBODY,
)


@functools.cache
def ordinary_user() -> OrdinaryUser:
    """How to run a program that refuses root. Raises `EngineError` when there is no way."""
    if os.geteuid() != 0:
        return MYSELF
    for user in (MAPPED, SWITCHED):
        if shutil.which(user.wrap[0]) and _works(user):
            return user
    raise EngineError(
        "PostgreSQL does not run as root, and neither `unshare --user` nor `setpriv` works here.",
        "Start MyClothes as an ordinary user.",
    )


def _works(user: OrdinaryUser) -> bool:
    return subprocess.run([*user.wrap, "true"], capture_output=True, check=False, timeout=10).returncode == 0
