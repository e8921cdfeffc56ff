"""The cart's addresses over real engines: forms, pieces of page and JSON."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest

from myclothes.catalog.seed import seed_demo
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey
from tests.conftest import Run
from tests.storefront import Storefront, open_storefront

TEE = "TEE01-INK-M"
OpenPages = Callable[[], AbstractAsyncContextManager[Storefront]]


@pytest.fixture(scope="module")
def shop_with_carts(postgres: Postgres, migrated_database: str, runner: object) -> Iterator[str]:
    """A demo shop for the tests in here; each has carts of its own."""
    run = runner.run  # type: ignore[attr-defined]
    name = f"carts_{uuid.uuid4().hex[:12]}"
    run(_administer(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated_database}"))
    run(seed_demo(postgres.dsn(name)))
    yield postgres.dsn(name)
    run(_administer(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def pages(shop_with_carts: str, durable_valkey: Valkey, cache_valkey: Valkey, prefix: str) -> OpenPages:
    return lambda: open_storefront(shop_with_carts, durable_valkey.url, cache_valkey.url, prefix)


def test_an_empty_cart_helps_and_sets_no_cookie(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            answer = await shop.get("/cart")
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers
            assert answer.headers["cache-control"] == "private, no-store"
            assert "There is nothing in it yet." in answer.text
            assert "We keep your cart for 90 days" in answer.text
            assert await shop.json("/cart") == {
                "count": 0, "currency": "USD", "subtotal": 0, "lines": [], "saved": [], "notices": [],
            }  # fmt: skip

    run(scenario())


def test_adding_by_form_leads_to_the_cart(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            answer = await shop.post("/cart/lines", {"sku": TEE})
            assert (answer.status_code, answer.headers["location"]) == (303, "/cart")
            cookie = answer.headers["set-cookie"]
            assert cookie.startswith("__Host-cart=")
            for attribute in ("HttpOnly", "SameSite=Lax", "Path=/", "Secure"):
                assert attribute in cookie
            korean = await shop.post("/ko/cart/lines", {"sku": TEE})
            assert korean.headers["location"] == "/ko/cart"
            page = (await shop.get("/cart")).text
            assert "Boxy heavyweight tee" in page
            assert "$78.00" in page

    run(scenario())


def test_the_cart_as_json(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            answer = await shop.add(TEE, "2", accept="application/json")
            assert answer.status_code == 200
            cart = answer.json()
            assert (cart["count"], cart["currency"], cart["subtotal"]) == (2, "USD", 7800)
            assert cart["lines"] == [
                {
                    "sku": TEE, "name": "Boxy heavyweight tee", "size": "M", "colour": "ink",
                    "quantity": 2, "unit_price": 3900, "line_total": 7800,
                }
            ]  # fmt: skip
            assert cart["notices"] == []
            assert await shop.json("/cart") == cart

    run(scenario())


def test_setting_a_quantity_and_zero_removes(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            await shop.add(TEE)
            changed = await shop.post(f"/cart/lines/{TEE}", {"quantity": "4"}, accept="application/json")
            assert changed.json()["count"] == 4
            gone = await shop.post(f"/cart/lines/{TEE}", {"quantity": "0", "was": "4"})
            assert gone.status_code == 303
            assert (await shop.json("/cart"))["lines"] == []
            page = (await shop.get(gone.headers["location"])).text
            assert "Boxy heavyweight tee is out of your cart." in page
            assert 'name="quantity" value="4"' in page, "undo puts back what there was"
            assert "is out of your cart" not in (await shop.get("/cart?removed=<b>&was=1e3")).text

    run(scenario())


@pytest.mark.parametrize("quantity", ["", "0", "-1", "1e3", "NaN", "1000000000", "1000", "1.5", " 2 ", "١"])
def test_a_quantity_that_makes_no_sense_changes_nothing(run: Run[None], pages: OpenPages, quantity: str) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            await shop.add(TEE)
            refused = await shop.add(TEE, quantity, accept="application/json")
            assert refused.status_code == 422
            assert "quantity" in refused.json()["errors"]
            if quantity != "0":
                assert (await shop.post(f"/cart/lines/{TEE}", {"quantity": quantity})).status_code == 422
            assert (await shop.json("/cart"))["count"] == 1

    run(scenario())


def test_a_piece_that_does_not_exist_cannot_be_added(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            for sku in ("", "NO-SUCH", "TEE01-INK-M\n", "' OR 1=1 --", "<script>", "X" * 5_000):
                answer = await shop.add(sku)
                assert answer.status_code in (400, 422), sku
                assert "set-cookie" not in answer.headers
            assert (await shop.post("/cart/lines/NO-SUCH", {"quantity": "1"})).status_code == 422
            assert (await shop.post(f"/cart/lines/{TEE}", {"quantity": "1"})).status_code == 404
            assert (await shop.post(f"/cart/lines/{TEE}", {})).status_code == 422
            assert (await shop.get("/cart/lines")).status_code == 405

    run(scenario())


def test_the_same_key_adds_once(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            await shop.add(TEE)
            for _ in range(3):
                await shop.add(TEE, idempotency_key="one-press")
            assert (await shop.json("/cart"))["count"] == 2

    run(scenario())


def test_save_for_later_and_back(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            await shop.add(TEE, "2")
            assert (await shop.post(f"/cart/lines/{TEE}/save")).status_code == 303
            cart = await shop.json("/cart")
            assert (cart["count"], cart["lines"], cart["saved"][0]["sku"]) == (0, [], TEE)
            assert "Saved for later" in (await shop.get("/cart")).text
            await shop.post(f"/cart/lines/{TEE}/move")
            assert (await shop.json("/cart"))["count"] == 2

    run(scenario())


def test_what_changed_is_said_until_it_is_accepted(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            await shop.add("TEE01-MOSS-L", "3")
            await shop.shop.catalog.set_price("TEE01-MOSS-L", 4500)
            await shop.shop.catalog.set_stock("TEE01-MOSS-L", 2)
            cart = await shop.json("/cart")
            assert [notice["kind"] for notice in cart["notices"]] == ["price_rose", "fewer_left"]
            assert cart["subtotal"] == 13_500, "the price is today's"
            page = (await shop.get("/cart")).text
            assert "costs more than when you added it: $45.00 instead of $39.00." in page
            assert "only 2 are left" in page
            assert "US$39.00에서 US$45.00로 올랐습니다" in (await shop.get("/ko/cart")).text
            await shop.post("/cart/lines/TEE01-MOSS-L/price")
            assert [notice["kind"] for notice in (await shop.json("/cart"))["notices"]] == ["fewer_left"]
            await shop.shop.catalog.set_stock("TEE01-MOSS-L", 0)
            sold_out = await shop.json("/cart")
            assert (sold_out["subtotal"], sold_out["notices"][0]["kind"]) == (0, "sold_out")

    run(scenario())


def test_pieces_of_page_for_scripts(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            drawer = await shop.post("/cart/lines?fragment=drawer", {"sku": TEE}, accept="application/json")
            assert drawer.headers["content-type"].startswith("text/html")
            assert 'data-count="1"' in drawer.text
            assert "<html" not in drawer.text
            refused = await shop.post("/cart/lines?fragment=drawer", {"sku": "NO-SUCH"}, accept="application/json")
            assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
            page = await shop.get("/cart?fragment=page")
            assert "<h1" in page.text
            assert "<html" not in page.text
            assert (await shop.get("/cart?fragment=nonsense")).text.startswith("<!doctype html>")

    run(scenario())


def test_a_broken_or_strange_cookie_is_an_empty_cart(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            for cookie in ("x", "A" * 43, "A" * 4_000, "%00", "../../etc"):
                answer = await shop.get("/cart", cookie=f"__Host-cart={cookie}", accept="application/json")
                assert (answer.status_code, answer.json()["count"]) == (200, 0)

    run(scenario())


def test_another_site_cannot_change_a_cart(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            await shop.add(TEE)
            assert (await shop.add(TEE, sec_fetch_site="cross-site")).status_code == 403
            assert (await shop.add(TEE, origin="https://elsewhere.example")).status_code == 403
            assert (await shop.json("/cart"))["count"] == 1

    run(scenario())


async def _administer(postgres: Postgres, statement: str) -> None:
    connection = await asyncpg.connect(postgres.dsn())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
