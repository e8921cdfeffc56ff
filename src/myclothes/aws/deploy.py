"""Bring the stacks to AWS, one after the other, each by a change set.

All that is known of how far a deployment is, AWS knows. So one that was interrupted, by Ctrl-C or by a lost
connection, is picked up by the next: it first follows what AWS is still doing, mends what went wrong halfway, and goes on.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from myclothes.aws.assembly import Assembly, StackFile, path_of
from myclothes.aws.cloud import Cloud
from myclothes.aws.cloudformation import Change, Stack
from myclothes.aws.errors import AwsError, Interrupted
from myclothes.aws.media import Medium
from myclothes.aws.progress import Progress, Tally
from myclothes.aws.publish import publish
from myclothes.aws.reasons import reasons
from myclothes.aws.upload import upload

KEEPS_DATA = {
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::KMS::Key",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
}
MEDIA_BUCKET = "MediaBucket"
"""Output of the stack that has it."""
_NEVER_WAS = {"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}
"""States of a stack whose creation never succeeded: nothing to lose, and nothing but deletion is possible."""
_GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}


class Deployment:
    """`replace` allows that what holds data is replaced or removed, and its data with it."""

    def __init__(
        self,
        cloud: Cloud,
        progress: Progress,
        *,
        replace: bool = False,
        pause: float = 2.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._cloud = cloud
        self._progress = progress
        self._replace = replace
        self._pause = pause
        self._sleep = sleep

    def run(self, assembly: Assembly, media: Sequence[Medium] = ()) -> None:
        """All stacks. Raises `AwsError` at the first that fails, and `Interrupted` on Ctrl-C; what stands, stays.

        `media` go into their bucket as soon as its stack stands, and so before any instance that names them in its pages.
        """
        self._upload(assembly)
        for file in assembly.stacks:
            tally = Tally(file.name, file.content, 0)
            try:
                self._bring_up(file, tally)
            except KeyboardInterrupt:
                raise interrupted(tally) from None
            if media and MEDIA_BUCKET in file.content.get("Outputs", {}):
                self._publish(file, media)

    def _upload(self, assembly: Assembly) -> None:
        began = time.monotonic()
        try:
            with self._progress.files("Sending the release") as tell:
                put = upload(self._cloud, assembly, tell)
        except KeyboardInterrupt:
            raise Interrupted("Stopped while files were sent.", "No stack was changed.") from None
        if put:
            self._progress.ended("Files", f"{put} sent", time.monotonic() - began)

    def _bring_up(self, file: StackFile, tally: Tally) -> None:
        stack = Stack(self._cloud.at(file.region), file.name, pause=self._pause, sleep=self._sleep)
        status = self._at_rest(stack, file, tally)
        proposal, changes = stack.propose(file, new=not status)
        if not proposal:
            self._progress.ended(file.name, "unchanged")
        else:
            self._check(stack, proposal, changes)
            self._carry_out(stack, file, tally, proposal, changes)
        described = stack.described() or {}
        if bool(described.get("EnableTerminationProtection")) != file.protected:
            stack.protect(file.protected)

    def _at_rest(self, stack: Stack, file: StackFile, tally: Tally) -> str:
        """Wait for what an interrupted deployment left running, and clear what failed. The stack's state, '' if none."""
        status = stack.status()
        if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            self._progress.say(f"{file.name} is still at work ({_words(status)}); waiting for it.")
            status = self._follow(stack, tally, "going on", after=None)
        if status == "UPDATE_ROLLBACK_FAILED":
            self._progress.say(f"{file.name} did not get back to what it was; trying again.")
            after = stack.last_event()
            stack.resume_rollback()
            status = self._follow(stack, tally, "going back", after=after)
            if status == "UPDATE_ROLLBACK_FAILED":
                raise AwsError(
                    f"{file.name} cannot get back to what it was.",
                    "Mend what its events in the CloudFormation console name, then deploy again.",
                )
        if status in _NEVER_WAS:
            if status != "REVIEW_IN_PROGRESS":
                self._progress.say(f"{file.name} was never finished ({_words(status)}); clearing it away.")
            after = stack.last_event()
            stack.delete()
            status = self._follow(stack, tally, "clearing away", after=after)
        if status == "DELETE_FAILED":
            raise AwsError(
                f"{file.name} was to be deleted, and could not be.",
                "Run `myclothes aws destroy` again; it says what stands in the way.",
            )
        return status

    def _publish(self, file: StackFile, media: Sequence[Medium]) -> None:
        began = time.monotonic()
        cloud = self._cloud.at(file.region)
        bucket = next(value for name, value, _ in Stack(cloud, file.name).outputs() if name == MEDIA_BUCKET)
        try:
            with self._progress.files("Sending static files and pictures") as tell:
                sent = publish(cloud, bucket, media, tell)
        except KeyboardInterrupt:
            raise Interrupted(
                "Stopped while static files and pictures were sent.",
                "No instance was replaced. `myclothes aws deploy` sends the rest and goes on.",
            ) from None
        told = f"{sent} sent, {len(media) - sent} were there" if sent else "unchanged"
        self._progress.ended("Static files and pictures", told, time.monotonic() - began if sent else None)

    def _check(self, stack: Stack, proposal: str, changes: Iterable[Change]) -> None:
        """Refuse to lose data by a deployment that looks harmless. Raises `AwsError`."""
        if self._replace:
            return
        lost = losses(changes, stack.template())
        if lost:
            stack.discard(proposal)
            raise AwsError(
                f"This would lose data: {'; '.join(lost)}.",
                "Nothing was changed. `myclothes aws diff` shows why. If it is meant, take a snapshot, then deploy with "
                "--replace.",
            )

    def _carry_out(self, stack: Stack, file: StackFile, tally: Tally, proposal: str, changes: list[Change]) -> None:
        tally.total = len(changes)
        began = time.monotonic()
        after = stack.last_event()
        stack.carry_out(proposal)
        deployed = file.content
        happened: list[Any] = []
        status = self._follow(stack, tally, "deploying", after=after, happened=happened)
        if status not in _GOOD:
            raise failed(file.name, status, reasons(happened, file.name, deployed))
        self._progress.ended(file.name, counted(changes), time.monotonic() - began)

    def _follow(
        self, stack: Stack, tally: Tally, doing: str, *, after: str | None, happened: list[Any] | None = None
    ) -> str:
        with self._progress.stack(tally, doing):
            status, events = stack.follow(tally.tell, after=after)
        if happened is not None:
            happened += events
        return status


def losses(changes: Iterable[Change], deployed: dict[str, Any]) -> list[str]:
    """What holds data and would be replaced or removed. A read replica is a copy, so it may go."""
    lost = []
    for change in changes:
        resource = deployed.get("Resources", {}).get(change.logical_id, {})
        if change.type not in KEEPS_DATA or "SourceDBInstanceIdentifier" in resource.get("Properties", {}):
            continue
        name = f"{path_of(deployed, change.logical_id)} ({change.type})"
        if change.action == "Remove" and resource.get("DeletionPolicy", "Delete") == "Delete":
            lost.append(f"{name} would be removed")
        elif change.action == "Modify" and change.replaces == "True":
            lost.append(f"{name} would be replaced by an empty one")
    return lost


def failed(stack: str, status: str, why: list[tuple[str, str, str]], command: str = "deploy") -> AwsError:
    """One error of all first causes. `command` is the one to run again."""
    lines = [f"{stack} failed, and is now {_words(status) or 'gone'}."]
    lines += [f"  {name}: {reason}" for name, reason, _ in why]
    advice = list(dict.fromkeys(said for _, _, said in why if said))
    back = "What was deployed before goes on unchanged. " if status == "UPDATE_ROLLBACK_COMPLETE" else ""
    return AwsError("\n".join(lines), back + " ".join([*advice, f"Then run `myclothes aws {command}` again."]))


def interrupted(tally: Tally) -> Interrupted:
    return Interrupted(
        f"Stopped watching {tally.stack}: {tally.summary()}.",
        "AWS finishes what it has begun with this stack. `myclothes aws deploy` picks it up where it is then; "
        "`myclothes aws destroy` takes it away.",
    )


def counted(changes: Iterable[Change]) -> str:
    """`12 added, 1 changed`."""
    said = []
    listed = list(changes)
    for action, word in (("Add", "added"), ("Modify", "changed"), ("Remove", "removed")):
        number = sum(change.action == action for change in listed)
        if number:
            said.append(f"{number} {word}")
    return ", ".join(said) or "outputs changed"


def _words(status: str) -> str:
    return status.lower().replace("_", " ")
