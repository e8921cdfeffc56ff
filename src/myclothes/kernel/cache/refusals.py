"""What an error reply means for the command that got it."""

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.command import Command, Refusal, ValkeyReplyError, pack
from myclothes.kernel.cache.lane import Lane, Owner

PAUSE = 0.025
"""Seconds before a command is tried again that a node could not take just now."""

NOT_NOW = {"LOADING", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "BUSY", "READONLY"}
"""The node did not execute it and may soon: it starts, moves a slot, waits for an election, or was just demoted."""

UNABLE = {"OOM", "MISCONF", "NOREPLICAS"}
"""The node did not execute it and will not for a while: no memory, no disk, too few replicas."""


def settle(owner: Owner, lane: Lane, command: Command, refusal: Refusal) -> None:
    """Send again what was surely not executed and may work; fail the rest."""
    if refusal.word == "NOSCRIPT" and command.full:
        command.packed, command.full = pack(command.full), None
        owner.send(command)
    elif refusal.word in NOT_NOW:
        if refusal.word == "READONLY":
            lane.drop()  # the address may by now lead to the new primary
        later(owner, lane, command, refusal)
    elif refusal.word in UNABLE:
        command.fail(f"{lane.name}: {refusal.text}", in_doubt=False)
    else:
        command.end(ValkeyReplyError(f"{lane.name}: {refusal.text}"))


def later(owner: Owner, lane: Lane, command: Command, refusal: Refusal) -> None:
    metrics.REDIRECTS.labels(lane.name).inc()
    if lane.loop.time() + PAUSE >= command.deadline:
        command.fail(f"{lane.name}: {refusal.text}", in_doubt=False)
    else:
        lane.loop.call_later(PAUSE, owner.send, command)
