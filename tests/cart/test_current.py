"""The shopper's cart as the pages use it. The shelf stands for the catalogue; the store is a real one."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from myclothes.cart.current import CurrentCart
from myclothes.cart.model import NotInCart
from myclothes.cart.stores.memory import MemoryStore
from myclothes.catalog.model import Sellable
from myclothes.kernel.errors import Invalid

TEE, COAT, GONE = "TEE01-INK-M", "COAT03-SAND-S", "HAT09-RED-ONE"


class Shelf:
    """What is on sale. Remembers what it was asked."""

    def __init__(self) -> None:
        self.items = {
            TEE: Sellable(TEE, "tee", "Everyday Tee", "M", "ink", "Ink", 4900, 5900, 10, "/pictures/t.svg", "USD"),
            COAT: Sellable(COAT, "coat", "Long Coat", "S", "sand", "Sand", 19900, None, 1, "/pictures/c.svg", "USD"),
        }
        self.asked: list[tuple[str, ...]] = []

    async def sellable(self, sku: str, language: str) -> Sellable | None:
        self.asked.append((sku,))
        return self.items.get(sku)

    async def sellables(self, skus: Sequence[str], language: str) -> dict[str, Sellable]:
        self.asked.append(tuple(skus))
        return {sku: self.items[sku] for sku in skus if sku in self.items}

    def change(self, sku: str, **fields: Any) -> None:
        self.items[sku] = replace(self.items[sku], **fields)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def cart(shelf: Shelf) -> CurrentCart:
    return CurrentCart(MemoryStore(seconds=100), shelf, "USD")


def test_the_price_is_the_catalogues_and_never_the_clients(cart: CurrentCart, shelf: Shelf, run: Any) -> None:
    async def scenario() -> None:
        token = await cart.add(None, TEE, "2", None, "en")
        view = await cart.view(token, "en")
        [line] = view.lines
        assert (line.quantity, line.unit_price, line.line_total, line.notices) == (2, 4900, 9800, ())
        shelf.change(TEE, price=3900)
        view = await cart.view(token, "en")
        assert view.subtotal == view.lines[0].line_total == 7800
        assert [notice.kind for notice in view.notices] == ["price_fell"]
        await cart.accept_price(token, TEE, "en")
        assert (await cart.view(token, "en")).notices == ()
        assert view.token == token
        assert await cart.count(token) == view.count == 2

    run(scenario())


def test_only_what_can_be_bought_is_in_the_subtotal(cart: CurrentCart, shelf: Shelf, run: Any) -> None:
    async def scenario() -> None:
        shelf.items[GONE] = replace(shelf.items[TEE], sku=GONE)
        token = await cart.add(None, TEE, "2", None, "en")
        await cart.add(token, COAT, "1", None, "en")
        await cart.add(token, GONE, "1", None, "en")
        shelf.change(COAT, available=0)
        del shelf.items[GONE]
        view = await cart.view(token, "en")
        assert [(line.sku, line.buyable, line.line_total) for line in view.lines] == [
            (TEE, True, 9800),
            (COAT, False, 0),
            (GONE, False, 0),
        ]
        assert view.subtotal == 9800
        assert [notice.kind for notice in view.notices] == ["sold_out", "gone"]
        await cart.save_for_later(token, TEE)
        view = await cart.view(token, "en")
        assert [line.sku for line in view.saved] == [TEE]
        assert view.subtotal == 0
        await cart.move_to_cart(token, TEE)
        await cart.remove(token, GONE)
        assert (await cart.view(token, "en")).count == 3
        await cart.clear(token)
        assert (await cart.view(token, "en")).lines == ()

    run(scenario())


@pytest.mark.parametrize(
    "sku", ["", "NOPE01-INK-M", "tee01-ink-m", "'; DROP TABLE cart; --", "<script>", "x" * 5000, "\0"]
)
def test_what_is_not_sold_cannot_be_added(cart: CurrentCart, run: Any, sku: str) -> None:
    async def scenario() -> None:
        token = await cart.add(None, TEE, "1", None, "en")
        with pytest.raises(Invalid) as refused:
            await cart.add(token, sku, "1", None, "en")
        assert "sku" in refused.value.fields
        assert (await cart.view(token, "en")).count == 1

    run(scenario())


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "1e3", "NaN", "", "2 "])
def test_an_impossible_quantity_changes_nothing(cart: CurrentCart, run: Any, quantity: str) -> None:
    async def scenario() -> None:
        token = await cart.add(None, TEE, "1", None, "en")
        with pytest.raises(Invalid):
            await cart.add(token, TEE, quantity, None, "en")
        if quantity != "0":
            with pytest.raises(Invalid):
                await cart.set_quantity(token, TEE, quantity, "en")
        assert (await cart.view(token, "en")).count == 1

    run(scenario())


def test_more_than_there_are_is_refused_and_says_how_many_are_left(cart: CurrentCart, shelf: Shelf, run: Any) -> None:
    async def scenario() -> None:
        token = await cart.add(None, COAT, "1", None, "en")
        with pytest.raises(Invalid, match="Only 1 left"):
            await cart.add(token, COAT, "2", None, "en")
        with pytest.raises(Invalid, match="Only 1 left"):
            await cart.set_quantity(token, COAT, "2", "en")
        shelf.change(COAT, available=0)
        with pytest.raises(Invalid, match="sold out"):
            await cart.add(token, COAT, "1", None, "en")
        assert await cart.set_quantity(token, COAT, "0", "en") == token
        assert (await cart.view(token, "en")).lines == ()

    run(scenario())


def test_the_quantity_of_what_is_not_in_the_cart_cannot_be_set(cart: CurrentCart, run: Any) -> None:
    async def scenario() -> None:
        for token in (None, await cart.add(None, COAT, "1", None, "en")):
            with pytest.raises(NotInCart):
                await cart.set_quantity(token, TEE, "2", "en")

    run(scenario())


def test_what_left_the_catalogue_can_still_be_removed_or_saved(cart: CurrentCart, shelf: Shelf, run: Any) -> None:
    async def scenario() -> None:
        token = await cart.add(None, COAT, "1", None, "en")
        shelf.items.clear()
        assert await cart.save_for_later(token, COAT) == token
        assert (await cart.view(token, "en")).saved[0].notices[0].kind == "gone"
        assert await cart.remove(token, COAT) == token

    run(scenario())


def test_the_same_key_adds_once(cart: CurrentCart, run: Any) -> None:
    async def scenario() -> None:
        token = await cart.add(None, TEE, "2", "k", "en")
        assert await cart.add(token, TEE, "2", "k", "en") == token
        assert await cart.count(token) == 2
        with pytest.raises(Invalid):
            await cart.add(token, TEE, "3", "k", "en")

    run(scenario())


def test_without_a_cart_nothing_is_asked_of_anybody(cart: CurrentCart, shelf: Shelf, run: Any) -> None:
    async def scenario() -> None:
        for token in (None, "", "nonsense"):
            view = await cart.view(token, "en")
            assert (view.lines, view.count, view.subtotal, view.token) == ((), 0, 0, None)
            assert await cart.count(token) == 0
        assert shelf.asked == []

    run(scenario())


def test_all_lines_are_looked_up_at_once(cart: CurrentCart, shelf: Shelf, run: Any) -> None:
    async def scenario() -> None:
        token = await cart.add(None, TEE, "1", None, "en")
        await cart.add(token, COAT, "1", None, "en")
        shelf.asked.clear()
        await cart.view(token, "en")
        assert shelf.asked == [(TEE, COAT)]

    run(scenario())
