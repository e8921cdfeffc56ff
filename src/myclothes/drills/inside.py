"""The office of an isolated cluster: a process in there, asked and answering in lines of JSON.

nsenter … python -m myclothes.drills.inside DIR
"""

import asyncio
import logging
import os
import socket
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from myclothes.cluster.control import socket_of
from myclothes.drills.books import Written
from myclothes.drills.office import Office
from myclothes.engines.errors import EngineError
from myclothes.run import settings_of

T = TypeVar("T")
SECONDS = 150.0
LONGEST_LINE = 64 * 1024 * 1024


class OfficeInside:
    """The same as `Office`, in the enclosure of the cluster in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def open(self, stock: Mapping[str, int]) -> None:
        await self._ask("open", dict(stock), told=type(None))

    async def set_price(self, sku: str, price: int) -> bool:
        return await self._ask("set_price", sku, price, told=bool)

    async def settle(self, orders: float, carts: float) -> bool:
        return await self._ask("settle", orders, carts, told=bool)

    async def orders(self) -> list[Written]:
        return await self._ask("orders", told=list[Written])

    async def on_hand(self, skus: Sequence[str]) -> dict[str, int]:
        return await self._ask("on_hand", list(skus), told=dict[str, int])

    async def charged(self) -> dict[str, int]:
        return await self._ask("charged", told=dict[str, int])

    async def close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await asyncio.wait_for(self._process.wait(), SECONDS)

    async def _ask(self, what: str, *how: Any, told: type[T]) -> T:
        async with self._turn:
            if self._process is None:
                self._process = await self._begin()
            process = self._process
            assert process.stdin is not None  # noqa: S101
            assert process.stdout is not None  # noqa: S101
            process.stdin.write(msgspec.json.encode([what, how]) + b"\n")
            line = await asyncio.wait_for(process.stdout.readline(), SECONDS)
        if not line:
            raise EngineError("The drill cannot look into the enclosure of the cluster.", "See what `nsenter` said.")
        return msgspec.convert(msgspec.json.decode(line), told)

    async def _begin(self) -> Process:
        return await asyncio.create_subprocess_exec(
            "nsenter",
            f"--target={_process_of(self._folder)}",
            "--user",
            "--net",
            "--preserve-credentials",
            sys.executable,
            "-m",
            "myclothes.drills.inside",
            str(self._folder),
            stdin=PIPE,
            stdout=PIPE,
            limit=LONGEST_LINE,
        )


def _process_of(folder: Path) -> int:
    """The cluster's, by the number that it has out here: whoever listens on its control socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(socket_of(folder)))
        pid: int = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    return pid


async def _serve(folder: Path) -> None:
    logging.getLogger("myclothes").addHandler(logging.NullHandler())  # what is lost on purpose is no news
    office = Office(settings_of(folder))
    try:
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            what, how = msgspec.json.decode(line)
            told = await getattr(office, what)(*how)
            os.write(1, msgspec.json.encode(told) + b"\n")
    finally:
        await office.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
