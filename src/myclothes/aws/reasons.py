"""Why a deployment failed, in words for the person at the terminal.

CloudFormation reports the one thing that went wrong among dozens that were cancelled because of it.
"""

import re
from collections.abc import Sequence
from typing import Any

from myclothes.aws.assembly import path_of
from myclothes.aws.cloudformation import Event

_ECHOES = ("cancelled", "following resource(s) failed", "Rollback requested by user")
"""Parts of the reasons of resources that failed only because another one did."""
_ADVICE = (
    (r"vCPU (limit|capacity)|VcpuLimitExceeded|Max ?spot|instance limit", "Ask for a higher EC2 quota (Service Quotas, 'Running On-Demand Standard instances'), or choose fewer or smaller instances."),
    (r"InsufficientInstanceCapacity|Insufficient(Cache|DB).*Capacity|not have enough capacity", "AWS has none of these left in a zone just now. Try again later, or choose another instance type."),
    (r"AddressLimitExceeded|maximum number of addresses", "Ask for more Elastic IPs (5 a region to begin with), or use `--set nat_per_zone=no`."),
    (r"VpcLimitExceeded|maximum number of VPCs", "Ask for more VPCs (5 a region to begin with), or delete one that nobody uses."),
    (r"is not authorized to perform|AccessDenied|UnauthorizedOperation", "This user may not do that. docs/aws.md lists what a deployment must be allowed to do."),
    (r"already exists", "Something of this name is there, perhaps kept when an older stack was deleted. Give this shop another name with `--set name=…`, or remove what is there."),
    (r"service-linked role", "AWS makes this role on first use. Run the same command again."),
    (r"Certificate|certificate validation|validation timed out", "The certificate waits for its DNS record. Check that the domain's name servers are those of its hosted zone."),
    (r"hosted zone|HostedZone", "Make a public hosted zone for the domain in Route 53 first, and point the domain's name servers at it."),
    (r"Cannot find version|engine version|EngineVersion|not a valid engine version", "This region does not offer that version. `aws rds describe-db-engine-versions --engine postgres` lists what it offers."),
    (r"Received \d+ FAILURE signal|Failed to receive \d+ resource signal|SUCCESS signal", "The instances did not get ready in time. Their log group has the boot script's output; docs/aws.md says where."),
    (r"deletion protection|DeletionProtection", "Deploy once with `--set protected=no`, then destroy."),
    (r"BucketNotEmpty|not empty", "The bucket still holds files. Empty it, or leave it: nothing else depends on it."),
    (r"[Rr]ate exceeded|Throttl", "AWS asks for patience. Run the same command again in a few minutes."),
)  # fmt: skip


def reasons(happened: Sequence[Event], stack: str, template: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The first causes: what failed, why, and what to do about it ('' where we do not know)."""
    failed = [event for event in happened if event.failed and event.logical_id != stack]
    causes = [event for event in failed if not any(echo in event.reason for echo in _ECHOES)] or failed[:1]
    seen: set[str] = set()
    found = []
    for event in causes:
        if event.logical_id in seen:  # it failed again on the way back
            continue
        seen.add(event.logical_id)
        name = f"{path_of(template, event.logical_id)} ({event.type})"
        found.append((name, cleaned(event.reason), advice(event.reason)))
    if not found:  # the stack itself says why it goes back, of an export that is in use for one
        back = [event for event in happened if event.reason and (event.failed or "ROLLBACK_IN" in event.status)]
        found = [(stack, cleaned(event.reason), advice(event.reason)) for event in back][:1]
    return found


def advice(reason: str) -> str:
    return next((said for pattern, said in _ADVICE if re.search(pattern, reason)), "")


def cleaned(reason: str) -> str:
    """Without the request ids and codes that wrap what the service said."""
    reason = re.sub(
        r"^Resource handler returned message: \"(.*)\" \(RequestToken: .*\)$", r"\1", reason, flags=re.DOTALL
    )
    reason = re.sub(r"\s*\((Service: [^()]*(\([^()]*\)[^()]*)*)\)", "", reason)
    return reason.strip().strip('"') or "AWS gave no reason"
