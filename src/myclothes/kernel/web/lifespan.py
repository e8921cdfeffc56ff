"""The start and the end of a worker, as ASGI servers announce them."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.types import Receive, Send

log = logging.getLogger(__name__)
Lifespan = Callable[[], AbstractAsyncContextManager[None]]


async def run_lifespan(lifespan: Lifespan, receive: Receive, send: Send) -> None:
    """Enter `lifespan` when the server starts and leave it when it stops; a failure of either is told to the server."""
    stage = "startup"
    await receive()
    try:
        async with lifespan():
            await send({"type": "lifespan.startup.complete"})
            await receive()
            stage = "shutdown"
    except Exception as error:
        log.exception("%s failed", stage, exc_info=error)
        await send({"type": f"lifespan.{stage}.failed", "message": f"{type(error).__name__}: {error}"})
    else:
        await send({"type": "lifespan.shutdown.complete"})
