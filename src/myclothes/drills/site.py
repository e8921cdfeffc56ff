"""The shop that a drill is about: where shoppers reach it, and a hand on what it runs on.

`Site` is a lone shop opened by `myclothes run`, which nothing can be done to. `ClusterSite` is a running cluster, asked
through its control socket.
"""

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from myclothes.cluster.control import ask
from myclothes.drills.browser import Address
from myclothes.engines.errors import EngineError
from myclothes.run import settings_of
from myclothes.settings import Settings


@dataclass
class Site:
    addresses: Sequence[Address]
    settings: Settings
    tls: ssl.SSLContext | None = None


@dataclass
class ClusterSite(Site):
    folder: Path = field(kw_only=True)
    isolated: bool = False

    @classmethod
    def of(cls, folder: Path) -> "ClusterSite":
        """Of the cluster that runs in `folder`. Raises `EngineError` when none does."""
        status = ask(folder, "status", memory=False)
        addresses = [Address(one["url"], one["zone"]) for one in status["balancers"]]
        ca = folder / "certificate" / "ca.pem"
        tls = ssl.create_default_context(cafile=ca) if ca.exists() else None
        return cls(addresses, settings_of(folder), tls, folder=folder, isolated=bool(status.get("isolated")))

    async def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Without keeping the shoppers waiting. Raises `EngineError` with what the cluster refused."""
        return await asyncio.to_thread(ask, self.folder, do, **arguments)

    async def status(self) -> dict[str, Any]:
        return await self.ask("status", memory=False)

    async def nodes(self, kind: str) -> list[dict[str, Any]]:
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
