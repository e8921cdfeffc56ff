"""Take the stacks away again, the last one first, if nothing protects them."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from myclothes.aws.assembly import Assembly, path_of
from myclothes.aws.cloud import Cloud
from myclothes.aws.cloudformation import Event, Stack
from myclothes.aws.deploy import failed
from myclothes.aws.errors import AwsError, Interrupted
from myclothes.aws.progress import Progress, Tally
from myclothes.aws.reasons import reasons

BUCKET = "AWS::S3::Bucket"
MORE_TRIES = 2
"""For a bucket that is not empty, although it was a moment ago."""
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
    """What stays when the stacks go, or leaves a snapshot, and by which name it is found then."""
    found = []
    for stack in stacks:
        template, names = stack.template(), stack.physical()
        for id_, resource in template.get("Resources", {}).items():
            policy = resource.get("DeletionPolicy", "Delete")
            if policy != "Delete":
                what = "leaves a snapshot" if policy == "Snapshot" else "stays"
                found.append(f"{path_of(template, id_)} ({resource['Type']}) {what}: {names.get(id_, 'gone already')}")
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
                raise _interrupted(tally) from None

    def _take_away(self, stack: Stack, template: dict[str, Any], tally: Tally) -> None:
        began = time.monotonic()
        for more in range(MORE_TRIES, -1, -1):
            status, happened = self._delete(stack, template, tally)
            if not (more and status and any(event.failed and event.type == BUCKET for event in happened)):
                break
            self._progress.say(f"{stack.name}: a bucket got files meanwhile, as logs come late; emptying it again.")
        if status:
            raise failed(stack.name, status, reasons(happened, stack.name, template), "destroy")
        self._progress.ended(stack.name, "deleted", time.monotonic() - began)

    def _delete(self, stack: Stack, template: dict[str, Any], tally: Tally) -> tuple[str, list[Event]]:
        """The state in the end, '' if it is gone, and what happened. One that is being deleted is only watched."""
        after: str | None = None
        if not stack.status().endswith("_IN_PROGRESS"):
            for id_, name in stack.physical().items():
                resource = template["Resources"].get(id_, {})
                if resource.get("Type") == BUCKET and resource.get("DeletionPolicy", "Delete") == "Delete":
                    stack.empty(name)
            after = stack.last_event()
            stack.delete()
        with self._progress.stack(tally, "deleting"):
            return stack.follow(tally.tell, after=after)


def _interrupted(tally: Tally) -> Interrupted:
    return Interrupted(
        f"Stopped watching {tally.stack}: {tally.summary()}.",
        "AWS finishes what it has begun with this stack. `myclothes aws destroy` goes on with the rest.",
    )
