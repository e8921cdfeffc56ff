"""What a Valkey says of itself and of its cluster, asked over the network that clients use too."""

import time
from dataclasses import dataclass
from typing import Any

import valkey

from myclothes.cluster.plan import Node

ANSWER_SECONDS = 1.0
SILENT_SECONDS = 2.0
"""How long nobody waits again for one that did not answer."""


class Silent(Exception):
    """It gave no answer in time, or refused."""


@dataclass(frozen=True, slots=True)
class Member:
    """One node as another node of the cluster sees it. `at` is `host:port`; `primary` the id of whom it follows."""

    id: str
    at: str
    flags: frozenset[str]
    primary: str
    linked: bool
    slots: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        return (self.linked or "myself" in self.flags) and not self.flags & {"fail", "fail?", "handshake", "noaddr"}

    @property
    def holds_keys(self) -> bool:
        return bool(self.slots) and "slave" not in self.flags


class ValkeyAdmin:
    """Blocking; each answer takes a second at most."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._clients: dict[str, Any] = {}
        self._silent_until: dict[str, float] = {}

    def ask(self, node: Node, *words: str | int) -> str:
        """The answer as text. Raises `Silent`."""
        if time.monotonic() < self._silent_until.get(node.name, 0):
            raise Silent(f"{node.name} does not answer")
        if node.name not in self._clients:
            self._clients[node.name] = valkey.Valkey(
                host=node.address,
                port=node.port,
                password=self._password,
                socket_timeout=ANSWER_SECONDS,
                socket_connect_timeout=ANSWER_SECONDS,
                lib_name=None,
                lib_version=None,
            )
            self._clients[node.name].response_callbacks.clear()  # plain text is all we need
        try:
            reply = self._clients[node.name].execute_command(*words)
        except (valkey.ValkeyError, OSError) as error:
            if isinstance(error, valkey.TimeoutError):
                self._silent_until[node.name] = time.monotonic() + SILENT_SECONDS
            raise Silent(f"{node.name}: {error}") from error
        return reply.decode() if isinstance(reply, bytes) else str(reply)

    def members(self, node: Node) -> list[Member]:
        """All that `node` knows of, itself included. Raises `Silent`."""
        return _members(self.ask(node, "CLUSTER", "NODES"), node)

    def facts(self, node: Node, *words: str) -> dict[str, str]:
        """What `INFO …` or `CLUSTER INFO` tells. Raises `Silent`."""
        lines = self.ask(node, *words).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


def _members(text: str, asked: Node) -> list[Member]:
    found = []
    for line in text.splitlines():
        id_, address, flags, primary, _ping, _pong, _epoch, link, *slots = line.split()
        at = address.partition("@")[0]
        if "myself" in flags:
            at = asked.at
        found.append(Member(id_, at, frozenset(flags.split(",")), primary, link == "connected", tuple(slots)))
    return found
