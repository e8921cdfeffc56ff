"""Where a shopper goes on to pay: the page of the test bank, and Stripe's payment element on a page of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from myclothes.checkout.payments.protocol import NeedsAction, Paid
from myclothes.engines.valkey import Valkey as ValkeyEngine
from myclothes.kernel.db.pools import Database
from myclothes.kernel.web.security import CONTENT_SECURITY_POLICY
from tests.checkout.payments.localstripe import ASKS, GOOD, KEY, LocalStripe
from tests.checkout.payments.stands import WEBHOOK_SECRET, new_order, request
from tests.conftest import Run
from tests.storefront import Storefront, open_storefront

Engines = tuple[str, str, str, str]


@pytest.fixture
def engines(
    payments_database: Database, durable_valkey: ValkeyEngine, cache_valkey: ValkeyEngine, prefix: str
) -> Engines:
    return payments_database.dsn, durable_valkey.url, cache_valkey.url, prefix


@asynccontextmanager
async def asked_by_bank(engines: Engines) -> AsyncIterator[tuple[Storefront, str, NeedsAction]]:
    async with open_storefront(*engines) as shop:
        order = new_order()
        asked = await shop.shop.payments.providers[0].charge(request(order, f"{ASKS} 1230 123"))
        assert isinstance(asked, NeedsAction)
        yield shop, order, asked


def test_the_bank_asks_and_sends_the_shopper_back(engines: Engines, run: Run[Any]) -> None:
    async def scenario() -> None:
        for answer, amounts in (("approve", True), ("refuse", False)):
            async with asked_by_bank(engines) as (shop, order, asked):
                page = await shop.get(asked.url)
                assert page.status_code == 200
                assert "$49.00" in page.text
                assert "3220" in page.text
                assert order not in page.text.replace(asked.ref, "")
                assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
                back = await shop.post(asked.url, {"answer": answer})
                assert (back.status_code, back.headers["location"]) == (303, f"/orders/{order}")
                outcome = await shop.shop.payments.providers[0].look_up(order)
                assert isinstance(outcome, Paid) == amounts
                again = await shop.get(asked.url)
                assert (again.status_code, again.headers["location"]) == (303, f"/orders/{order}")

    run(scenario())


def test_the_bank_asks_in_korean_too(engines: Engines, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with asked_by_bank(engines) as (shop, _, asked):
            page = await shop.get("/ko" + asked.url)
            assert "본인이 결제하시는 건가요?" in page.text
            assert f'action="/ko{asked.url}"' in page.text

    run(scenario())


def test_the_bank_hears_only_a_clear_answer_from_our_own_page(engines: Engines, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with asked_by_bank(engines) as (shop, order, asked):
            assert (await shop.post(asked.url, {"answer": "maybe"})).status_code == 422
            assert (await shop.post(asked.url)).status_code == 422
            foreign = await shop.post(asked.url, {"answer": "approve"}, sec_fetch_site="cross-site")
            assert foreign.status_code == 403
            for nobody in (f"/test-bank/{order}_x", "/test-bank/_", "/test-bank/%F0%9F%91%96"):
                assert (await shop.get(nobody)).status_code == 404
                assert (await shop.post(nobody, {"answer": "approve"})).status_code == 404
            assert await shop.shop.payments.providers[0].look_up(order) == asked

    run(scenario())


def test_the_way_back_never_leads_to_another_site(engines: Engines, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with open_storefront(*engines) as shop:
            bank = shop.shop.payments.providers[0]
            for back, to in (
                ("https://evil.example//evil.example/x", "/"),
                ("//evil.example", "/"),
                ("javascript:x", "/"),
            ):
                order = new_order()
                wanted = request(order, f"{ASKS} 1230 123")
                asked = await bank.charge(type(wanted)(order, 100, "USD", wanted.method, back))
                assert isinstance(asked, NeedsAction)
                answer = await shop.post(asked.url, {"answer": "refuse"})
                assert answer.headers["location"] == to

    run(scenario())


def stripe_shop(engines: Engines, localstripe: LocalStripe, payment: str = "stripe") -> Any:
    return open_storefront(
        *engines,
        payment=payment,
        stripe_secret_key=KEY,
        stripe_publishable_key="pk_test_ours",
        stripe_webhook_secret=WEBHOOK_SECRET,
        stripe_api_base=localstripe.url,
    )


def test_with_stripe_the_shopper_pays_on_a_page_that_lets_only_stripe_in(
    engines: Engines, run: Run[Any], localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_shop(engines, localstripe) as shop:
            order = new_order()
            stripe = shop.shop.payments.providers[0]
            asked = await stripe.charge(request(order, ""))
            page = await shop.get(asked.url)
            assert page.status_code == 200
            policy = page.headers["content-security-policy"]
            assert "script-src 'self' https://js.stripe.com" in policy
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            secret = localstripe.ask("GET", f"/v1/payment_intents/{asked.ref}")["client_secret"]
            for shown in (
                "$49.00",
                f'data-secret="{secret}"',
                'data-key="pk_test_ours"',
                f"/orders/{order}",
                "<noscript>",
            ):
                assert shown in page.text, shown
            assert KEY not in page.text
            assert "<input" not in page.text.partition("<stripe-pay")[2].partition("</stripe-pay>")[0]
            assert (await shop.get("/")).headers["content-security-policy"] == CONTENT_SECURITY_POLICY
            localstripe.pay_on_page(asked.ref, GOOD)
            done = await shop.get(asked.url)
            assert (done.status_code, done.headers["location"]) == (303, f"/orders/{order}")

    run(scenario())


def test_only_intents_of_ours_have_a_page(engines: Engines, run: Run[Any], localstripe: LocalStripe) -> None:
    async def scenario() -> None:
        async with stripe_shop(engines, localstripe) as shop:
            foreign = localstripe.ask("POST", "/v1/payment_intents", {"amount": 100, "currency": "usd"})["id"]
            assert await shop.shop.payments.providers[0].cancel("NEVER-ASKED-FOR") is not None
            for name in (foreign, "pi_unheard", "..%2Frefunds", "%20"):
                assert (await shop.get(f"/pay/{name}")).status_code == 404

    run(scenario())


def test_with_stripe_the_test_bank_has_no_pages_and_takes_no_webhooks(
    engines: Engines, run: Run[Any], localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_shop(engines, localstripe) as shop:
            assert [provider.name for provider in shop.shop.payments.providers] == ["stripe", "test"]
            assert not shop.shop.payments.takes_cards
            assert (await shop.get("/test-bank/A_b")).status_code == 404
            assert (await shop.post("/payments/test/webhook")).status_code == 404
            assert (await shop.post("/payments/stripe/webhook")).status_code == 403

    run(scenario())


def test_with_the_test_bank_nothing_of_stripe_is_there(engines: Engines, run: Run[Any]) -> None:
    async def scenario() -> None:
        async with open_storefront(*engines) as shop:
            assert [provider.name for provider in shop.shop.payments.providers] == ["test"]
            assert shop.shop.payments.takes_cards
            assert (await shop.get("/pay/pi_1")).status_code == 404
            assert (await shop.post("/payments/stripe/webhook")).status_code == 404
            answer: httpx.Response = await shop.post("/payments/test/webhook")
            assert answer.status_code == 403

    run(scenario())


def test_after_a_change_of_provider_the_earlier_one_is_still_asked(
    engines: Engines, run: Run[Any], localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_shop(engines, localstripe, payment="test") as shop:
            assert [provider.name for provider in shop.shop.payments.providers] == ["test", "stripe"]
            assert shop.shop.payments.takes_cards
            assert (await shop.post("/payments/stripe/webhook")).status_code == 404

    run(scenario())
