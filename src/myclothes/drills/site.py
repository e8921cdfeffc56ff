"""The cluster that a drill is about: where shoppers reach it, and its control socket to hurt it by."""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from myclothes.cluster.control import ask
from myclothes.drills.browser import Address
from myclothes.drills.inside import OfficeInside
from myclothes.drills.office import Desk, Office
from myclothes.engines.errors import EngineError
from myclothes.run import settings_of
from myclothes.settings import Settings

Node = dict[str, Any]
"""As `myclothes cluster status --json` has it."""


@dataclass
class ClusterSite:
    """`addresses` are those of its balancers. `headers` go with every request of shoppers."""

    folder: Path
    addresses: Sequence[Address]
    settings: Settings
    tls: ssl.SSLContext | None = None
    isolated: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "ClusterSite":
        """Of the cluster that runs in `folder`. Raises `EngineError` when none does."""
        status = ask(folder, "status", memory=False)
        addresses = [Address(one["url"], one["zone"]) for one in status["balancers"]]
        ca = folder / "certificate" / "ca.pem"
        tls = ssl.create_default_context(cafile=ca) if ca.exists() else None
        return cls(folder, addresses, settings_of(folder), tls, bool(status["isolated"]))

    async def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Without keeping the shoppers waiting. Raises `EngineError` with what the cluster refused."""
        return await asyncio.to_thread(ask, self.folder, do, **arguments)

    def desk(self) -> Desk:
        """Behind the shop. Close it in the end."""
        return OfficeInside(self.folder) if self.isolated else Office(self.settings)

    async def status(self) -> dict[str, Any]:
        return await self.ask("status", memory=False)

    async def nodes(self, kind: str) -> list[Node]:
        return [node for node in (await self.status())["nodes"] if node["kind"] == kind]

    async def named(self, kind: str, **wanted: Any) -> list[str]:
        """The names of the nodes of a kind with these properties, such as `role="primary"`."""
        found = await self.nodes(kind)
        return sorted(n["name"] for n in found if all(n.get(name) == value for name, value in wanted.items()))

    async def events(self, since: int) -> list[dict[str, Any]]:
        """What happened in the cluster, from number `since` on."""
        events: list[dict[str, Any]] = (await self.ask("events", since=since))["events"]
        return events

    async def wait_until_green(self, seconds: float) -> str:
        """Until everything that is wanted runs; "" or what is still missing."""
        until = time.monotonic() + seconds
        why = "it does not answer"
        while time.monotonic() < until:
            try:
                status = await self.status()
            except EngineError as error:
                why = error.message
            else:
                if status["green"]:
                    return ""
                why = ", ".join(status.get("why_not", ["something"]))
            await asyncio.sleep(0.25)
        return why
