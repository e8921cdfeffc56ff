"""The demo shop is loaded once, whoever tries and however often; the large catalogue can be continued."""

import asyncio

import asyncpg

from myclothes.catalog.demo import SHOP
from myclothes.catalog.generate import generate
from myclothes.catalog.seed import seed_demo
from tests.conftest import Run


async def ask(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_of_three_that_load_the_demo_at_once_one_does(run: Run[None], database_dsn: str) -> None:
    async def scenario() -> None:
        loaded = await asyncio.gather(*(seed_demo(database_dsn) for _ in range(3)))
        assert sorted(loaded) == [False, False, True]
        assert await ask(database_dsn, "SELECT count(*) FROM product") == len(SHOP.products)
        assert await seed_demo(database_dsn) is False

    run(scenario())


def test_the_demo_is_whole(run: Run[None], database_dsn: str) -> None:
    async def scenario() -> None:
        steps: list[tuple[int, int]] = []
        await seed_demo(database_dsn, progress=lambda done, of: steps.append((done, of)))
        assert steps[-1][0] == steps[-1][1]
        variants = sum(len(product.colours) * len(product.sizes) for product in SHOP.products)
        assert await ask(database_dsn, "SELECT count(*) FROM stock") == variants
        assert await ask(database_dsn, "SELECT count(*) FROM shelf WHERE on_sale") == len(SHOP.products)
        assert await ask(database_dsn, "SELECT count(*) FROM search") == len(SHOP.products)

    run(scenario())


def test_a_large_catalogue_grows_to_the_number_asked_for_and_no_further(run: Run[None], database_dsn: str) -> None:
    async def scenario() -> None:
        steps: list[int] = []
        added = await generate(database_dsn, "public", 150, lambda done, of: steps.append(done))
        assert added == 150 - len(SHOP.products)
        assert steps[-1] == 150
        assert await generate(database_dsn, "public", 150) == 0
        assert await generate(database_dsn, "public", 160) == 10
        assert await ask(database_dsn, "SELECT count(*) FROM product") == 160
        assert await ask(database_dsn, "SELECT count(*) FROM shelf WHERE on_sale") == 160
        assert await ask(database_dsn, "SELECT count(DISTINCT slug) FROM product") == 160

    run(scenario())
