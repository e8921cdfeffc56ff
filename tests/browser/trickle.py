"""A slow line between the browser and the shop: whatever the shop sends arrives in small pieces."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

PIECE = 1024
PAUSE = 0.02
"""Seconds between two pieces; longer than Chromium needs to paint what it has."""


@asynccontextmanager
async def trickling(address: str) -> AsyncIterator[str]:
    """The shop's address behind the slow line."""
    shop = urlsplit(address)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pause: float) -> None:
        try:
            while piece := await reader.read(PIECE):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_shop, to_shop = await asyncio.open_connection(shop.hostname, shop.port)
        await asyncio.gather(carry(reader, to_shop, 0), carry(from_shop, writer, PAUSE))

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
