"""What a cluster's folder says about the cluster in it, so that the next start makes the same one again."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from myclothes.cluster.plan import Plan
from myclothes.engines.errors import EngineError
from myclothes.engines.whole_file import write_whole

FILE = "cluster.json"
FIXED = {"zones": "--zones", "isolated": "--isolated", "base_port": "--port"}
"""What data and addresses depend on."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What `cluster up` was asked for; None where nothing was said. Numbers count zones, instances and replicas."""

    zones: int | None = None
    web: int | None = None
    replicas: int | None = None
    base_port: int | None = None
    carts: str = "valkey"
    sticky: bool = False
    isolated: bool = False
    demo: bool = True
    rate: int = 1_000


def remembered(folder: Path, wish: Wish) -> Wish:
    """`wish`, with what it leaves open as it was the last time. Raises `EngineError` where it contradicts that."""
    try:
        before = Wish(**json.loads((folder / FILE).read_text()))
    except FileNotFoundError:
        return wish
    except (OSError, ValueError, TypeError) as error:
        raise EngineError(f"{folder / FILE} cannot be read: {error}.", "Choose another folder with --data.") from error
    for name, flag in FIXED.items():
        asked, was = getattr(wish, name), getattr(before, name)
        if asked is not None and asked != was:
            raise EngineError(
                f"The cluster in {folder} was made with {flag} {_said(was)}, not {_said(asked)}.",
                "Leave that as it was, or choose another folder with --data.",
            )
    for name in ("zones", "web", "replicas", "base_port"):
        if getattr(wish, name) is None:
            wish = replace(wish, **{name: getattr(before, name)})
    return wish


def remember(wish: Wish, plan: Plan) -> None:
    kept = replace(wish, zones=len(plan.zones), web=plan.web, replicas=plan.replicas, base_port=plan.base_port)
    write_whole(plan.folder / FILE, json.dumps(asdict(kept)))


def _said(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
