"""Tries are counted for all instances together, by account and by where they come from."""

import asyncio
from typing import Any

import pytest

from myclothes.accounts.client_address import ClientAddresses
from myclothes.accounts.throttle import SIGN_IN_ACCOUNT, Limit
from myclothes.kernel.errors import TooManyRequests
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.visit import Visit
from myclothes.kernel.web.visitor import Visitors
from tests.accounts.house import JSON, PASSWORD, House, fresh_email, is_signed_in
from tests.conftest import Run

WRONG = "not the password"


async def tries(house: House, email: str, count: int, **browser: str) -> list[int]:
    return [
        (await house.browser(**browser).post("/account/login", data={"email": email, "password": WRONG})).status_code
        for _ in range(count)
    ]


def test_after_a_few_wrong_tries_even_the_right_password_has_to_wait(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        assert await tries(house, email, SIGN_IN_ACCOUNT.free + 1) == [422] * SIGN_IN_ACCOUNT.free + [429]
        browser = house.browser()
        answer = await browser.post("/account/login", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= SIGN_IN_ACCOUNT.first
        assert "Please wait" in answer.text
        assert email in answer.text, "what was typed is still there"
        assert not await is_signed_in(browser)

    run(scenario())


def test_an_unknown_address_is_made_to_wait_just_the_same(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        assert await tries(house, fresh_email(), SIGN_IN_ACCOUNT.free + 1) == [422] * SIGN_IN_ACCOUNT.free + [429]

    run(scenario())


def test_a_hundred_tries_at_once_are_a_hundred_tries(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        answers = await asyncio.gather(*(tries(house, email, 1) for _ in range(40)))
        assert sum(one == [422] for one in answers) == SIGN_IN_ACCOUNT.free

    run(scenario())


def test_another_instance_counts_on(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        await tries(house, email, SIGN_IN_ACCOUNT.free)
        other = house.again()
        try:
            assert await tries(other, email, 1) == [429]
        finally:
            await other.close()

    run(scenario())


def test_signing_in_wipes_the_slate(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        for _ in range(3):
            assert await tries(house, email, SIGN_IN_ACCOUNT.free - 1) == [422] * (SIGN_IN_ACCOUNT.free - 1)
            await house.signed_in(email)

    run(scenario())


def test_one_client_cannot_try_its_luck_with_everybody(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        address = "203.0.113.77"
        statuses = [(await tries(house, fresh_email(), 1, address=address))[0] for _ in range(60)]
        assert statuses.count(422) == 50
        assert set(statuses[50:]) == {429}
        assert await tries(house, fresh_email(), 1) == [422], "others are not concerned"

    run(scenario())


def test_a_mailbox_is_not_filled_by_strangers(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        answers = [await house.browser().post("/account/reset", data={"email": email}) for _ in range(8)]
        assert [answer.status_code for answer in answers] == [303] * 4 + [429] * 4
        assert len(house.mailbox.to(email)) == 5
        assert (await house.browser().post("/account/reset", data={"email": email}, headers=JSON)).status_code == 429

    run(scenario())


def test_the_pause_doubles_up_to_a_limit(run: Run[Any], house: House) -> None:
    limit = Limit("doubling", free=2, first=10, most=35, forget=100)

    async def pause(who: str) -> int:
        """Seconds until the next try; the pause is then over by an act of ours."""
        throttle, valkey = house.shop.accounts.throttle, house.shop.durable
        try:
            await throttle.take(limit, who)
        except TooManyRequests as error:
            await valkey.execute("HSET", throttle._key(limit, who), "until", 0)
            return error.retry_after
        return 0

    async def scenario() -> None:
        who = fresh_email()
        waits = [await pause(who) for _ in range(10)]
        assert [0 if not wait else min((10, 20, 35), key=lambda near: abs(near - wait)) for wait in waits] == [
            0, 0, 10, 0, 20, 0, 35, 0, 35, 0
        ]  # fmt: skip
        assert int(await house.shop.durable.execute("TTL", house.shop.accounts.throttle._key(limit, who))) > 90

    run(scenario())


def test_a_good_try_is_given_back(run: Run[Any], house: House) -> None:
    limit = Limit("giving", free=2, first=10, most=10, forget=100)

    async def scenario() -> None:
        throttle, who = house.shop.accounts.throttle, fresh_email()
        for _ in range(10):
            await throttle.take(limit, who)
            await throttle.give_back(limit, who)
        await throttle.take(limit, who)
        await throttle.take(limit, who)
        with pytest.raises(TooManyRequests):
            await throttle.take(limit, who)

    run(scenario())


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "1.2.3.4", "198.51.100.7"),
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "9.9.9.9, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "", "198.51.100.7"),
        ("", "1.2.3.4", "unknown"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(peer: str, forwarded: str, counted: str) -> None:
    cookies = ShopCookies.over(secure=False, cart_days=1, session_days=1)
    scope = {"method": "GET", "query_string": b"", "path": "/", "client": (peer, 1) if peer else None}
    visit = Visit(scope, {b"x-forwarded-for": forwarded.encode()} if forwarded else {}, Visitors(cookies), "id", 0.0)
    assert ClientAddresses(("10.0.0.0/8",)).of(scope, visit) == counted
