"""What checkout may rely on, held to both providers: the test bank on a real Valkey, Stripe against localstripe."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from typing import Any

import pytest

from myclothes.checkout.payments.protocol import (
    Declined,
    NeedsAction,
    NotAsked,
    Paid,
    Pending,
    Refunded,
    RefundRefused,
)
from myclothes.engines.valkey import Valkey as ValkeyEngine
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Invalid
from tests.checkout.payments.localstripe import LocalStripe
from tests.checkout.payments.stands import Stand, bank_stand, new_order, request, stripe_stand
from tests.conftest import Run

Scenario = Callable[[Stand], Awaitable[None]]
Play = Callable[[Scenario], None]


@pytest.fixture(params=["test", "stripe"])
def play(request: pytest.FixtureRequest, run: Run[Any], durable_valkey: ValkeyEngine, prefix: str) -> Play:
    """Runs a scenario with one of the providers."""

    if request.param == "test":
        stand: Callable[[], AbstractAsyncContextManager[Any]] = partial(bank_stand, durable_valkey.url, prefix)
    else:
        database: Database = request.getfixturevalue("payments_database")
        server: LocalStripe = request.getfixturevalue("localstripe")
        stand = partial(stripe_stand, database, server)

    def play(scenario: Scenario) -> None:
        async def played() -> None:
            async with stand() as at:
                await scenario(at)

        run(played())

    return play


def test_a_good_card_pays_and_the_provider_remembers(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        outcome = await at.provider.charge(request(order, at.good))
        assert isinstance(outcome, Paid)
        assert outcome.amount == 4_900
        assert await at.provider.look_up(order) == outcome
        assert await at.taken(order) == [4_900]

    play(scenario)


def test_a_declined_card_pays_nothing_and_never_will(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        outcome = await at.provider.charge(request(order, at.bad))
        assert isinstance(outcome, Declined)
        assert outcome.reason == "card_declined"
        assert await at.provider.look_up(order) == outcome
        assert await at.provider.charge(request(order, at.good)) == outcome
        assert await at.taken(order) == []

    play(scenario)


def test_an_order_that_nobody_asked_for_is_not_known(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        assert await at.provider.look_up(order) == NotAsked()
        assert await at.provider.look_up(order) == NotAsked()

    play(scenario)


def test_ten_requests_at_once_are_one_charge(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        outcomes = await asyncio.gather(*(at.provider.charge(request(order, at.good)) for _ in range(10)))
        assert await at.taken(order) == [4_900]
        final = await at.provider.look_up(order)
        assert isinstance(final, Paid)
        assert all(outcome == final or isinstance(outcome, Pending) for outcome in outcomes)
        assert await at.provider.charge(request(order, at.good)) == final

    play(scenario)


def test_a_bank_that_asks_first_is_paid_when_the_shopper_agrees(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        asked = await at.provider.charge(request(order, at.asks))
        assert isinstance(asked, NeedsAction)
        assert asked.url.endswith(asked.ref)
        assert await at.provider.look_up(order) == asked
        assert await at.taken(order) == []
        await at.decide(asked.ref, approved=True)
        assert await at.provider.look_up(order) == Paid(asked.ref, 4_900)
        assert await at.taken(order) == [4_900]

    play(scenario)


def test_a_bank_that_asks_first_takes_nothing_when_the_shopper_refuses(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        asked = await at.provider.charge(request(order, at.asks))
        assert isinstance(asked, NeedsAction)
        await at.decide(asked.ref, approved=False)
        assert not isinstance(await at.provider.look_up(order), Paid)
        assert isinstance(await at.provider.cancel(order), Declined)
        assert isinstance(await at.provider.look_up(order), Declined)
        assert await at.taken(order) == []

    play(scenario)


def test_a_cancelled_order_cannot_be_paid_any_more(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        asked = await at.provider.charge(request(order, at.asks))
        assert isinstance(await at.provider.cancel(order), Declined)
        assert isinstance(await at.provider.cancel(order), Declined)
        assert isinstance(asked, NeedsAction)
        with suppress(AssertionError):  # Stripe refuses outright
            await at.decide(asked.ref, approved=True)
        assert await at.taken(order) == []
        assert isinstance(await at.provider.look_up(order), Declined)

    play(scenario)


def test_an_order_can_be_cancelled_before_it_was_ever_charged(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        assert isinstance(await at.provider.cancel(order), Declined)
        assert isinstance(await at.provider.charge(request(order, at.good)), Declined)
        assert isinstance(await at.provider.look_up(order), Declined)
        assert await at.taken(order) == []

    play(scenario)


def test_cancelling_a_paid_order_says_that_it_is_paid(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        paid = await at.provider.charge(request(order, at.good))
        assert await at.provider.cancel(order) == paid
        assert await at.taken(order) == [4_900]

    play(scenario)


def test_of_paying_and_cancelling_at_once_one_wins_and_both_are_told_the_same(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        for _ in range(5):
            order = new_order()
            charged, cancelled = await asyncio.gather(
                at.provider.charge(request(order, at.good)), at.provider.cancel(order)
            )
            final = await at.provider.look_up(order)
            assert isinstance(final, Paid | Declined)
            assert bool(await at.taken(order)) == isinstance(final, Paid)
            assert isinstance(charged, type(final) | Pending)
            assert isinstance(cancelled, type(final) | Pending)

    play(scenario)


def test_of_an_answer_to_the_bank_and_cancelling_at_once_one_wins(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        for _ in range(3):
            order = new_order()
            asked = await at.provider.charge(request(order, at.asks))
            assert isinstance(asked, NeedsAction)
            _, cancelled = await asyncio.gather(
                at.decide(asked.ref, approved=True), at.provider.cancel(order), return_exceptions=True
            )
            final = await at.provider.look_up(order)
            assert isinstance(final, Paid | Declined)
            assert bool(await at.taken(order)) == isinstance(final, Paid)
            assert isinstance(cancelled, type(final) | Pending)

    play(scenario)


def test_a_refund_in_parts_never_gives_more_than_was_paid(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        await at.provider.charge(request(order, at.good))
        first = await at.provider.refund(order, 1_900, f"{order}:1")
        assert isinstance(first, Refunded)
        assert first.amount == 1_900
        assert isinstance(await at.provider.refund(order, 3_001, f"{order}:2"), RefundRefused)
        assert isinstance(await at.provider.refund(order, 3_000, f"{order}:3"), Refunded)
        assert isinstance(await at.provider.refund(order, 1, f"{order}:4"), RefundRefused)
        assert await at.given_back(order) == 4_900

    play(scenario)


def test_the_same_refund_asked_for_again_is_given_once(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        await at.provider.charge(request(order, at.good))
        outcomes = await asyncio.gather(*(at.provider.refund(order, 2_000, f"{order}:r") for _ in range(5)))
        outcomes.append(await at.provider.refund(order, 2_000, f"{order}:r"))
        assert len(set(outcomes)) == 1
        assert isinstance(outcomes[0], Refunded)
        assert await at.given_back(order) == 2_000

    play(scenario)


def test_what_was_not_paid_is_not_given_back(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        never, declined = new_order(), new_order()
        await at.provider.charge(request(declined, at.bad))
        for order in (never, declined):
            assert isinstance(await at.provider.refund(order, 100, f"{order}:r"), RefundRefused)
        assert await at.provider.look_up(never) == NotAsked()

    play(scenario)


def test_a_method_that_makes_no_sense_is_refused_before_anything_is_taken(play: Play) -> None:
    async def scenario(at: Stand) -> None:
        order = new_order()
        with pytest.raises(Invalid):
            await at.provider.charge(request(order, "pm_unheard_of"))
        assert await at.taken(order) == []
        assert isinstance(await at.provider.charge(request(order, at.good)), Paid)

    play(scenario)


def test_what_is_paid_with_shows_in_no_traceback() -> None:
    assert "4242" not in repr(request(new_order(), "4242424242424242 1230 123"))
