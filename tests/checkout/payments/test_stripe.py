"""Stripe when the network fails, when its promises have run out, and when the shopper pays on its own page."""

import asyncio
import sys
import textwrap
from subprocess import DEVNULL
from typing import Any

import pytest

from myclothes.checkout.payments.protocol import Declined, NeedsAction, NotAsked, Paid, Refunded
from myclothes.checkout.payments.stripe import Stripe
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Invalid, Unavailable
from tests.checkout.payments.localstripe import BAD, CHECKED_AND_BAD, GOOD, KEY, LocalStripe
from tests.checkout.payments.stands import WEBHOOK_SECRET, new_order, request, stripe_stand
from tests.conftest import Run


def test_a_charge_whose_answer_was_lost_is_found_by_asking(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            at.wire.fail("swallow", "confirm")
            with pytest.raises(Unavailable) as caught:
                await at.provider.charge(request(order, at.good))
            assert caught.value.in_doubt
            assert at.wire.passed["confirm"] == 1, "the library's repeats carry the key of the first"
            paid = await at.provider.look_up(order)
            assert isinstance(paid, Paid)
            assert await at.taken(order) == [4_900]
            at.wire.fail("", "")
            assert await at.provider.charge(request(order, at.good)) == paid
            assert await at.taken(order) == [4_900]

    run(scenario())


def test_one_lost_answer_is_made_up_for_by_a_repeat(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            at.wire.fail("swallow", "confirm", times=1)
            assert isinstance(await at.provider.charge(request(order, at.good)), Paid)
            assert await at.taken(order) == [4_900]

    run(scenario())


def test_even_without_idempotency_keys_an_order_is_charged_once(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    """Stripe forgets its keys after a day; localstripe never knew any."""

    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe, keeps_keys=False) as at:
            order = new_order()
            await asyncio.gather(*(at.provider.charge(request(order, at.good)) for _ in range(10)))
            assert at.wire.passed["payment_intents"] > 1, "or nothing was shown"
            assert await at.taken(order) == [4_900]
            first = await at.provider.refund(order, 900, "same")
            assert await at.provider.refund(order, 900, "same") == first
            assert await at.given_back(order) == 900

    run(scenario())


def test_without_the_row_of_the_order_it_would_be_charged_more_than_once(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard switched off: each request keeps its own intent."""

    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe, keeps_keys=False) as at:
            keep = at.provider.intents.keep

            async def keep_own(order: str, intent: str, return_url: str) -> Any:
                return await keep(f"{order}:{intent}", intent, return_url)

            monkeypatch.setattr(at.provider.intents, "keep", keep_own)
            order = new_order()
            await asyncio.gather(*(at.provider.charge(request(order, at.good)) for _ in range(5)))
            assert len(await at.taken(order)) > 1

    run(scenario())


def test_a_server_that_is_gone_leaves_nothing_in_doubt_before_anything_was_asked(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            at.wire.fail("refuse", "payment_intents")
            with pytest.raises(Unavailable) as caught:
                await at.provider.charge(request(order, at.good))
            assert not caught.value.in_doubt
            assert await at.provider.look_up(order) == NotAsked()
            assert await at.taken(order) == []

    run(scenario())


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe, whole_seconds=0.5) as at:
            order = new_order()
            at.wire.fail("freeze", "confirm")
            with pytest.raises(Unavailable) as caught:
                await asyncio.wait_for(at.provider.charge(request(order, at.good)), 10)
            assert caught.value.in_doubt
            assert await at.provider.look_up(order) == NotAsked(), "so that the reconciler does not wait for long"
            assert isinstance(await at.provider.cancel(order), Declined)
            at.wire.fail("", "")
            assert isinstance(await at.provider.charge(request(order, at.good)), Declined)
            assert await at.taken(order) == []

    run(scenario())


def test_a_web_process_killed_while_paying_leaves_one_charge_that_can_be_found(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            at.wire.fail("swallow", "confirm")
            code = f"""
                import asyncio
                from myclothes.checkout.payments.protocol import ChargeRequest
                from myclothes.checkout.payments.stripe import Stripe
                from myclothes.kernel.db.pools import Database

                async def pay():
                    database = Database({payments_database.dsn!r})
                    stripe = Stripe(database, secret_key={KEY!r}, webhook_secret="", api_base={at.wire.url!r})
                    await stripe.charge(ChargeRequest({order!r}, 4_900, "USD", {at.good!r}, "/"))

                asyncio.run(pay())
            """
            child = await asyncio.create_subprocess_exec(sys.executable, "-c", textwrap.dedent(code), stderr=DEVNULL)
            try:
                await at.wire.carried_out("confirm")
            finally:
                child.kill()
                await child.wait()
            assert isinstance(await at.provider.look_up(order), Paid)
            at.wire.fail("", "")
            assert isinstance(await at.provider.charge(request(order, at.good)), Paid)
            assert await at.taken(order) == [4_900]

    run(scenario())


def test_a_server_that_was_killed_is_told_as_one_that_does_not_answer(
    run: Run[Any], payments_database: Database, engines_folder: Any
) -> None:
    server = LocalStripe(engines_folder / "mortal-stripe")
    server.start()

    async def scenario() -> None:
        async with stripe_stand(payments_database, server) as at:
            paid, waiting = new_order(), new_order()
            await at.provider.charge(request(paid, at.good))
            await at.provider.charge(request(waiting, at.asks))
            server.kill()
            answers = await asyncio.gather(
                at.provider.look_up(paid),
                at.provider.cancel(waiting),
                at.provider.refund(paid, 100, "k"),
                at.provider.charge(request(waiting, at.good)),
                return_exceptions=True,
            )
            assert [type(answer) for answer in answers] == [Unavailable] * 4

    try:
        run(scenario())
    finally:
        server.stop()


def test_a_shopper_pays_on_stripes_own_page(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            asked = await at.provider.charge(request(order, ""))
            assert isinstance(asked, NeedsAction)
            assert asked.url == f"/pay/{asked.ref}"
            assert await at.provider.charge(request(order, "")) == asked
            assert localstripe.pay_on_page(asked.ref, GOOD) == "succeeded"
            assert await at.provider.look_up(order) == Paid(asked.ref, 4_900)
            assert await at.taken(order) == [4_900]

    run(scenario())


def test_on_stripes_page_another_card_may_be_tried_until_the_order_is_given_up(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            asked = await at.provider.charge(request(order, ""))
            assert isinstance(asked, NeedsAction)
            with pytest.raises(AssertionError):  # 402
                localstripe.pay_on_page(asked.ref, BAD)
            assert await at.provider.look_up(order) == asked
            assert await at.provider.cancel(order) == Declined("card_declined", asked.ref)

    run(scenario())


def test_a_card_that_is_checked_and_then_declined_pays_nothing(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            asked = await at.provider.charge(request(order, localstripe.method(CHECKED_AND_BAD)))
            assert isinstance(asked, NeedsAction)
            localstripe.authenticate(asked.ref, success=True)
            assert isinstance(await at.provider.look_up(order), NeedsAction)
            assert isinstance(await at.provider.cancel(order), Declined)
            assert await at.taken(order) == []

    run(scenario())


def test_a_cancelled_order_leaves_nothing_that_could_be_paid(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            assert await at.provider.cancel(order) == Declined("cancelled")
            assert await at.provider.charge(request(order, at.good)) == Declined("cancelled")
            assert at.wire.passed["payment_intents"] == 0

    run(scenario())


def test_a_refund_whose_answer_was_lost_is_not_given_twice(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            order = new_order()
            await at.provider.charge(request(order, at.good))
            at.wire.fail("swallow", "refunds")
            with pytest.raises(Unavailable) as caught:
                await at.provider.refund(order, 1_000, "lost")
            assert caught.value.in_doubt
            at.wire.fail("", "")
            assert isinstance(await at.provider.refund(order, 1_000, "lost"), Refunded)
            assert await at.given_back(order) == 1_000

    run(scenario())


def test_nonsense_in_the_form_is_said_beside_its_field(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            assert at.provider.read_method({}) == ""
            assert at.provider.read_method({"payment_method": at.good}) == at.good
            for nonsense in ("4242424242424242", "pm_", "pm_x/../y", "pm_\n", "src_1", "pm_" + "x" * 200):
                with pytest.raises(Invalid) as caught:
                    at.provider.read_method({"payment_method": nonsense})
                assert set(caught.value.fields) == {"payment_method"}

    run(scenario())


def test_a_key_that_stripe_does_not_accept_is_said_in_the_log_and_not_shown(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        stripe = Stripe(
            payments_database, secret_key="nonsense", webhook_secret=WEBHOOK_SECRET, api_base=localstripe.url
        )
        try:
            with pytest.raises(Unavailable):
                await stripe.charge(request(new_order(), ""))
        finally:
            await stripe.close()

    run(scenario())
    assert "does not accept our key" in caplog.text
    assert "nonsense" not in caplog.text
