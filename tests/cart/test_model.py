import pytest

from myclothes.cart.model import MAX_QUANTITY, AcceptPrice, Add, Cart, Line, Remove, SetQuantity, parse_quantity
from myclothes.kernel.errors import Invalid

TEE = "TEE01-INK-M"


@pytest.mark.parametrize(("text", "quantity"), [("1", 1), ("10", 10), ("999", MAX_QUANTITY)])
def test_a_quantity_is_a_plain_number(text: str, quantity: int) -> None:
    assert parse_quantity(text) == parse_quantity(text, allow_zero=True) == quantity


@pytest.mark.parametrize(
    "text",
    ["", " ", "-1", "+1", "01", "1000", "1000000000", "1e3", "1.0", "NaN", "inf", "0x1", "١", "１", " 2 ", "2\n", "2\0",
     "None", "1;DROP TABLE cart", "<script>", "9" * 5000],
)  # fmt: skip
def test_anything_else_is_no_quantity(text: str) -> None:
    for allow_zero in (False, True):
        with pytest.raises(Invalid) as refused:
            parse_quantity(text, allow_zero=allow_zero)
        assert "quantity" in refused.value.fields


def test_zero_is_one_only_where_it_means_to_remove() -> None:
    assert parse_quantity("0", allow_zero=True) == 0
    with pytest.raises(Invalid, match="from 1 to 999"):
        parse_quantity("0")


@pytest.mark.parametrize(
    "sku", ["", "TEE", "tee01-ink-m", "TEE01-INK-M\n", "TEE01--M", "A" * 41, "TEE01-INK-M'--", "TÉE-M"]
)
def test_a_change_is_never_about_what_cannot_be_a_sku(sku: str) -> None:
    for make in (lambda: Add(sku, 1, 1), lambda: SetQuantity(sku, 1), lambda: Remove(sku), lambda: AcceptPrice(sku, 1)):
        with pytest.raises(Invalid) as refused:
            make()
        assert "sku" in refused.value.fields


@pytest.mark.parametrize("quantity", [0, -1, MAX_QUANTITY + 1, 10**9])
def test_a_change_is_never_of_an_impossible_quantity(quantity: int) -> None:
    with pytest.raises(Invalid):
        Add(TEE, quantity, 1)
    with pytest.raises(Invalid):
        SetQuantity(TEE, quantity)


@pytest.mark.parametrize("key", ["", " k", "k ", "k\n", "ключ", "k" * 256, "\0"])
def test_an_idempotency_key_is_short_printable_text(key: str) -> None:
    with pytest.raises(Invalid) as refused:
        Add(TEE, 1, 1, key)
    assert "Idempotency-Key" in refused.value.fields
    assert Add(TEE, 1, 1, '"8e03978e-40d5-43e8-bc93-6894a57f9324"').key


def test_only_lines_that_are_not_saved_count() -> None:
    cart = Cart((Line(TEE, 2, 4900, 1), Line("COAT03-SAND-S", 1, 19900, 2, saved=True)))
    assert cart.count == 2
    assert [line.sku for line in cart.active] == [TEE]
    assert [line.sku for line in cart.saved] == ["COAT03-SAND-S"]
    assert cart.line("KNIT02-MOSS-L") is None
