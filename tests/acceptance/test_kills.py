"""An acknowledged add survives the death of any one process, and a restart of everything.

The loads are small, because the suite runs on any laptop; the kills are real.
"""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.acceptance.shop import Engines, Shop
from tests.acceptance.shoppers import Shopper, arrive, keep_adding, losses
from tests.conftest import Run
from tests.plain import PLAIN

SHOPPERS, ADDS = 12, 20
GONE_SECONDS = 2.5
"""Longer than a web instance waits for an engine before it answers 503."""


@pytest.fixture(scope="module", params=["valkey", "sql", "cookie", "dynamodb", "memory"])
def shop(request: pytest.FixtureRequest, shop_engines: Engines) -> Iterator[Shop]:
    shop = Shop(shop_engines, carts=request.param)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()


@pytest.fixture(scope="module")
def skus(shop: Shop) -> list[str]:
    """Some that have plenty in stock."""
    found = httpx.get(f"{shop.instances[0].url}/search", headers={"Accept": "application/json"}, verify=PLAIN).json()
    products = [
        httpx.get(f"{shop.instances[0].url}/p/{p['slug']}", headers={"Accept": "application/json"}, verify=PLAIN)
        for p in found["products"]
    ]
    variants = [v for p in products for v in p.json()["variants"] if v["available"] is True or v["available"] >= 10]
    assert len(variants) >= 12
    return [variant["sku"] for variant in variants[:12]]


async def killed_half_way(
    shop: Shop, shoppers: list[Shopper], skus: list[str], *, retry: bool, kill: list[str]
) -> None:
    """Every shopper adds and adds; half-way through, something is killed, and started again."""
    urls = [instance.url for instance in shop.instances]
    adding = asyncio.create_task(
        keep_adding(shoppers, lambda turn: urls[turn % 2 :] + urls[: turn % 2], skus, each=ADDS, retry=retry)
    )
    goal = sum(s.acknowledged.total() for s in shoppers) + SHOPPERS * ADDS // 3
    until = time.monotonic() + 60
    while sum(s.acknowledged.total() for s in shoppers) < goal:
        assert not adding.done(), "the load ended before the kill"
        assert time.monotonic() < until, "the load hangs"
        await asyncio.sleep(0.005)
    if "web" in kill:
        await asyncio.to_thread(shop.instances[0].kill)
        await asyncio.to_thread(shop.instances[0].start)
        await asyncio.to_thread(shop.instances[0].wait_until_ready)
    for engine in (shop.engines.durable, shop.engines.postgres):
        if engine.what not in kill:
            continue
        await asyncio.to_thread(engine.kill)
        await asyncio.sleep(GONE_SECONDS)
        await asyncio.to_thread(engine.start)
    await adding


def vanished_units_are_as_declared(shop: Shop, lost: int) -> None:
    """`memory` is the declared exception: the cart lives and dies with its instance."""
    if shop.settings.carts == "memory":
        assert lost > 0, "the guard of this test: carts kept in one process must be seen to vanish"
    else:
        assert lost == 0


def test_killing_a_web_instance_loses_no_acknowledged_add(shop: Shop, skus: list[str], run: Run[None]) -> None:
    async def scenario() -> None:
        shoppers = await arrive([i.url for i in shop.instances], skus, SHOPPERS)
        await killed_half_way(shop, shoppers, skus, retry=False, kill=["web"])
        vanished_units_are_as_declared(shop, await losses(shoppers, shop.instances[0].url))

    run(scenario())


def test_an_add_with_a_key_is_applied_once_however_often_it_is_retried(
    shop: Shop, skus: list[str], run: Run[None]
) -> None:
    if shop.settings.carts == "memory":
        pytest.skip("memory: the declared exception; two instances do not share a cart")

    async def scenario() -> None:
        shoppers = await arrive([i.url for i in shop.instances], skus, SHOPPERS)
        await killed_half_way(shop, shoppers, skus, retry=True, kill=["web"])
        for shopper in shoppers:
            assert await shopper.cart(shop.instances[1].url) == dict(shopper.acknowledged)
            await shopper.client.aclose()

    run(scenario())


def test_killing_the_engine_that_holds_the_carts_loses_no_acknowledged_add(
    shop: Shop, skus: list[str], run: Run[None]
) -> None:
    engine = {"valkey": shop.engines.durable.what, "sql": shop.engines.postgres.what}.get(shop.settings.carts)
    if engine is None:
        pytest.skip(f"{shop.settings.carts}: no engine of this machine keeps these carts on disk")

    async def scenario() -> None:
        shoppers = await arrive([i.url for i in shop.instances], skus, SHOPPERS)
        await killed_half_way(shop, shoppers, skus, retry=False, kill=[engine])
        assert sum(s.refused for s in shoppers) > 0, "the engine was seen to be gone"
        assert await losses(shoppers, shop.instances[0].url) == 0

    run(scenario())


def test_a_restart_of_everything_loses_no_acknowledged_add(shop: Shop, skus: list[str], run: Run[None]) -> None:
    if shop.settings.carts == "dynamodb":
        pytest.skip("dynamodb: the stand-in keeps its tables in its process; the real service is not ours to kill")

    async def scenario() -> None:
        shoppers = await arrive([i.url for i in shop.instances], skus, SHOPPERS)
        await keep_adding(shoppers, lambda turn: [shop.instances[0].url], skus, each=5, retry=False)
        await asyncio.to_thread(shop.kill_everything)
        await asyncio.to_thread(shop.restart_everything)
        vanished_units_are_as_declared(shop, await losses(shoppers, shop.instances[1].url))

    run(scenario())
