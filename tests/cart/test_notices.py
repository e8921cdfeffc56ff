import pytest

from myclothes.cart.model import Line
from myclothes.cart.notices import Notice, notices_of
from myclothes.catalog.model import Sellable

TEE = "TEE01-INK-M"


def tee(price: int = 4900, available: int = 9) -> Sellable:
    return Sellable(TEE, "tee", "Everyday Tee", "M", "ink", "Ink", price, None, available, "/pictures/tee.svg", "USD")


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (tee(), []),
        (tee(price=5100), [Notice("price_rose", TEE, "Everyday Tee", before=4900, now=5100)]),
        (tee(price=3900), [Notice("price_fell", TEE, "Everyday Tee", before=4900, now=3900)]),
        (tee(available=3), []),
        (tee(available=2), [Notice("fewer_left", TEE, "Everyday Tee", left=2)]),
        (tee(available=0), [Notice("sold_out", TEE, "Everyday Tee")]),
        (None, [Notice("gone", TEE)]),
        (
            tee(price=3900, available=1),
            [
                Notice("price_fell", TEE, "Everyday Tee", before=4900, now=3900),
                Notice("fewer_left", TEE, "Everyday Tee", left=1),
            ],
        ),
    ],
)
def test_what_changed_is_told(item: Sellable | None, told: list[Notice]) -> None:
    assert list(notices_of(Line(TEE, 3, 4900, 1), item)) == told


def test_how_many_are_left_does_not_matter_to_what_is_saved_for_later() -> None:
    assert notices_of(Line(TEE, 3, 4900, 1, saved=True), tee(available=1)) == ()
