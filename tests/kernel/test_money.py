from hypothesis import given
from hypothesis import strategies as st

from myclothes.kernel.money import format_money, major_units


def test_a_price_is_written_as_its_reader_expects() -> None:
    assert format_money(4900, "USD", "en") == "$49.00"
    assert format_money(4900, "USD", "ko") == "US$49.00"
    assert format_money(49000, "KRW", "ko") == "₩49,000"


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_minor_units_convert_exactly(amount: int) -> None:
    assert major_units(amount, "USD") * 100 == amount
    assert major_units(amount, "KRW") == amount
