"""Shipping, taxes and vouchers of the demo shop."""

from typing import Any

from myclothes.checkout.demo import seed_checkout
from myclothes.checkout.model import Buyer, Quote
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import Till


async def delivered(shop: Till, country: str, region: str = "", language: str = "en") -> Quote:
    buyer = Buyer(None, "b", "ada@example.com", language)
    return await shop.checkout.quote(await shop.cart(TEE=1), buyer, country=country, region=region)


def test_methods_prices_and_days_depend_on_the_country(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            named = {
                country: [
                    (method.code, method.price, method.days_min) for method in (await delivered(shop, country)).methods
                ]
                for country in ("US", "KR", "IS")
            }
            assert named == {
                "US": [("standard", 500, 3), ("express", 1_500, 1)],
                "KR": [("standard", 300, 1), ("express", 800, 1)],
                "IS": [("standard", 1_200, 5), ("express", 3_500, 2)],
            }
            korean = await delivered(shop, "KR", language="ko")
            assert [method.name for method in korean.methods] == ["일반 배송", "특급 배송"]

    run(scenario())


def test_tax_comes_on_top_in_the_states_and_is_inside_in_korea(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            oregon, california = await delivered(shop, "US", "OR"), await delivered(shop, "US", "ca")
            assert (oregon.tax, oregon.total, oregon.tax_included) == (0, 4_400, False)
            assert (california.tax, california.total) == (283, 4_683)
            korea = await delivered(shop, "KR")
            assert (korea.tax, korea.total, korea.tax_included) == (382, 4_200, True)
            iceland = await delivered(shop, "IS")
            assert (iceland.tax, iceland.tax_included) == (0, True)

    run(scenario())


def test_what_a_merchant_has_changed_is_left_alone(run: Any, till: OpenTill, stocked_dsn: str) -> None:
    async def scenario() -> None:
        async with till() as shop:
            await shop.do("UPDATE shipping_rate SET price = 1 WHERE country = 'US'")
            assert not await seed_checkout(stocked_dsn)
            assert (await delivered(shop, "US", "OR")).total == 3_901

    run(scenario())
