"""Webhooks come early, late, twice, out of order, forged or never: an order ends as the provider says, and once."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from myclothes.checkout.payments.protocol import ChargeRequest, Outcome
from myclothes.checkout.payments.webhooks import Webhooks
from myclothes.kernel.errors import Forbidden, NotFound, Unavailable
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.edge import Edge
from myclothes.kernel.web.errors import ErrorPages
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.router import Router
from tests.checkout.conftest import OpenTill
from tests.checkout.payments.stands import new_order
from tests.checkout.shop import Till
from tests.conftest import Run

GOOD = "4242424242424242 1230 123"
BAD = "4000000000000002 1230 123"
ASKS = "4000000000003220 1230 123"
SILENT = "4000000000000119 1230 123"
TWICE = "4000000000000341 1230 123"


def event(order: str, kind: str = "payment", name: str = "") -> bytes:
    return json.dumps({"id": name or f"evt_{secrets.token_hex(6)}", "order": order, "kind": kind}).encode()


def webhooks_of(shop: Till) -> Webhooks:
    return Webhooks(shop.bank, shop.database, shop.checkout.settle)


async def deliver(shop: Till, body: bytes) -> None:
    await webhooks_of(shop).receive(shop.bank.signed(body), body)


async def remembered(shop: Till) -> int:
    return int(await shop.ask("SELECT count(*) FROM webhook_event"))


def test_a_webhook_that_comes_before_our_own_commit_settles_the_order(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop:
            charge = shop.bank.charge

            async def and_tell(request: ChargeRequest) -> Outcome:
                outcome = await charge(request)
                await deliver(shop, event(request.order))
                assert await shop.ask("SELECT status FROM orders") == "confirmed"
                return outcome

            shop.bank.charge = and_tell  # type: ignore[method-assign]
            placed = await shop.buy(await shop.cart(TEE=2), GOOD)
            assert placed.status == "confirmed"
            assert await shop.ask("SELECT count(*) FROM order_event WHERE kind = 'confirmed'") == 1
            assert await shop.ask("SELECT count(*) FROM outbox WHERE key LIKE '%order_confirmed%'") == 1
            assert await shop.paid(placed.order) == placed.total

    run(scenario())


def test_two_webhooks_at_once_beside_our_own_commit_are_one_order(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop:
            shop.bank.tell = webhooks_of(shop).receive
            placed = await shop.buy(await shop.cart(TEE=1), TWICE)
            await asyncio.gather(*shop.bank._messages)
            assert placed.status == "confirmed"
            assert await shop.ask("SELECT status FROM orders") == "confirmed"
            assert await shop.ask("SELECT count(*) FROM order_event WHERE kind = 'confirmed'") == 1
            assert await remembered(shop) == 1

    run(scenario())


def test_a_webhook_tells_what_the_shopper_answered_the_bank(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop:
            shop.bank.tell = webhooks_of(shop).receive
            for approved, status in ((True, "confirmed"), (False, "failed")):
                placed = await shop.buy(await shop.cart(TEE=1), ASKS)
                assert placed.status == "pending"
                ref = placed.next_url.removeprefix("/test-bank/")
                back = await shop.bank.decide(ref, approved=approved)
                assert back == f"https://shop.example/orders/{placed.order}"
                await asyncio.gather(*shop.bank._messages)
                assert await shop.ask("SELECT status FROM orders WHERE number = $1", placed.order) == status

    run(scenario())


def test_when_no_webhook_ever_comes_the_reconciler_asks(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop:
            placed = await shop.buy(await shop.cart(TEE=1), SILENT)
            assert placed.status == "pending"
            await shop.age(60)
            await shop.checkout.reconciler.step()
            assert await shop.ask("SELECT status FROM orders") == "confirmed"

    run(scenario())


def test_late_repeated_and_unordered_webhooks_change_nothing(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop:
            paid = await shop.buy(await shop.cart(TEE=1), GOOD)
            declined = await shop.buy(await shop.cart(TEE=1), BAD)
            before = await shop.ask("SELECT count(*) FROM order_event")
            same = event(paid.order, name="evt_same")
            for body in (event(paid.order, "refund"), same, same, event(declined.order), event(paid.order)):
                await deliver(shop, body)
            await asyncio.gather(*(deliver(shop, event(paid.order, name="evt_at_once")) for _ in range(5)))
            assert await shop.ask("SELECT count(*) FROM order_event") == before
            assert await remembered(shop) == 5

    run(scenario())


def test_what_a_webhook_says_is_not_believed_but_asked(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop:
            waiting = await shop.buy(await shop.cart(TEE=1), ASKS)
            await deliver(shop, event(waiting.order))
            assert await shop.ask("SELECT status FROM orders") == "pending"
            assert await shop.paid(waiting.order) == 0

    run(scenario())


def test_an_event_that_could_not_be_dealt_with_is_dealt_with_when_it_comes_again(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop:
            troubles: list[Exception | None] = [Unavailable(), NotFound(), None]
            asked: list[str] = []

            async def settle(order: str) -> None:
                asked.append(order)
                trouble = troubles[len(asked) - 1]
                if trouble:
                    raise trouble

            webhooks = Webhooks(shop.bank, shop.database, settle)
            body = event("ABCD-EFGH-JKMN")
            for error in (Unavailable, NotFound):
                with pytest.raises(error):
                    await webhooks.receive(shop.bank.signed(body), body)
            for _ in range(3):
                await webhooks.receive(shop.bank.signed(body), body)
            assert len(asked) == 3

    run(scenario())


def test_old_events_are_forgotten_a_few_at_a_time(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop:
            await shop.do(
                "INSERT INTO webhook_event SELECT 'test', 'old' || n, now() - interval '31 days'"
                " FROM generate_series(1, 15) n"
            )
            placed = await shop.buy(await shop.cart(TEE=1), GOOD)
            await deliver(shop, event(placed.order))
            assert await remembered(shop) == 15 - 10 + 1

    run(scenario())


@asynccontextmanager
async def site(shop: Till) -> AsyncIterator[httpx.AsyncClient]:
    """The webhook's address on the real edge."""
    renderer = Renderer([], static_url=str, currency="USD", base_url="https://shop.example")
    edge = Edge(
        Router(webhooks_of(shop).routes()),
        errors=ErrorPages(renderer),
        cookies=ShopCookies.over(secure=True, cart_days=1, session_days=1),
        secure=True,
    )
    transport = httpx.ASGITransport(edge)
    async with httpx.AsyncClient(transport=transport, base_url="https://shop.example") as client:
        client.headers["accept"] = "application/json"
        yield client


def test_over_http_only_what_is_signed_comes_in(till: OpenTill, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with till() as shop, site(shop) as client:
            placed = await shop.buy(await shop.cart(TEE=1), ASKS)
            await shop.bank.decide(placed.next_url.removeprefix("/test-bank/"), approved=True)
            body, path = event(placed.order), "/payments/test/webhook"
            good = shop.bank.signed(body)
            forged = good | {"test-bank-signature": good["test-bank-signature"][:-1] + "x"}
            assert (await client.post(path, content=body)).status_code == 403
            assert (await client.post(path, content=body, headers=forged)).status_code == 403
            assert (await client.post(path, content=event("OTHER"), headers=good)).status_code == 403
            assert (await client.post(path, content=b"x" * 70_000, headers=good)).status_code == 413
            cross_site = good | {"sec-fetch-site": "cross-site"}
            assert (await client.post(path, content=body, headers=cross_site)).status_code == 403
            assert (await client.get(path)).status_code == 405
            assert await shop.ask("SELECT status FROM orders") == "pending"
            answer = await client.post(path, content=body, headers=good)
            assert (answer.status_code, answer.json()) == (200, {"received": True})
            assert await shop.ask("SELECT status FROM orders") == "confirmed"
            unknown = event(new_order())
            answer = await client.post(path, content=unknown, headers=shop.bank.signed(unknown))
            assert answer.status_code == 404

    run(scenario())


def test_even_with_the_check_of_signatures_off_a_forged_webhook_pays_nothing(
    till: OpenTill, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would make us ask the provider, as often as anybody likes: that is what the check keeps away."""

    async def scenario() -> None:
        async with till() as shop:
            placed = await shop.buy(await shop.cart(TEE=1), ASKS)
            forged = {"test-bank-signature": "t=1,v1=" + "0" * 64}
            with pytest.raises(Forbidden):
                await webhooks_of(shop).receive(forged, event(placed.order))
            assert await remembered(shop) == 0
            monkeypatch.setattr("myclothes.checkout.payments.test_bank.is_genuine", lambda *_: True)
            await webhooks_of(shop).receive(forged, event(placed.order))
            assert await remembered(shop) == 1
            assert await shop.ask("SELECT status FROM orders") == "pending"

    run(scenario())
