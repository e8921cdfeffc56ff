"""`myclothes relay` and its options, on a shop that runs elsewhere."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from myclothes.app import Shop
from myclothes.asking import ask
from myclothes.engines.errors import EngineError
from myclothes.kernel import logs, outbox
from myclothes.relay import relay_over
from myclothes.settings import Settings
from myclothes.terminal import Terminal

T = TypeVar("T")
log = logging.getLogger(__name__)
STOP_SECONDS = 90.0
"""A relay that is asked to stop finishes what it does; this is for one that cannot. Longer than any handler takes."""


def relay(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; goes on through any trouble of the database."""
    logs.configure(settings.log_level, as_json=settings.log_json)

    async def work(shop: Shop) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, stop.set)
        watch = asyncio.create_task(_end_in_time(stop))
        log.info("relay started")
        await relay_over(shop).run(stop)
        watch.cancel()
        log.info("relay stopped")

    ask(_with_shop(settings, work))


async def _end_in_time(stop: asyncio.Event) -> None:
    await stop.wait()
    await asyncio.sleep(STOP_SECONDS)
    log.error("relay does not come to an end by itself")
    logging.shutdown()
    os._exit(1)


def relay_once(settings: Settings, terminal: Terminal) -> None:
    """Everything that is due now. Raises `EngineError` if a part of it failed."""

    async def work(shop: Shop) -> bool:
        return await relay_over(shop).once()

    with terminal.step("Doing what is due"):
        if not ask(_with_shop(settings, work)):
            raise EngineError("A chore failed.", "The log says which; it is tried again the next time.")


def list_parked(settings: Settings, terminal: Terminal) -> None:
    """What nobody tries any more. Names nobody: a key says what it is about, and the reason why it stopped."""

    async def work(shop: Shop) -> list[outbox.Parked]:
        async with shop.database.reading() as conn:
            return await outbox.parked(conn)

    found = ask(_with_shop(settings, work))
    terminal.table(*((f"{one.kind} {one.key}", f"since {one.added_at:%Y-%m-%d %H:%M}\n{one.reason}") for one in found))
    terminal.say(f"{len(found)} parked" if found else "Nothing is parked.")


def retry_parked(settings: Settings, terminal: Terminal) -> None:
    """Have all of it tried again, by the relays that run."""

    async def work(shop: Shop) -> int:
        async with shop.database.writing() as conn:
            return await outbox.unpark(conn)

    terminal.say(f"{ask(_with_shop(settings, work))} to be tried again")


async def _with_shop(settings: Settings, work: Callable[[Shop], Awaitable[T]]) -> T:
    shop = Shop.over(settings.on_primary())
    try:
        return await work(shop)
    finally:
        await shop.close()
