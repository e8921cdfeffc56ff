"""Two instances, two replicas whose replay stands still, and shoppers who see what they did all the same."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from myclothes.catalog.newness import Newness
from myclothes.engines.valkey import CACHE, Valkey
from myclothes.kernel.cache import metrics as cache_metrics
from myclothes.kernel.db import metrics
from myclothes.kernel.db.pools import Need
from myclothes.kernel.tally import Tally
from myclothes.orders.keys import OrderKeys
from tests.acceptance.safe import Customer
from tests.accounts.house import JSON, PASSWORD, House, fresh_email, sign_in
from tests.accounts.test_postal import OREGON
from tests.checkout.shop import PRICES, TEE, stock_the_shop
from tests.conftest import Run
from tests.kernel.db.replicas import Stand, Three, meanwhile, paused, promote

BOOK, HISTORY = "/account/addresses", "/account/orders"
HOME_ADDRESS = {**OREGON, "country": "US"}
SLUG = TEE.partition("-")[0].lower()
SOON = 0.5


class InTurns:
    """Instances behind a balancer without stickiness: each request goes to another one than the last."""

    def __init__(self, *apps: Any) -> None:
        self._apps = apps
        self._turn = count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._apps[next(self._turn) % len(self._apps)](scope, receive, send)


@dataclass
class Twins:
    """Two instances, in zones b and c. Every browser of `one` meets both in turns."""

    one: House
    two: House
    cache: Valkey
    three: Three

    @asynccontextmanager
    async def stand_still(self) -> AsyncIterator[None]:
        """No replica shows anything that comes after this."""
        await meanwhile(self.three.caught_up)
        await asyncio.sleep(SOON)
        paused_all = paused(self.three.b, self.three.c)
        await asyncio.to_thread(paused_all.__enter__)
        try:
            yield
        finally:
            await asyncio.to_thread(paused_all.__exit__, None, None, None)

    def without_positions(self) -> None:
        """The guard off: requests know nothing of what their shopper wrote."""
        for house in (self.one, self.two):
            house.edge._positions = None  # type: ignore[attr-defined]

    def without_needs(self) -> None:
        """The guard off: any replica may answer anything."""
        for house in (self.one, self.two):
            database = house.shop.database
            real = database.reading
            database.reading = lambda need=Need.ANY, real=real, **rest: real(Need.ANY, **rest)  # type: ignore[method-assign,assign,misc]

    async def close(self) -> None:
        await self.one.close()
        await self.two.close()


def twins_over(three: Three, name: str, durable: str, cache: Valkey, prefix: str, **settings: Any) -> Twins:
    dsn, replicas = three.shop(name)
    settings = {"replicas": replicas, "replica_lag": 3600.0, **settings}
    one = House(dsn, durable, cache.url, prefix, zone="b", **settings)
    two = one.again(zone="c", **settings)
    for house in (one, two):
        house.edge = house.app  # type: ignore[attr-defined]
    one.app = InTurns(one.app, two.app)  # type: ignore[assignment]
    return Twins(one, two, cache, three)


@pytest.fixture(scope="module")
def own_cache(engines_folder: Path) -> Iterator[Valkey]:
    engine = Valkey(engines_folder / "own-cache", CACHE)
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def twins(request: pytest.FixtureRequest, run: Run[Any], stand: Stand, durable_valkey: Valkey, own_cache: Valkey, prefix: str) -> Iterator[Twins]:  # fmt: skip
    run(stock_the_shop(stand.three.a.dsn(stand.name)))
    twins = twins_over(stand.three, stand.name, durable_valkey.url, own_cache, prefix, **getattr(request, "param", {}))
    yield twins
    run(twins.close())


async def book(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get(BOOK, headers=JSON)
    assert answer.status_code == 200, answer.text
    return [one["line1"] for one in answer.json()["addresses"]]


async def history(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.get(HISTORY, headers=JSON)
    assert answer.status_code == 200, answer.text
    return {one["order"]: one["status"] for one in answer.json()["orders"]}


async def lines(client: httpx.AsyncClient) -> dict[str, int]:
    answer = await client.get("/cart", headers=JSON)
    assert answer.status_code == 200, answer.text
    return {line["sku"]: line["quantity"] for line in answer.json()["lines"]}


async def price(client: httpx.AsyncClient) -> int:
    answer = await client.get(f"/p/{SLUG}", headers=JSON)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["price"])


def test_a_member_sees_what_they_did_through_either_instance(run: Run[Any], twins: Twins) -> None:
    async def scenario() -> None:
        email = await twins.one.registered()
        customer = await Customer.ready(twins.one, email=email)
        client = customer.client
        async with twins.stand_still():
            for n in range(3):
                assert (await client.post(BOOK, data={**HOME_ADDRESS, "line1": f"{n} Main St"})).status_code == 303
                for _ in range(2):
                    assert f"{n} Main St" in await book(client)
            number = await customer.order()
            for _ in range(2):
                assert (await history(client))[number] == "confirmed"
                assert (await client.get(f"/orders/{number}")).status_code == 200
            assert (await client.post(f"/orders/{number}/cancel")).status_code == 303
            for _ in range(2):
                assert (await history(client))[number] == "cancelled"
            # Signed out and in again, here and on another device: a new session sees all of it, too.
            await client.post("/account/logout")
            await sign_in(client, email)
            other = await twins.one.signed_in(email)
            for browser in (client, other, client, other):
                assert (await history(browser))[number] == "cancelled"
                assert len(await book(browser)) == 3

    run(scenario())


def test_without_positions_a_member_would_see_the_past(run: Run[Any], twins: Twins) -> None:
    async def scenario() -> None:
        twins.without_positions()
        customer = await Customer.ready(twins.one, email=await twins.one.registered())
        async with twins.stand_still():
            assert (await customer.client.post(BOOK, data=HOME_ADDRESS)).status_code == 303
            assert await book(customer.client) == []
            await customer.order()
            assert await history(customer.client) == {}

    run(scenario())


def test_a_guest_sees_the_order_and_so_does_who_comes_by_the_mails_link(run: Run[Any], twins: Twins) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(twins.one)
        async with twins.stand_still():
            number = await customer.order()
            for _ in range(2):
                assert (await customer.client.get(f"/orders/{number}")).status_code == 200
            stranger = twins.one.browser()
            assert (await stranger.get(f"/orders/{number}")).status_code == 404
            key = OrderKeys(twins.one.settings.secrets).of(number)
            for _ in range(2):
                assert (await stranger.get(f"/orders/{number}?key={key}")).status_code == 303
                assert (await stranger.get(f"/orders/{number}")).status_code == 200

    run(scenario())


def test_registering_and_what_a_mail_leads_to_work_at_once(run: Run[Any], twins: Twins) -> None:
    async def scenario() -> None:
        async with twins.stand_still():
            email = await twins.one.registered(fresh_email())
            client = await twins.one.signed_in(email)
            assert (await client.get("/account", headers=JSON)).json()["email"] == email
            await client.post("/account/reset", data={"email": email})
            mails = [*twins.one.mailbox.to(email), *twins.two.mailbox.to(email)]
            (reset,) = [mail for mail in mails if mail.kind == "account_reset"]
            for _ in range(2):
                assert (await twins.one.browser().get(reset.path)).status_code == 200

    run(scenario())


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard off"])
def test_a_session_that_was_revoked_is_of_no_use_though_no_replica_knows(
    run: Run[Any], twins: Twins, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    async def scenario() -> None:
        email = await twins.one.registered()
        owner, thief = await twins.one.signed_in(email), await twins.one.signed_in(email)
        async with twins.stand_still():
            for house in (twins.one, twins.two):  # the sessions themselves could not be ended

                async def nothing(*_: Any, **__: Any) -> None: ...

                monkeypatch.setattr(type(house.shop.accounts.sign_in), "lock_out", nothing)
            change = {"current": PASSWORD, "password": "another calm wool coat"}
            assert (await owner.post("/account/password", data=change)).status_code == 303
            if not guarded:
                twins.without_needs()
            seen = {(await thief.get("/account", headers=JSON)).status_code for _ in range(2)}
            assert seen == ({401} if guarded else {200})

    run(scenario())


@pytest.mark.parametrize("twins", [{"carts": "sql"}], indirect=True)
def test_carts_in_sql_are_never_read_where_they_are_old(run: Run[Any], twins: Twins) -> None:
    async def scenario() -> None:
        guest, member = twins.one.browser(), await twins.one.signed_in()
        async with twins.stand_still():
            for n in range(1, 4):
                for client in (guest, member):
                    assert (await client.post("/cart/lines", data={"sku": TEE})).status_code == 303
                    assert await lines(client) == {TEE: n}
            twins.without_needs()  # the guard off
            assert await lines(guest) == {}

    run(scenario())


def test_what_is_the_same_for_everybody_comes_from_replicas(run: Run[Any], twins: Twins) -> None:
    async def scenario() -> None:
        guest = twins.one.browser()
        await meanwhile(twins.three.caught_up)
        await guest.get("/health/ready")
        await asyncio.sleep(SOON)
        with twins.one.database.counting() as one, twins.two.database.counting() as two:
            before = answered("own zone")
            for path in ("/", f"/p/{SLUG}", "/c/clothes", "/search?q=tee"):
                assert (await guest.get(path)).status_code == 200, path
            assert answered("own zone") - before >= 5
        asked = [*one, *two]
        assert asked
        checks = [statement for statement in asked if "version" in statement and "FROM product p" not in statement]
        assert len(checks) < len(asked)

    run(scenario())


def answered(who: str) -> float:
    Tally.hand_over_all()
    return sum(
        sample.value
        for metric in metrics.READS.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["who"] == who
    )


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard off"])
def test_a_replica_that_lags_cannot_put_an_old_price_back(
    run: Run[Any], twins: Twins, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    async def scenario() -> None:
        client = twins.one.browser()
        old, new = PRICES[TEE], PRICES[TEE] + 700
        assert {await price(client) for _ in range(2)} == {old}
        if not guarded:

            async def newest(self: Newness, read: Any, versions: Any) -> Any:
                async with self._database.reading(Need.ANY) as connection:
                    return await read(connection), True

            monkeypatch.setattr(Newness, "newest", newest)
        async with twins.stand_still():
            await twins.one.shop.catalog.set_price(TEE, new)
            assert {await price(client) for _ in range(2)} == {new}, "written through"
            twins.cache.kill()
            await meanwhile(twins.cache.start)
            await asyncio.sleep(SOON)  # the cache is left alone for a moment, then it is empty and asked again
            seen = {await price(client) for _ in range(2)}
            listed = (await client.get("/c/clothes", headers=JSON)).text
            await asyncio.sleep(SOON)
            seen |= {await price(client) for _ in range(4)}
            assert seen == ({new} if guarded else {old})
            assert f'"price":{new}' in listed.replace(" ", "")

    run(scenario())


def test_what_it_costs(run: Run[Any], twins: Twins, stand: Stand, durable_valkey: Valkey, own_cache: Valkey) -> None:
    async def scenario() -> None:
        alone = House(stand.three.a.dsn(stand.name), durable_valkey.url, own_cache.url, "alone:")
        twins.one.app = twins.one.edge  # type: ignore[attr-defined]
        try:
            for house, extra in ((alone, 0), (twins.one, 1)):
                client = await house.signed_in(await house.registered())
                await book(client)
                costs = {
                    "read": await cost(house, client.get(BOOK, headers=JSON)),
                    "write": await cost(house, client.post(BOOK, data=HOME_ADDRESS, headers=JSON)),
                }
                assert costs["read"] == (2, 1), "who it is and the book; the session"
                assert costs["write"] == (8 + extra, 1 + extra), "where the log is now, and that the session knows"
        finally:
            await alone.close()

    run(scenario())


async def cost(house: House, asking: Any) -> tuple[int, int]:
    """Statements, and commands to the durable Valkey."""
    Tally.hand_over_all()
    counter = cache_metrics.COMMANDS.labels("durable")
    before = counter._value.get()
    with house.database.counting() as statements:
        assert (await asking).status_code == 200
    Tally.hand_over_all()
    return len(statements), int(counter._value.get() - before)


def test_the_shop_goes_on_without_a_primary_and_follows_a_new_one(run: Run[Any], twins: Twins) -> None:
    """The last one here: the three are not what they were afterwards."""
    run(lose_the_primary(twins))


async def lose_the_primary(twins: Twins) -> None:
    customer = await Customer.ready(twins.one, email=await twins.one.registered())
    client = customer.client
    number = await customer.order()
    await meanwhile(twins.three.caught_up)
    await asyncio.sleep(SOON)
    await meanwhile(twins.three.a.kill)
    for path in ("/health/ready", "/", f"/p/{SLUG}", "/c/clothes", "/account", HISTORY, f"/orders/{number}", BOOK) * 2:
        assert (await client.get(path)).status_code == 200, path
    refused = await client.post(BOOK, data=HOME_ADDRESS, headers=JSON)
    assert (refused.status_code, await book(client)) == (503, [])
    await meanwhile(promote, twins.three.b)
    answer = refused
    for _ in range(10):
        if answer.status_code == 503:
            answer = await client.post(BOOK, data=HOME_ADDRESS, headers=JSON)
    assert answer.status_code == 200
    for _ in range(4):
        assert await book(client) == [HOME_ADDRESS["line1"]]
        assert number in await history(client)
    await customer.fill()
    await customer.order()
