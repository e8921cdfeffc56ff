"""Sessions: unguessable, changed field by field, gone when they are ended."""

import asyncio
from typing import Any

import pytest
import valkey as plain

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.freshness import written
from myclothes.kernel.web.session_scripts import MOST_NOTICES
from myclothes.kernel.web.sessions import DAY, Session, Sessions, is_signed_in
from tests.conftest import Run


class Shop:
    """What each test needs, on the durable Valkey under a prefix of its own."""

    def __init__(self, engine: Engine, prefix: str, run: Run[Any]) -> None:
        self.raw = plain.Valkey.from_url(engine.url)
        self.prefix = prefix
        self.valkey = Valkey(engine.url)
        self.sessions = Sessions(self.valkey, "session", days=30, prefix=prefix)

    def stored_keys(self) -> list[bytes]:
        return list(self.raw.scan_iter(self.prefix + "*", count=1000))

    async def stored(self, **data: Any) -> Session:
        session = self.sessions.begin()
        for name, value in data.items():
            setattr(session.data, name, value)
        assert await self.sessions.save(session)
        return session

    async def read(self, session: Session) -> Session:
        found = await self.sessions.read(session.token)
        assert found is not None
        return found


@pytest.fixture
def shop(durable_valkey: Engine, prefix: str, run: Run[Any]) -> Any:
    shop = Shop(durable_valkey, prefix, run)
    yield shop
    run(shop.valkey.close())
    shop.raw.close()


def test_a_session_is_stored_only_when_it_is_saved(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = shop.sessions.begin()
        assert session.fresh
        assert await shop.sessions.read(session.token) is None
        assert shop.stored_keys() == []
        session.data.account_id = 7
        session.data.notices.append('환영합니다 & "welcome"')
        session.data.read_position = written((1, 0x16B374D848))
        assert await shop.sessions.save(session)
        assert not session.fresh
        found = await shop.read(session)
        assert not found.fresh
        assert found.data == session.data

    run(scenario())


def test_the_token_is_unguessable_and_not_in_valkey(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        sessions = [await shop.stored() for _ in range(20)]
        tokens = {session.token for session in sessions}
        assert len(tokens) == 20
        assert all(len(token) == 52 for token in tokens), "312 bits, 256 of them secret"
        everything = b" ".join(key + str(shop.raw.hgetall(key)).encode() for key in shop.stored_keys())
        assert not any(token.encode() in everything or token[10:].encode() in everything for token in tokens)

    run(scenario())


@pytest.mark.parametrize(
    "value", [None, "", "x", "a" * 51, "a" * 53, "é" * 52, "a" * 51 + "=", "../" * 17 + "a", "\0" * 52]
)
def test_a_made_up_cookie_is_no_session(run: Run[Any], shop: Shop, value: str | None) -> None:
    assert run(shop.sessions.read(value)) is None


def test_an_unknown_token_of_the_right_form_is_no_session(run: Run[Any], shop: Shop) -> None:
    assert run(shop.sessions.read("A" * 52)) is None
    assert shop.stored_keys() == []


class Request:
    def __init__(self, **cookies: str) -> None:
        self.cookies = cookies


def test_it_is_read_from_a_request_by_the_name_of_its_cookie(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored(account_id=7)
        found = await shop.sessions.read(Request(session=session.token))
        assert found is not None
        assert found.data.account_id == 7
        assert await shop.sessions.read(Request(other=session.token)) is None

    run(scenario())


def test_a_glance_tells_whether_somebody_is_signed_in(run: Run[Any], shop: Shop) -> None:
    async def signed_in(**cookies: str) -> bool | None:
        request = Request(**cookies)
        asked = shop.sessions.glance(request.cookies.get(shop.sessions.cookie))
        if asked is None:
            return None
        found = is_signed_in(await asked)
        return await shop.sessions.signed_in(cookies["session"]) if found is None else found

    async def scenario() -> None:
        guest, account = await shop.stored(), await shop.stored(account_id=7)
        assert await signed_in(session=account.token) is True
        assert await signed_in(session=guest.token) is False
        assert await signed_in(session="A" * 52) is False
        assert await signed_in(session="made up") is None
        assert await signed_in() is None
        await shop.sessions.end(account)
        assert await signed_in(session=account.token) is False

    run(scenario())


def test_requests_side_by_side_keep_each_others_changes(run: Run[Any], shop: Shop) -> None:
    """Each read the whole session before the others wrote; none takes back what another changed."""

    async def scenario() -> None:
        session = await shop.stored(notices=["seen by one"])
        one, two, three = [await shop.read(session) for _ in range(3)]
        one.data.account_id = 7
        one.data.notices.clear()
        two.data.notices.append("from two")
        three.data.notices.append("from three")
        three.data.read_position = written((1, 1))
        await asyncio.gather(*(shop.sessions.save(s) for s in (one, two, three)))
        data = (await shop.read(session)).data
        assert data.account_id == 7
        assert sorted(data.notices) == ["from three", "from two"]
        assert data.read_position == written((1, 1))

    run(scenario())


def test_the_read_position_only_moves_forward(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored()
        positions = [written((1, n % 7 << 32 | n)) for n in range(50)]
        requests = [await shop.read(session) for _ in positions]
        for request, position in zip(requests, positions, strict=True):
            request.data.read_position = position
        await asyncio.gather(*(shop.sessions.save(request) for request in requests))
        assert (await shop.read(session)).data.read_position == max(positions)

    run(scenario())


def test_a_position_is_moved_on_by_itself_and_only_forward(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored(notices=["kept"])
        for lsn in (5, 9, 7):
            assert await shop.sessions.move_on(session.token, written((1, lsn)))
        data = (await shop.read(session)).data
        assert (data.read_position, data.notices) == (written((1, 9)), ["kept"])
        await shop.sessions.end(session)
        assert not await shop.sessions.move_on(session.token, written((1, 10)))
        assert not await shop.sessions.move_on("made up", written((1, 10)))
        assert await shop.sessions.read(session.token) is None, "a late position does not bring it back"

    run(scenario())


def test_a_position_that_is_none_is_refused(run: Run[Any], shop: Shop) -> None:
    session = shop.sessions.begin()
    session.data.read_position = "16/B374D848"
    with pytest.raises(ValueError, match="not a read position"):
        run(shop.sessions.save(session))


def test_rotation_gives_a_new_token_and_the_old_one_never_had_the_account(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored(notices=["kept"], read_position=written((1, 5)))
        old, sideways = session.token, await shop.read(session)
        session.data.account_id = 7
        await shop.sessions.rotate(session)
        assert session.token != old
        assert await shop.sessions.read(old) is None
        assert len(shop.stored_keys()) == 1
        data = (await shop.read(session)).data
        assert (data.account_id, data.notices, data.read_position) == (7, ["kept"], written((1, 5)))
        sideways.data.notices.append("too late")
        assert not await shop.sessions.save(sideways), "the old one does not come back"
        assert await shop.sessions.read(old) is None

    run(scenario())


def test_a_fresh_session_can_be_rotated_and_so_can_one_that_has_expired(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = shop.sessions.begin()
        session.data.account_id = 7
        await shop.sessions.rotate(session)
        assert (await shop.read(session)).data.account_id == 7
        shop.raw.delete(*shop.stored_keys())
        session.data.account_id = 8
        await shop.sessions.rotate(session)
        assert (await shop.read(session)).data.account_id == 8

    run(scenario())


def test_both_keys_of_a_rotation_are_on_one_node_of_a_cluster(run: Run[Any], shop: Shop) -> None:
    from valkey.crc import key_slot

    async def scenario() -> None:
        session = await shop.stored()
        (before,) = shop.stored_keys()
        await shop.sessions.rotate(session)
        (after,) = shop.stored_keys()
        assert before != after
        assert key_slot(before) == key_slot(after)
        assert key_slot(before) != key_slot(await other_key(shop))

    async def other_key(shop: Shop) -> bytes:
        known = set(shop.stored_keys())
        await shop.stored()
        (key,) = set(shop.stored_keys()) - known
        return key

    run(scenario())


def test_an_ended_session_cannot_be_used_or_saved_again(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored(account_id=7)
        sideways = await shop.read(session)
        await shop.sessions.end(session)
        assert await shop.sessions.read(session.token) is None
        sideways.data.notices.append("too late")
        assert not await shop.sessions.save(sideways)
        assert await shop.sessions.read(session.token) is None
        await asyncio.sleep(0.02)
        assert shop.stored_keys() == []

    run(scenario())


def test_the_expiry_slides_once_a_day(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored()
        (key,) = shop.stored_keys()
        assert 30 * DAY - 10 <= shop.raw.ttl(key) <= 30 * DAY
        shop.raw.expire(key, 100)
        await shop.read(session)
        assert shop.raw.ttl(key) <= 100, "read today already: nothing is written"
        shop.raw.hset(key, "seen", "1")
        await shop.read(session)
        assert shop.raw.ttl(key) > 29 * DAY

    run(scenario())


def test_notices_are_bounded_and_the_same_text_is_one(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored(notices=["same"])
        again = await shop.read(session)
        again.data.notices += [f"notice {n}" for n in range(100)]
        again.data.notices.append("same")
        await shop.sessions.save(again)
        notices = (await shop.read(session)).data.notices
        assert len(notices) == MOST_NOTICES
        assert notices[:2] == ["same", "notice 0"]

    run(scenario())


def test_a_change_that_is_sent_twice_counts_once(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored(notices=["old"])
        first, repeat = await shop.read(session), await shop.read(session)
        for request in (first, repeat):
            request.data.notices[:] = ["new"]
            await shop.sessions.save(request)
        assert (await shop.read(session)).data.notices == ["new"]

    run(scenario())


def test_a_browser_keeps_its_unguessable_name_through_rotations(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored()
        name = session.data.browser
        assert len(name) == 43
        assert name != (await shop.stored()).data.browser
        session.data.account_id = 7
        await shop.sessions.rotate(session)
        assert (await shop.read(session)).data.browser == name
        session.data.browser = "chosen by somebody"
        await shop.sessions.save(session)
        assert (await shop.read(session)).data.browser == name, "it cannot be changed"

    run(scenario())


def test_the_epoch_is_kept_with_the_account(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored(account_id=7, account_epoch=3)
        found = await shop.read(session)
        assert (found.data.account_id, found.data.account_epoch) == (7, 3)
        found.data.account_epoch = 4
        await shop.sessions.save(found)
        assert (await shop.read(session)).data.account_epoch == 4
        found.data.account_id = None
        await shop.sessions.save(found)
        assert (await shop.read(session)).data.account_id is None

    run(scenario())


def test_a_rotation_may_be_told_its_token_beforehand(run: Run[Any], shop: Shop) -> None:
    async def scenario() -> None:
        session = await shop.stored(notices=["kept"])
        token = shop.sessions.next_token(session)
        assert await shop.sessions.read(token) is None
        await shop.sessions.rotate(session, token)
        assert session.token == token
        assert (await shop.read(session)).data.notices == ["kept"]

    run(scenario())
