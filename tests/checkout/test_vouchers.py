"""Which vouchers hold when, and for whom."""

from typing import Any

import pytest

from myclothes.checkout.model import Buyer, CheckoutRefused
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import Till


async def told(shop: Till, voucher: str, *, email: str = "ada@example.com", account: int | None = None) -> str:
    """What a quote says of it: "" for a voucher that holds."""
    quoted = await shop.checkout.quote(
        await shop.cart(TEE=2), Buyer(account, "b", email, "en"), country="US", voucher=voucher
    )
    reasons = [problem.reason for problem in quoted.problems if problem.kind == "voucher"]
    assert bool(reasons) is (quoted.voucher is None)
    return reasons[0] if reasons else ""


def test_a_voucher_holds_between_its_dates_and_from_its_minimum(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            await shop.do(
                "INSERT INTO voucher (code, kind, value, minimum, starts_at, ends_at, uses_left) VALUES"
                " ('NOW', 'fixed', 100, 7800, now() - interval '1 day', now() + interval '1 day', NULL),"
                " ('DEAR', 'fixed', 100, 7801, now(), NULL, NULL),"
                " ('SOON', 'fixed', 100, 0, now() + interval '1 hour', NULL, NULL),"
                " ('OVER', 'fixed', 100, 0, now() - interval '2 days', now() - interval '1 day', NULL),"
                " ('EMPTY', 'fixed', 100, 0, now(), NULL, 0)"
            )
            for typed, reason in (
                ("NOW", ""),
                (" now ", ""),
                ("DEAR", "minimum"),
                ("SOON", "early"),
                ("OVER", "late"),
                ("EMPTY", "used_up"),
                ("NEVER", "unknown"),
                ("'; DROP TABLE voucher; --", "unknown"),
            ):
                assert await told(shop, typed) == reason, typed

    run(scenario())


def test_a_customer_is_known_by_mailbox_and_by_account(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            await shop.do(
                "INSERT INTO account (email, email_key, password, language) VALUES ('a@x.org', 'a@x.org', '', 'en')"
            )
            account = await shop.ask("SELECT id FROM account")
            buyer = Buyer(account, "b", "Ada@Example.com", "en")
            cart = await shop.cart(TEE=1)
            placed = await shop.buy(cart, voucher="WELCOME10", buyer=buyer)
            assert placed.status == "confirmed"
            assert await told(shop, "WELCOME10", email="ada@example.COM ") == "used"
            assert await told(shop, "WELCOME10", email="other@example.com", account=account) == "used"
            assert await told(shop, "WELCOME10", email="other@example.com") == ""
            with pytest.raises(CheckoutRefused):
                await shop.buy(await shop.cart(TEE=1), voucher="WELCOME10")

    run(scenario())
