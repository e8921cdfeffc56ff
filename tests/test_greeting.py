"""The header of each page: what it costs to know, and that nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from myclothes.cart.current import CurrentCart
from myclothes.cart.model import Add
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.engines.valkey import Valkey as Engine
from myclothes.greeting import Greeting
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.web.badge import UNKNOWN, Badge
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.sessions import Sessions
from myclothes.kernel.web.visitor import LONGEST_REMEMBERED, Visitors
from tests.conftest import Run
from tests.kernel.cache.conftest import admin, counted, freeze, own_valkey, thaw

__all__ = ["own_valkey"]

COOKIES = ShopCookies.over(secure=False, cart_days=90, session_days=30)


class Door:
    """One greeting over a Valkey, and somebody with a cart of three pieces who has signed in."""

    def __init__(self, engine: Engine, prefix: str, *, together: bool) -> None:
        self.valkey = Valkey(engine.url, name=prefix, timeout=0.3)
        self.now = 1_000_000.0
        self.store = ValkeyStore(self.valkey, prefix=prefix, seconds=1_000, clock=lambda: self.now)
        self.sessions = Sessions(self.valkey, COOKIES.session.name, 30, prefix=prefix)
        cart = CurrentCart(self.store, None, "KRW")  # type: ignore[arg-type]  # the header asks nothing of the catalogue
        self.greeting = Greeting(self.sessions, cart, COOKIES, (self.valkey, self.store) if together else None)
        self.visitors = Visitors(COOKIES)
        self.header = b""

    async def come(self) -> None:
        session = self.sessions.begin()
        session.data.account_id = 7
        await self.sessions.save(session)
        token = await self.store.apply(None, Add("TEE-BLK-M", 3, 1_900, None))
        self.header = f"cart={token}; session={session.token}".encode()

    async def badge(self, header: bytes | None = None) -> Badge:
        header = self.header if header is None else header
        return await self.greeting.known_by(self.visitors[header])

    def asked(self) -> tuple[float, float]:
        """Commands and batches so far."""
        name = self.valkey.name
        return (
            counted("myclothes_valkey_commands_total", valkey=name),
            counted("myclothes_valkey_batches_total", valkey=name),
        )


@asynccontextmanager
async def door(engine: Engine, prefix: str, *, together: bool = True) -> AsyncIterator[Door]:
    one = Door(engine, prefix, together=together)
    await one.come()
    yield one
    await one.valkey.close()


@pytest.mark.parametrize("together", [True, False])
def test_session_and_cart_are_two_commands_and_one_round_trip(
    run: Run[Any], cache_valkey: Engine, prefix: str, together: bool
) -> None:
    async def scenario() -> None:
        async with door(cache_valkey, prefix, together=together) as shop:
            assert await shop.badge() == Badge(3, True)
            commands, batches = shop.asked()
            assert await shop.badge() == Badge(3, True)
            assert shop.asked() == (commands + 2, batches + 1)

    run(scenario())


@pytest.mark.parametrize("together", [True, False])
def test_whoever_brings_less_is_asked_less(run: Run[Any], cache_valkey: Engine, prefix: str, together: bool) -> None:
    async def scenario() -> None:
        async with door(cache_valkey, prefix, together=together) as shop:
            cart, _, session = shop.header.partition(b"; ")
            commands, _ = shop.asked()
            assert await shop.badge(cart) == Badge(3, False)
            assert await shop.badge(session) == Badge(0, True)
            assert shop.asked()[0] == commands + 2
            assert await shop.badge(b"cart=made up; session=made up") == Badge(0, False)
            assert shop.asked()[0] == commands + 2, "nothing is asked about what is no token"
            long = shop.header + b"; other=" + b"x" * LONGEST_REMEMBERED
            assert await shop.badge(long) == Badge(3, True)

    run(scenario())


@pytest.mark.parametrize("together", [True, False])
def test_a_look_at_a_page_prolongs_cart_and_session(
    run: Run[Any], cache_valkey: Engine, prefix: str, together: bool
) -> None:
    async def scenario() -> None:
        async with door(cache_valkey, prefix, together=together) as shop:
            valkey = admin(cache_valkey)
            [session] = list(valkey.scan_iter(prefix + "session:*"))
            [cart] = [key for key in valkey.scan_iter(prefix + "cart:*") if valkey.type(key) == b"hash"]
            valkey.hset(session, "seen", "1")
            valkey.expire(session, 100)
            renew = valkey.hget(cart, "renew")
            shop.now += 500
            assert await shop.badge() == Badge(3, True)
            assert valkey.hget(session, "seen") != b"1"
            assert valkey.ttl(session) > 100
            assert int(valkey.hget(cart, "renew") or 0) > int(renew or 0)

    run(scenario())


@pytest.mark.parametrize("together", [True, False])
def test_a_silent_valkey_is_waited_for_once_and_not_by_every_page(
    run: Run[Any], own_valkey: Engine, prefix: str, together: bool
) -> None:
    async def scenario() -> None:
        async with door(own_valkey, prefix, together=together) as shop:
            freeze(own_valkey)
            assert await shop.badge() == UNKNOWN
            commands, _ = shop.asked()
            assert [await shop.badge() for _ in range(20)] == [UNKNOWN] * 20
            assert shop.asked()[0] == commands
            thaw(own_valkey)
            for _ in range(400):
                if await shop.badge() == Badge(3, True):
                    return
                await asyncio.sleep(0.05)
            raise AssertionError("the header never came back")

    run(scenario())
