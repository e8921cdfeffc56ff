"""One CloudFormation stack: what state it is in, what would change, doing it, and following it to its end."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from myclothes.aws.assembly import StackFile
from myclothes.aws.cloud import Cloud, code_of, plainly
from myclothes.aws.errors import AwsError

CHANGE_SET_SECONDS = 600.0
STACK_SECONDS = 3 * 3600.0
"""Replicas of a large database and a certificate that waits for its DNS record take long; beyond this one asks again."""
_FIRST_PAUSE = 0.1
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one resource, or to the stack itself."""

    id: str
    at: datetime
    logical_id: str
    type: str
    status: str
    reason: str

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED")

    @property
    def over(self) -> bool:
        return self.status.endswith(("_COMPLETE", "_FAILED", "_SKIPPED"))


@dataclass(frozen=True, slots=True)
class Change:
    action: str
    """`Add`, `Modify` or `Remove`."""
    logical_id: str
    type: str
    replaces: str
    """`True`, `False` or `Conditional`."""


class Stack:
    """`pause` is the longest time between two questions, in seconds; while much happens they come sooner."""

    def __init__(
        self, cloud: Cloud, name: str, *, pause: float = 2.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.name = name
        self._cloud = cloud
        self._pause = pause
        self._sleep = sleep

    def described(self) -> dict[str, Any] | None:
        """What CloudFormation says of the stack, None if there is none."""
        with plainly():
            try:
                stacks = self._cloud.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
            except Exception as error:
                if code_of(error) == "ValidationError" and "does not exist" in str(error):
                    return None
                raise
        return stacks[0] if stacks and stacks[0]["StackStatus"] != "DELETE_COMPLETE" else None

    def status(self) -> str:
        """As CloudFormation calls it; '' if there is no such stack."""
        described = self.described()
        return str(described["StackStatus"]) if described else ""

    def template(self) -> dict[str, Any]:
        """What is deployed; empty if nothing is."""
        with plainly():
            try:
                body = self._cloud.cloudformation.get_template(StackName=self.name)["TemplateBody"]
            except Exception as error:
                if code_of(error) == "ValidationError" and "does not exist" in str(error):
                    return {}
                raise
        return dict(body) if isinstance(body, dict) else dict(json.loads(body or "{}"))

    def physical(self) -> dict[str, str]:
        """The names that AWS knows the resources by, by logical id: of those that are there."""
        with plainly():
            pages = self._cloud.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
            return {
                said["LogicalResourceId"]: said["PhysicalResourceId"]
                for page in pages
                for said in page["StackResourceSummaries"]
                if said.get("PhysicalResourceId") and said["ResourceStatus"] != "DELETE_COMPLETE"
            }

    def empty(self, bucket: str) -> None:
        """Delete all that is in it, older versions too: CloudFormation deletes no bucket that holds something.

        Raises `AwsError` if something cannot be deleted. A bucket that somebody deleted by hand is empty enough.
        """
        s3 = self._cloud.s3
        with plainly():
            try:
                for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
                    listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                    if not listed:
                        continue
                    objects = [{"Key": found["Key"], "VersionId": found["VersionId"]} for found in listed]
                    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
                    for error in answer.get("Errors", [])[:1]:
                        raise AwsError(
                            f"{error['Key']} in the bucket {bucket} cannot be deleted: {error['Message']}.",
                            "Delete it by hand, then run `myclothes aws destroy` again; it goes on where it is.",
                        )
            except s3.exceptions.ClientError as error:
                if code_of(error) != "NoSuchBucket":
                    raise

    def outputs(self) -> list[tuple[str, str, str]]:
        """Name, value and meaning of each."""
        described = self.described() or {}
        return [
            (output["OutputKey"], output["OutputValue"], output.get("Description", ""))
            for output in described.get("Outputs", [])
        ]

    def propose(self, file: StackFile, *, new: bool) -> tuple[str, list[Change]]:
        """A change set that would bring the stack to `file`, and what it would change: nothing, if the list is empty."""
        cloud = self._cloud
        with plainly():
            proposal = cloud.cloudformation.create_change_set(
                StackName=self.name,
                ChangeSetName=f"{self.name}-{uuid.uuid4().hex[:12]}",
                ChangeSetType="CREATE" if new else "UPDATE",
                TemplateURL=cloud.url(cloud.filled(file.bucket), cloud.filled(file.key)),
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
                Tags=[{"Key": key, "Value": value} for key, value in sorted(file.tags.items())],
            )["Id"]
        deadline = time.monotonic() + CHANGE_SET_SECONDS
        wait = _FIRST_PAUSE
        while time.monotonic() < deadline:
            with plainly():
                said = cloud.cloudformation.describe_change_set(StackName=self.name, ChangeSetName=proposal)
            if said["Status"] == "FAILED":
                self.discard(proposal)
                if any(part in said.get("StatusReason", "") for part in _NO_CHANGES):
                    return "", []
                raise AwsError(
                    f"CloudFormation does not accept the template of {self.name}: {said.get('StatusReason', '')}",
                    "Nothing was changed.",
                )
            if said["Status"] == "CREATE_COMPLETE":
                return proposal, list(self._changes(proposal))
            self._sleep(wait)
            wait = min(wait * 1.5, self._pause)
        raise AwsError(
            f"CloudFormation takes too long over {self.name}.", "Nothing was changed. Run the command again."
        )

    def discard(self, proposal: str) -> None:
        with plainly():
            self._cloud.cloudformation.delete_change_set(StackName=self.name, ChangeSetName=proposal)

    def carry_out(self, proposal: str) -> None:
        """Begin. `follow` sees how it ends."""
        with plainly():
            self._cloud.cloudformation.execute_change_set(StackName=self.name, ChangeSetName=proposal)

    def resume_rollback(self) -> None:
        with plainly():
            self._cloud.cloudformation.continue_update_rollback(StackName=self.name)

    def protect(self, protected: bool) -> None:
        with plainly():
            self._cloud.cloudformation.update_termination_protection(
                StackName=self.name, EnableTerminationProtection=protected
            )

    def delete(self) -> None:
        with plainly():
            self._cloud.cloudformation.delete_stack(StackName=self.name)

    def last_event(self) -> str:
        """The id of what happened last, so that `follow` can tell what is new; '' if nothing did."""
        return next((event.id for event in self._events(self.name)), "")

    def follow(self, tell: Callable[[Event], None], *, after: str | None) -> tuple[str, list[Event]]:
        """Wait until the stack rests. Its state ('' when it is gone), and what happened, oldest first.

        `after` is the last event from before; None takes in all of what the stack is just doing. Raises `AwsError`
        when it takes longer than `STACK_SECONDS`.
        """
        described = self.described()
        if described is None:
            return "", []
        id_ = described["StackId"]  # a stack that is gone answers to its id only
        happened: list[Event] = []
        seen = after
        deadline = time.monotonic() + STACK_SECONDS
        wait = _FIRST_PAUSE
        while time.monotonic() < deadline:
            status = self._status_of(id_)
            new = self._since(id_, seen)
            for event in new:
                tell(event)
            happened += new
            seen = new[-1].id if new else seen
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                return "" if status == "DELETE_COMPLETE" else status, happened
            wait = _FIRST_PAUSE if new else wait * 1.5
            self._sleep(min(wait, self._pause))
        raise AwsError(
            f"{self.name} is still {status.lower().replace('_', ' ')} after {STACK_SECONDS / 3600:.0f} hours.",
            "AWS goes on with it. Run the same command again to go on watching.",
        )

    def _status_of(self, id_: str) -> str:
        with plainly():
            stacks = self._cloud.cloudformation.describe_stacks(StackName=id_)["Stacks"]
        return str(stacks[0]["StackStatus"])

    def _since(self, id_: str, seen: str | None) -> list[Event]:
        """Oldest first."""
        new: list[Event] = []
        for event in self._events(id_):
            if seen is not None and event.id == seen:
                break
            new.append(event)
            if seen is None and event.logical_id == self.name and event.reason == "User Initiated":
                break
        return new[::-1]

    def _events(self, id_: str) -> Iterator[Event]:
        """Newest first."""
        with plainly():
            for page in self._cloud.cloudformation.get_paginator("describe_stack_events").paginate(StackName=id_):
                for said in page["StackEvents"]:
                    yield Event(
                        said["EventId"],
                        said["Timestamp"],
                        said["LogicalResourceId"],
                        said.get("ResourceType", ""),
                        said.get("ResourceStatus", ""),
                        said.get("ResourceStatusReason", ""),
                    )

    def _changes(self, proposal: str) -> Iterator[Change]:
        with plainly():
            pages = self._cloud.cloudformation.get_paginator("describe_change_set")
            for page in pages.paginate(StackName=self.name, ChangeSetName=proposal):
                for change in page.get("Changes", []):
                    said = change["ResourceChange"]
                    yield Change(
                        said["Action"],
                        said["LogicalResourceId"],
                        said["ResourceType"],
                        said.get("Replacement", "False"),
                    )
