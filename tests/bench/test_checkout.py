"""What is compared with `Checkout` really is the same: pgbench places as many orders, of as many pieces."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from bench.shop import Bench

from bench import checkout
from myclothes.catalog.seed import seed_demo
from myclothes.checkout.demo import seed_checkout
from myclothes.engines.valkey import Valkey
from myclothes.kernel.db.pools import Database
from myclothes.settings import Settings
from tests.conftest import Run


def test_both_place_all_their_orders(
    run: Run[Any], database_dsn: str, durable_valkey: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raised if they did not; and both take the same stock."""
    for name, less in (("SHOPPERS", 2), ("ORDERS", 3), ("ROUNDS", 1), ("BASKETS", 2)):
        monkeypatch.setattr(checkout, name, less)
    run(seed_demo(database_dsn))
    run(seed_checkout(database_dsn))
    settings = Settings(database=database_dsn, durable=durable_valkey.url, cache="", secrets=("k" * 32,))
    ours, theirs = run(checkout.measure(Bench(settings, tmp_path, ExitStack()), lambda _: None))
    assert len(ours) == len(theirs) == 1
    assert ours[0] > 0
    assert theirs[0] > 0


def test_a_bench_that_places_fewer_says_so(run: Run[Any], database_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        database = Database(database_dsn)
        with pytest.raises(RuntimeError, match="1 orders were to be placed, but there are 0"):
            await checkout._check(database, 1)
        await database.close()

    run(scenario())
