"""An enclosure: namespaces in which a whole cluster runs and with which it vanishes. Linux only.

`cluster up --isolated` starts itself a second time, inside one. There it is root over networks of its own, and of
everything else it may do what whoever began it may; an ordinary user will do. It sees no network but its own, so what
listens for browsers is bound before, outside, and handed in as open sockets ("doors").
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

from myclothes.cluster.programs import PACKAGES, missing
from myclothes.engines.errors import EngineError

UNSHARE = (
    "unshare",
    "--user",
    "--map-root-user",
    "--net",
    "--mount",
    "--pid",
    "--fork",
    "--mount-proc",
    "--kill-child",
)
# All that `Network` needs, once: cables between networks, and rules that know connections.
TRIAL = """
set -e
PATH="$PATH:/usr/sbin:/sbin"
ip link add trial type veth peer name peer
ip link set trial up
printf '%s\n' 'table inet trial { set s { type ipv4_addr; flags interval; }
  chain c { type filter hook forward priority 0; policy drop; ct state established accept
    ip saddr @s tcp dport { 80, 443 } accept; }
}' | nft -f -
unshare --net true
"""
UNPROTECTED = (
    "Without it the shop does the same, but every process of this machine can connect to every part of the cluster, "
    "and only passwords protect databases and caches; no security group stands between the parts, and no zone can be "
    "cut off."
)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def isolation_refused() -> str | None:
    """Why a cluster cannot be isolated on this machine, and what is unprotected then; None if it can."""
    why = _why_refused()
    return f"{why} {UNPROTECTED}" if why else None


def run_enclosed(argv: Sequence[str], doors: Mapping[str, socket.socket] | None = None) -> int:
    """Run a command in an enclosure to its end, and give its exit code. SIGINT, SIGTERM and SIGHUP are passed on.

    `doors` are listening sockets by name; `{doors}` in `argv` becomes what `opened()` reads inside. If this process
    is killed, all in the enclosure is asked to stop, and is ended when it does not.
    """
    doors = doors or {}
    for door in doors.values():
        door.set_inheritable(True)
    named = ",".join(f"{name}={door.fileno()}" for name, door in doors.items())
    inside, lifeline = os.pipe()  # nothing is written to it: it ends when we do
    begun: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        # To the whole group: `unshare` itself takes no notice of signals.
        for child in begun:
            if child.poll() is None:
                os.killpg(child.pid, number)

    before = {number: signal.signal(number, pass_on) for number in SIGNALS}
    try:
        begun.append(
            subprocess.Popen(  # noqa: S603
                [*UNSHARE, "--", *first(inside), *(named if word == "{doors}" else word for word in argv)],
                pass_fds=[inside, *(door.fileno() for door in doors.values())],
                start_new_session=True,
            )
        )
        return begun[0].wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(inside)
        os.close(lifeline)


def first(lifeline: int) -> tuple[str, ...]:
    """What goes before a command to make it the enclosure's own."""
    return (sys.executable, "-m", "myclothes.cluster.first_process", str(lifeline))


def opened(doors: str) -> dict[str, int]:
    """Inside: the descriptors of the doors by name."""
    return {name: int(number) for name, _, number in (door.rpartition("=") for door in doors.split(",") if door)}


def _why_refused() -> str | None:
    if sys.platform != "linux":
        return "Only Linux has network namespaces."
    if absent := missing():
        packages = " ".join(sorted({PACKAGES[name] for name in absent}))
        return f"This machine has no {' and no '.join(absent)} (on Debian: apt-get install {packages})."
    try:
        trial = [*UNSHARE, "--", "sh", "-c", TRIAL]
        done = subprocess.run(trial, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        return f"This machine refuses namespaces: {error}."
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it did not say why"])[-1]
        return f"This machine refuses network namespaces, as many containers and some distributions do ({said})."
    return None


def refuse() -> None:
    """Raises `EngineError` where a cluster cannot be isolated."""
    if why := isolation_refused():
        raise EngineError(why, "Start without --isolated to go on like that.")
