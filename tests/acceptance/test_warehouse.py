"""An order goes its way by the commands of the warehouse, there and back again, as its shopper sees it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.acceptance.buyers import JSON, Buyer
from tests.acceptance.shop import Engines, Shop
from tests.acceptance.test_contract import a_sku
from tests.conftest import Run
from tests.plain import PLAIN


@pytest.fixture(scope="module")
def shop(shop_engines: Engines) -> Iterator[Shop]:
    shop = Shop(shop_engines, carts="valkey", instances=1)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()


def myclothes(shop: Shop, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "myclothes", *arguments],
        env=os.environ | shop.settings.to_env(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_order_is_packed_shipped_delivered_and_taken_back(shop: Shop, run: Run[None]) -> None:
    url = shop.instances[0].url

    async def scenario() -> None:
        async with httpx.AsyncClient(timeout=15, verify=PLAIN) as client:
            buyer = Buyer(client, [url], "warehouse@example.com")
            with httpx.Client(base_url=url, verify=PLAIN) as looking:
                await buyer.add(a_sku(looking))
            await buyer.enter()
            number = (await buyer.pay()).json()["order"]

            async def status() -> str:
                return str((await client.get(f"{url}/orders/{number}", headers=JSON)).json()["status"])

            early = myclothes(shop, "order", number, "ship")
            assert early.returncode == 1
            assert "is confirmed; ship comes after packed" in early.stderr
            assert await status() == "confirmed"
            for step, after in (("pack", "packed"), ("ship", "shipped"), ("deliver", "delivered")):
                assert f"is {after}" in myclothes(shop, "order", number, step).stdout
                assert await status() == after
            asked = await client.post(f"{url}/orders/{number}/return", data={"reason": "size"})
            assert asked.status_code == 303
            assert "is returned" in myclothes(shop, "order", number, "take-back").stdout
            assert myclothes(shop, "relay", "--once").returncode == 0
            order = (await client.get(f"{url}/orders/{number}", headers=JSON)).json()
            assert order["status"] == "returned"
            assert 0 < order["refunded"] <= order["total"]

    run(scenario())


def test_an_order_that_is_none_is_named(shop: Shop) -> None:
    done = myclothes(shop, "order", "NOPE-NOPE-NOPE")
    assert done.returncode == 1
    assert "There is no order NOPE-NOPE-NOPE." in done.stderr
    assert "Traceback" not in done.stderr
