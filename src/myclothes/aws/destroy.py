"""Take the stacks away again, the last one first, if nothing protects them."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from myclothes.aws.assembly import Assembly, path_of
from myclothes.aws.cloud import Cloud
from myclothes.aws.cloudformation import Stack
from myclothes.aws.deploy import failed, interrupted
from myclothes.aws.errors import AwsError
from myclothes.aws.progress import Progress, Tally
from myclothes.aws.reasons import reasons

_PROTECTION = ("DeletionProtection", "DeletionProtectionEnabled")


def standing(cloud: Cloud, assembly: Assembly, **how: Any) -> list[Stack]:
    """Those of the stacks that are there, in the order in which they were deployed."""
    stacks = [Stack(cloud.at(file.region), file.name, **how) for file in assembly.stacks]
    return [stack for stack in stacks if stack.status()]


def protected(stacks: Iterable[Stack]) -> list[str]:
    """What may not be deleted: stacks, and what holds data in them."""
    found = []
    for stack in stacks:
        if (stack.described() or {}).get("EnableTerminationProtection"):
            found.append(f"stack {stack.name}")
        template = stack.template()
        found += [
            f"{path_of(template, id_)} ({resource['Type']})"
            for id_, resource in template.get("Resources", {}).items()
            if any(resource.get("Properties", {}).get(key) is True for key in _PROTECTION)
        ]
    return found


def kept(stacks: Iterable[Stack]) -> list[str]:
    """What stays when the stacks go, or leaves a snapshot."""
    found = []
    for stack in stacks:
        template = stack.template()
        for id_, resource in template.get("Resources", {}).items():
            policy = resource.get("DeletionPolicy", "Delete")
            if policy != "Delete":
                what = "leaves a snapshot" if policy == "Snapshot" else "stays"
                found.append(f"{path_of(template, id_)} ({resource['Type']}) {what}")
    return found


class Destruction:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def run(self, stacks: Sequence[Stack]) -> None:
        """Delete the last one first. Raises `AwsError`, before anything is deleted if something is protected."""
        if guards := protected(stacks):
            raise AwsError(
                f"Protected against deletion: {', '.join(guards)}.",
                "Nothing was deleted. If it is meant, deploy once with `--set protected=no`, then destroy.",
            )
        for stack in reversed(stacks):
            template = stack.template()
            tally = Tally(stack.name, template, len(template.get("Resources", {})))
            try:
                self._take_away(stack, template, tally)
            except KeyboardInterrupt:
                raise interrupted(tally) from None

    def _take_away(self, stack: Stack, template: dict[str, Any], tally: Tally) -> None:
        began = time.monotonic()
        after: str | None = None
        if not stack.status().endswith("_IN_PROGRESS"):
            for id_, bucket in stack.physical("AWS::S3::Bucket").items():
                if template["Resources"].get(id_, {}).get("DeletionPolicy", "Delete") == "Delete":
                    stack.empty(bucket)
            after = stack.last_event()
            stack.delete()
        with self._progress.stack(tally, "deleting"):
            status, happened = stack.follow(tally.tell, after=after)
        if status:
            raise failed(stack.name, status, reasons(happened, stack.name, template))
        self._progress.ended(stack.name, "deleted", time.monotonic() - began)
