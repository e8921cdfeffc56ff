"""PostgreSQL refuses to run as root. As root, this finds an ordinary user for it without making one."""

import functools
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from myclothes.engines.errors import EngineError

NOBODY = 65534


class Switch(TypedDict, total=False):
    """What `subprocess` takes to start a program as somebody else."""

    user: int
    group: int
    extra_groups: Sequence[int]


@dataclass(frozen=True, slots=True)
class OrdinaryUser:
    """`wrap` goes before a command; `owner` is who must own the files, None to leave them alone; `switched` makes
    programs start as `owner`.
    """

    wrap: tuple[str, ...] = ()
    owner: int | None = None
    switched: bool = False

    def switch(self) -> Switch:
        if not self.switched or self.owner is None:
            return {}
        return {"user": self.owner, "group": self.owner, "extra_groups": ()}

    def run(self, *command: str, seconds: float = 120) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603
            [*self.wrap, *command],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            cwd="/",
            **self.switch(),
        )

    def own(self, folder: Path) -> None:
        """Give `folder` and all in it to this user, if it belongs to somebody else."""
        if self.owner is None or folder.stat().st_uid == self.owner:
            return
        # The folder itself comes last: a hand-over that was cut short is then done again at the next start.
        for path in (*folder.rglob("*"), folder):
            os.chown(path, self.owner, self.owner, follow_symlinks=False)

    def check_reach(self, *paths: str) -> None:
        """Raises `EngineError` if this user cannot get at one of `paths`."""
        if not self.switched:
            return
        for path in paths:
            if self.run("test", "-x", path).returncode:
                raise EngineError(
                    f"PostgreSQL does not run as root, and the user `nobody` cannot reach {path}.",
                    "Start MyClothes as an ordinary user, or keep it in folders that others may pass through.",
                )


MYSELF = OrdinaryUser()
# Root, who looks like nobody from inside: files still belong to root outside, and a program under /root can be read.
MAPPED = OrdinaryUser(("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"), owner=0)
# Where user namespaces are refused, as in many containers: nobody in earnest, who then must own the files.
SWITCHED = OrdinaryUser(owner=NOBODY, switched=True)


@functools.cache
def ordinary_user() -> OrdinaryUser:
    """How to run a program that refuses root. Raises `EngineError` when there is no way."""
    if os.geteuid() != 0:
        return MYSELF
    for user in (MAPPED, SWITCHED):
        if _works(user):
            return user
    raise EngineError(
        "PostgreSQL does not run as root, and this machine lets root become neither `nobody` nor a user in a namespace.",
        "Start MyClothes as an ordinary user.",
    )


def _works(user: OrdinaryUser) -> bool:
    if user.wrap and not shutil.which(user.wrap[0]):
        return False
    try:
        return user.run("true", seconds=10).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
