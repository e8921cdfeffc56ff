"""What a deployment would change: each template against what is deployed, resource by resource."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from myclothes.aws.assembly import Assembly, path_of
from myclothes.aws.cloud import Cloud
from myclothes.aws.cloudformation import Stack
from myclothes.aws.deploy import KEEPS_DATA

_WIDEST = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """`sign` is `+`, `-` or `~`; `details` are the values that differ: where, old, new (None for absent)."""

    sign: str
    name: str
    type: str
    details: tuple[tuple[str, Any, Any], ...] = ()

    @property
    def keeps_data(self) -> bool:
        return self.type in KEEPS_DATA


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """Between two templates, added ones first, then changed, then removed."""
    before, after = old.get("Resources", {}), new.get("Resources", {})
    found = [Difference("+", path_of(new, id_), after[id_]["Type"]) for id_ in after if id_ not in before]
    found += [
        Difference("~", path_of(new, id_), after[id_]["Type"], details)
        for id_ in after
        if id_ in before and (details := tuple(_unlike(_bare(before[id_]), _bare(after[id_]), "")))
    ]
    found += [Difference("-", path_of(old, id_), before[id_]["Type"]) for id_ in before if id_ not in after]
    outputs = tuple(_unlike(old.get("Outputs", {}), new.get("Outputs", {}), ""))
    return [*found, Difference("~", "outputs", "", outputs)] if outputs and before else found


def diff(cloud: Cloud, assembly: Assembly) -> Iterator[tuple[str, str, list[Difference]]]:
    """Name of each stack, its state ('' if it is not there), and what is different."""
    for file in assembly.stacks:
        stack = Stack(cloud.at(file.region), file.name)
        status = stack.status()
        yield file.name, status, differences(stack.template() if status else {}, file.content)


def lines(stack: str, status: str, found: list[Difference]) -> Iterator[str]:
    """As text, with the markup of the terminal left out."""
    if not found:
        yield f"{stack}: no difference"
        return
    counts = ", ".join(
        f"{number} {word}"
        for sign, word in (("+", "to add"), ("~", "to change"), ("-", "to remove"))
        if (number := sum(difference.sign == sign for difference in found))
    )
    yield f"{stack}: {counts}" + ("" if status else " (the stack is new)")
    for difference in found:
        danger = "   ← holds data" if difference.sign == "-" and difference.keeps_data else ""
        yield f"  {difference.sign} {difference.name}  {difference.type}{danger}"
        for where, old, new in difference.details:
            yield f"      {where}: {_short(old)} → {_short(new)}"


def _bare(resource: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in resource.items() if key != "Metadata"}


def _unlike(old: Any, new: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _unlike(old.get(key), new.get(key), f"{where}.{key}" if where else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _unlike(one, other, f"{where}[{place}]")
    elif old != new:
        yield where.removeprefix("Properties."), old, new


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
