"""Webhooks as Stripe signs them, and as localstripe really sends them."""

import asyncio
import json
import time
from typing import Any

import pytest
from aiohttp import web
from stripe import WebhookSignature

from myclothes.checkout.payments.protocol import Paid, WebhookEvent
from myclothes.checkout.payments.stripe_webhook import read_event
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import BadRequest, Forbidden
from tests.checkout.payments.localstripe import LocalStripe
from tests.checkout.payments.stands import WEBHOOK_SECRET, new_order, request, stripe_stand
from tests.conftest import Run


def body_of(kind: str, metadata: Any) -> bytes:
    return json.dumps(
        {"id": "evt_1", "object": "event", "type": kind, "data": {"object": {"metadata": metadata}}}
    ).encode()


def signed(body: bytes, secret: str = WEBHOOK_SECRET, age: float = 0) -> str:
    return str(WebhookSignature.generate_signature_header(body.decode(), secret, int(time.time() - age)))


def test_an_event_names_its_order_and_what_it_is_about() -> None:
    for kind, about in (
        ("payment_intent.succeeded", "payment"),
        ("payment_intent.payment_failed", "payment"),
        ("charge.refunded", "refund"),
        ("refund.failed", "refund"),
        ("invoice.paid", "other"),
    ):
        body = body_of(kind, {"order": "A"})
        assert read_event(signed(body), body, WEBHOOK_SECRET) == WebhookEvent("evt_1", "A", about)  # type: ignore[arg-type]


def test_an_event_about_nothing_of_ours_names_no_order() -> None:
    strange: tuple[Any, ...] = (None, {}, [], "order", {"order": None}, {"order": 7})
    for metadata in strange:
        body = body_of("payment_intent.succeeded", metadata)
        assert read_event(signed(body), body, WEBHOOK_SECRET).order == ""


def test_what_stripe_did_not_sign_or_long_ago_is_refused() -> None:
    body = body_of("payment_intent.succeeded", {"order": "A"})
    good = signed(body)
    for signature in (
        "",
        "nonsense",
        "t=1",
        "t=,v1=",
        signed(body, "whsec_other"),
        signed(body, age=301),
        good.replace("v1=", "v0="),
        good[:-1],
    ):
        with pytest.raises(Forbidden):
            read_event(signature, body, WEBHOOK_SECRET)
    with pytest.raises(Forbidden):
        read_event(good, body.replace(b'"A"', b'"B"'), WEBHOOK_SECRET)
    with pytest.raises(Forbidden):
        read_event(good, b"\xff" + body, WEBHOOK_SECRET)
    with pytest.raises(Forbidden):
        read_event(signed(body, "x"), body, "")
    assert read_event(signed(body, age=290), body, WEBHOOK_SECRET).order == "A"


def test_while_secrets_change_one_of_two_signatures_is_enough() -> None:
    body = body_of("payment_intent.succeeded", {"order": "A"})
    ours = signed(body)
    both = ours + "," + signed(body, "whsec_old").split(",")[1]
    assert read_event(both, body, WEBHOOK_SECRET).order == "A"


def test_what_is_signed_but_no_event_is_refused() -> None:
    for body in (b"{}", b"[]", b"nonsense", b'{"id": 1, "type": "x", "data": {}}'):
        with pytest.raises(BadRequest):
            read_event(signed(body), body, WEBHOOK_SECRET)


def test_a_payment_at_localstripe_arrives_as_a_webhook(
    run: Run[Any], payments_database: Database, localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with stripe_stand(payments_database, localstripe) as at:
            arrived: asyncio.Queue[WebhookEvent] = asyncio.Queue()

            async def take(posted: web.Request) -> web.Response:
                headers = {name.lower(): value for name, value in posted.headers.items()}
                arrived.put_nowait(at.provider.read_webhook(headers, await posted.read()))
                return web.Response()

            app = web.Application()
            app.router.add_post("/payments/stripe/webhook", take)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            try:
                listening = web.TCPSite(runner, "127.0.0.1", 0)
                await listening.start()
                port = runner.addresses[0][1]
                localstripe.send_webhooks_to(f"http://127.0.0.1:{port}/payments/stripe/webhook", WEBHOOK_SECRET)
                order = new_order()
                assert isinstance(await at.provider.charge(request(order, at.good)), Paid)
                told = await asyncio.wait_for(arrived.get(), 20)
                while told.order != order:
                    told = await asyncio.wait_for(arrived.get(), 20)
                assert told.kind == "payment"
            finally:
                await runner.cleanup()

    run(scenario())
