"""The test bank's awkward cards, and books that outlive everybody who writes in them."""

import asyncio
import logging
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from myclothes.checkout.payments.protocol import Declined, NeedsAction, Paid
from myclothes.engines.valkey import CACHE
from myclothes.engines.valkey import Valkey as ValkeyEngine
from myclothes.kernel.errors import Forbidden, Invalid, NotFound, Unavailable
from tests.checkout.payments.stands import bank_stand, new_order, request
from tests.conftest import Run


def test_a_charge_whose_answer_never_came_is_found_by_asking(
    run: Run[Any], durable_valkey: ValkeyEngine, prefix: str
) -> None:
    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            order = new_order()
            with pytest.raises(Unavailable) as caught:
                await at.provider.charge(request(order, at.silent))
            assert caught.value.in_doubt
            paid = await at.provider.look_up(order)
            assert isinstance(paid, Paid)
            assert await at.provider.cancel(order) == paid
            assert await at.provider.charge(request(order, at.silent)) == paid

    run(scenario())


def test_the_card_that_answers_twice_sends_two_webhooks_of_one_event(
    run: Run[Any], durable_valkey: ValkeyEngine, prefix: str
) -> None:
    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            told: list[tuple[str, str]] = []
            both = asyncio.Event()

            async def tell(headers: Mapping[str, str], body: bytes) -> None:
                event = at.provider.read_webhook(headers, body)
                told.append((event.id, event.order))
                if len(told) == 2:
                    both.set()

            at.provider.tell = tell
            order = new_order()
            await at.provider.charge(request(order, at.twice))
            await asyncio.wait_for(both.wait(), 10)
            assert told[0] == told[1]
            assert told[0][1] == order

    run(scenario())


def test_a_webhook_that_the_shop_does_not_take_harms_nobody(
    run: Run[Any], durable_valkey: ValkeyEngine, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            tried = asyncio.Event()

            async def tell(headers: Mapping[str, str], body: bytes) -> None:
                tried.set()
                raise Unavailable

            at.provider.tell = tell
            assert isinstance(await at.provider.charge(request(new_order(), at.twice)), Paid)
            await asyncio.wait_for(tried.wait(), 10)

    run(scenario())
    assert "4000000000000341" not in caplog.text


def test_the_bank_asks_only_who_knows_its_address(run: Run[Any], durable_valkey: ValkeyEngine, prefix: str) -> None:
    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            order = new_order()
            asked = await at.provider.charge(request(order, at.asks))
            assert isinstance(asked, NeedsAction)
            assert (await at.provider.asked(asked.ref))["last4"] == "3220"
            for ref in (order, f"{order}_", f"{order}_guessed", "", "_", "nobody_x"):
                with pytest.raises(NotFound):
                    await at.provider.asked(ref)
                with pytest.raises(NotFound):
                    await at.provider.decide(ref, approved=True)
            assert await at.provider.look_up(order) == asked

    run(scenario())


def test_the_first_answer_to_the_bank_stands(run: Run[Any], durable_valkey: ValkeyEngine, prefix: str) -> None:
    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            order = new_order()
            asked = await at.provider.charge(request(order, at.asks))
            assert isinstance(asked, NeedsAction)
            await asyncio.gather(*(at.provider.decide(asked.ref, approved=said) for said in (False, True, True)))
            assert await at.provider.look_up(order) == Declined("authentication_failed", asked.ref)

    run(scenario())


def test_only_test_cards_are_taken(run: Run[Any], durable_valkey: ValkeyEngine, prefix: str) -> None:
    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            real = {"card_number": "4111111111111111", "card_expiry": "08/30", "card_cvc": "123"}
            with pytest.raises(Invalid) as caught:
                at.provider.read_method(real)
            assert set(caught.value.fields) == {"card_number"}
            good = real | {"card_number": "4242 4242 4242 4242"}
            order = new_order()
            await at.provider.charge(request(order, at.provider.read_method(good)))
            assert await at.taken(order) == [4_900]

    run(scenario())


def test_the_books_hold_no_card(
    run: Run[Any], durable_valkey: ValkeyEngine, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            order = new_order()
            await at.provider.charge(request(order, at.good))
            entry = await at.provider.ledger.entry(order)
            assert entry["last4"] == "4242"
            assert not any("42424242" in value or value in ("123", "1230") for value in entry.values())

    with caplog.at_level(logging.DEBUG):
        run(scenario())
    assert "42424242" not in caplog.text


def test_a_webhook_is_believed_only_with_a_fresh_signature(
    run: Run[Any], durable_valkey: ValkeyEngine, prefix: str
) -> None:
    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            body = b'{"id": "evt_1", "order": "A", "kind": "payment"}'
            good = at.provider.signed(body)
            assert at.provider.read_webhook(good, body).order == "A"
            name = "test-bank-signature"
            stamp, _, code = good[name].partition(",v1=")
            for forged in (
                {},
                {name: ""},
                {name: "t=1,v1=" + code},
                {name: f"{stamp},v1={'0' * 64}"},
                {name: f"{stamp},v1={code[:-1]}"},
                {name: "t=²,v1=" + code},
            ):
                with pytest.raises(Forbidden):
                    at.provider.read_webhook(forged, body)
            with pytest.raises(Forbidden):
                at.provider.read_webhook(good, body.replace(b'"A"', b'"B"'))
            now = at.provider._clock()
            for late in (now + 301, now - 302):
                at.provider._clock = partial(float, late)
                with pytest.raises(Forbidden):
                    at.provider.read_webhook(good, body)

    run(scenario())


def test_what_the_bank_decided_outlives_the_process_that_asked(
    run: Run[Any], durable_valkey: ValkeyEngine, prefix: str
) -> None:
    order = new_order()
    code = f"""
        import asyncio, os, signal
        from tests.checkout.payments.stands import bank_stand, request

        async def pay():
            async with bank_stand({durable_valkey.url!r}, {prefix!r}, silence=60) as at:
                asyncio.get_running_loop().call_later(0.5, os.kill, os.getpid(), signal.SIGKILL)
                await at.provider.charge(request({order!r}, at.silent))

        asyncio.run(pay())
    """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, timeout=60)
    assert died.returncode == -9

    async def scenario() -> None:
        async with bank_stand(durable_valkey.url, prefix) as at:
            assert isinstance(await at.provider.look_up(order), Paid)

    run(scenario())


def test_without_its_valkey_the_bank_does_not_answer(run: Run[Any], engines_folder: Any, prefix: str) -> None:
    engine = ValkeyEngine(engines_folder / "bank", CACHE)
    engine.start()

    async def scenario() -> None:
        async with bank_stand(engine.url, prefix) as at:
            order = new_order()
            await at.provider.charge(request(order, at.good))
            engine.kill()
            answers = await asyncio.gather(
                at.provider.look_up(order),
                at.provider.charge(request(new_order(), at.good)),
                at.provider.cancel(order),
                at.provider.refund(order, 1, "r"),
                return_exceptions=True,
            )
            assert [type(answer) for answer in answers] == [Unavailable] * 4

    try:
        run(scenario())
    finally:
        engine.stop()
