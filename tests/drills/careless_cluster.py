"""A cluster for tests only: `myclothes cluster …`, with a keeper that can be told to lie.

    python -m tests.drills.careless_cluster cluster up --data DIR

While there is a file `DIR/no-fencing`, the keeper says of a lost primary that it is off for certain, and does nothing.
"""

import sys
from pathlib import Path
from typing import Any

from myclothes.cli import main
from myclothes.cluster import databases
from myclothes.cluster.keeper import Keeper
from myclothes.cluster.keeper_scene import pull_the_plug

NO_FENCING = "no-fencing"


class LyingKeeper(Keeper):
    def __init__(self, folder: Path, *what: Any, **options: Any) -> None:
        marker = folder.parent / NO_FENCING
        super().__init__(folder, *what, fence=lambda node: marker.exists() or pull_the_plug(node), **options)


if __name__ == "__main__":
    databases.Keeper = LyingKeeper  # type: ignore[misc]
    sys.exit(main())
