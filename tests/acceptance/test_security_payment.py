"""Prices, totals and payments are the shop's and the bank's to say, and nobody else's."""

import time
from typing import Any

import msgspec
import pytest

from myclothes.checkout.payments.signature import sign
from myclothes.checkout.payments.test_bank import SIGNATURE
from tests.acceptance.buyers import JSON, SECURE
from tests.acceptance.safe import Customer, ask, everything, paid
from tests.accounts.house import House
from tests.checkout.shop import PRICES, TEE
from tests.conftest import Run

SHIPPING = 500
WEBHOOK = "/payments/test/webhook"


@pytest.mark.parametrize(
    "extra",
    [
        {"total": "1"},
        {"price": "1", "unit_price": "1", "amount": "1", f"price[{TEE}]": "1"},
        {"subtotal": "1", "discount": "4000", "tax": "-400", "shipping_price": "0"},
        {"currency": "KRW"},
        {"lines": "[]", "sku": TEE, "quantity": "-1"},
        {"status": "confirmed", "payment_status": "paid", "payment_ref": "x", "paid": "true"},
        {"account_id": "1", "browser": "x", "number": "0000-0000-0000", "order": "0000-0000-0000", "id": "1"},
        {"refunded": "4000", "hold_expires_at": "2000-01-01", "return_url": "https://evil.example/"},
    ],
)
def test_no_field_of_a_form_changes_what_is_paid_or_whose_it_is(
    run: Run[None], safe: House, extra: dict[str, str]
) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe, quantity=2)
        number = await customer.order(**extra)
        total = 2 * PRICES[TEE] + SHIPPING
        assert await paid(safe, number) == total
        told = (await customer.client.get(f"/orders/{number}", headers=JSON)).json()
        assert (told["total"], told["refunded"], told["currency"]) == (total, 0, "USD")
        assert [(line["sku"], line["quantity"]) for line in told["lines"]] == [(TEE, 2)]
        assert await ask(safe, "SELECT account_id FROM orders WHERE number = $1", number) is None

    run(scenario())


@pytest.mark.parametrize("total", ["0", "1", "4399", "4401", "9" * 15])
def test_a_total_that_was_never_shown_is_refused_and_nothing_is_charged(
    run: Run[None], safe: House, total: str
) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        before = await everything(safe.database)
        answer = await customer.pay(expected_total=total)
        assert answer.status_code == 409
        assert [p["kind"] for p in answer.json()["problems"]] == ["total"]
        assert await everything(safe.database) == before
        assert await customer.cart() == {TEE: 1}

    run(scenario())


@pytest.mark.parametrize("total", ["-1", "1e3", "4400.0", "NaN", "0x1", "٤٤٠٠", " 4400", "9" * 40, "4400;", "null"])
def test_a_total_that_is_none_is_refused(run: Run[None], safe: House, total: str) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        before = await everything(safe.database)
        assert (await customer.pay(expected_total=total)).status_code == 422
        assert await everything(safe.database) == before

    run(scenario())


def test_the_price_of_a_line_cannot_be_brought_along_in_the_cart(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer = Customer(safe, safe.browser())
        await customer.client.post(
            "/cart/lines", data={"sku": TEE, "quantity": "1", "price": "1", "seen_price": "1", "unit_price": "1"}
        )
        cart = (await customer.client.get("/cart", headers=JSON)).json()
        assert cart["lines"][0]["unit_price"] == PRICES[TEE]
        assert (await customer.pay()).json()["total"] == PRICES[TEE] + SHIPPING

    run(scenario())


def test_a_link_to_the_checkout_does_not_say_where_parcels_and_mail_go(run: Run[None], safe: House) -> None:
    """Somebody else may have sent it."""

    async def scenario() -> None:
        email = await safe.registered()
        member = await Customer.ready(safe, email=email)
        link = {
            "email": "eve@example.com",
            "name": "Eve Eavesdrop",
            "line1": "66 Foreign Lane",
            "phone": "503 555 6666",
        }
        for customer in (member, await Customer.ready(safe)):
            page = await customer.client.get("/checkout", params=link | {"country": "US", "shipping": "express"})
            assert page.status_code == 200
            for planted in ("eve@example.com", "Eavesdrop", "Foreign Lane", "5556666", "555 6666"):
                assert planted not in page.text
        assert email in (await member.client.get("/checkout")).text

    run(scenario())


# -- webhooks


def _event(number: str, **changes: Any) -> bytes:
    return msgspec.json.encode({"id": "evt_1", "order": number, "kind": "payment", **changes})


def test_forged_webhooks_move_nothing(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        number = (await customer.pay(SECURE)).json()["order"]
        bank = safe.shop.checkout.provider
        body, now = _event(number), time.time()
        genuine = bank.signed(body)[SIGNATURE]  # type: ignore[attr-defined]
        forgeries: list[tuple[str, bytes]] = [
            ("", body),
            ("nonsense", body),
            (sign("k" * 32, body, now), body),
            (sign("", body, now), body),
            (genuine, _event(number, id="evt_2")),
            (genuine, body + b" "),
            (genuine[:-1] + ("0" if genuine[-1] != "0" else "1"), body),
            (genuine.upper(), body),
        ]
        before = await everything(safe.database)
        spy = safe.browser()
        for signature, content in forgeries:
            headers = {"content-type": "application/json", SIGNATURE: signature}
            assert (await spy.post(WEBHOOK, content=content, headers=headers)).status_code == 403, signature
        assert await everything(safe.database) == before

        # Even a genuine one only makes the shop ask the bank, which says that nobody has paid.
        headers = {"content-type": "application/json", SIGNATURE: genuine}
        assert (await spy.post(WEBHOOK, content=body, headers=headers)).status_code == 200
        assert await ask(safe, "SELECT status FROM orders WHERE number = $1", number) == "pending"
        assert await paid(safe, number) == 0

    run(scenario())


def test_an_old_webhook_is_not_believed(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        number = (await customer.pay(SECURE)).json()["order"]
        bank = safe.shop.checkout.provider
        body = _event(number)
        for age in (-3_600, 3_600):
            signature = sign(bank._keys[0], body, time.time() - age)  # type: ignore[attr-defined]
            headers = {"content-type": "application/json", SIGNATURE: signature}
            assert (await safe.browser().post(WEBHOOK, content=body, headers=headers)).status_code == 403

    run(scenario())


def test_coming_back_from_the_bank_without_having_paid_confirms_nothing(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        answer = (await customer.pay(SECURE)).json()
        back = await customer.client.get(
            f"/checkout/back/{answer['order']}?status=paid&payment_intent=x&redirect_status=succeeded", headers=JSON
        )
        assert back.json()["status"] == "pending"
        assert await customer.cart() == {TEE: 1}
        approved = await customer.client.post(answer["next"], data={"answer": "approve"})
        assert approved.headers["location"].startswith("/")
        assert (await customer.client.get(approved.headers["location"])).status_code == 303
        assert await paid(safe, answer["order"]) == PRICES[TEE] + SHIPPING

    run(scenario())
