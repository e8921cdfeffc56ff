"""The list of an account's sessions: complete, tidy, and of no use to whoever reads it."""

from typing import Any

import pytest

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.web.account_sessions import AccountSessions
from myclothes.kernel.web.sessions import DAY, Session, Sessions
from tests.conftest import Run


class Shop:
    def __init__(self, engine: Engine, prefix: str) -> None:
        self.valkey = Valkey(engine.url)
        self.sessions = Sessions(self.valkey, "session", days=30, prefix=prefix)
        self.index = AccountSessions(self.valkey, self.sessions, 30, prefix=prefix)

    async def signed_in(self, account_id: int, device: str = "Firefox, Linux") -> Session:
        session = self.sessions.begin()
        session.data.account_id = account_id
        token = self.sessions.next_token(session)
        await self.index.enter(account_id, session, token, device)
        await self.sessions.rotate(session, token)
        return session

    async def devices(self, account_id: int, current: Session | None = None) -> list[str]:
        return [one.device for one in await self.index.active(account_id, current)]


@pytest.fixture
def shop(durable_valkey: Engine, prefix: str, run: Run[Any]) -> Any:
    shop = Shop(durable_valkey, prefix)
    yield shop
    run(shop.valkey.close())


def test_the_newest_come_first_and_the_current_one_before_them(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        first = await shop.signed_in(7, "first")
        await shop.signed_in(7, "second")
        await shop.signed_in(7, "third")
        await shop.signed_in(8, "somebody else's")
        assert await shop.devices(7) == ["third", "second", "first"]
        assert await shop.devices(7, first) == ["first", "third", "second"]
        assert await shop.devices(9) == []

    run(scenario())


def test_a_session_that_goes_on_under_a_new_id_stays_one_entry(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.signed_in(7)
        (before,) = await shop.index.active(7)
        token = shop.sessions.next_token(session)
        await shop.index.enter(7, session, token)
        await shop.sessions.rotate(session, token)
        (after,) = await shop.index.active(7)
        assert after == before
        assert await shop.index.end(7, after.handle)
        assert await shop.sessions.read(session.token) is None

    run(scenario())


def test_a_session_that_never_began_is_not_listed(run: Run[Any], shop: Shop) -> None:
    """It is entered first, so that none is missing; if the sign-in then fails, nothing is there."""

    async def scenario() -> None:
        session = shop.sessions.begin()
        await shop.index.enter(7, session, session.token, "never")
        assert await shop.devices(7) == []

    run(scenario())


def test_all_but_one_can_be_ended(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        mine = await shop.signed_in(7, "mine")
        others = [await shop.signed_in(7) for _ in range(3)]
        theirs = await shop.signed_in(8)
        assert await shop.index.end_all(7, but=mine) == 3
        assert await shop.devices(7) == ["mine"]
        assert [await shop.sessions.read(other.token) for other in others] == [None] * 3
        assert await shop.sessions.read(theirs.token) is not None

    run(scenario())


def test_nothing_in_the_list_is_a_token(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.signed_in(7)
        stored = str(await shop.valkey.execute("HGETALL", shop.index._key(7)))
        assert session.token not in stored
        assert session.token[10:] not in stored
        (listed,) = await shop.index.active(7)
        assert await shop.sessions.read(listed.handle) is None

    run(scenario())


def test_the_list_outlives_the_sessions(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        await shop.signed_in(7)
        assert int(await shop.valkey.execute("TTL", shop.index._key(7))) > 300 * DAY

    run(scenario())
