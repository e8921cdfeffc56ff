"""Numbers are written as their readers expect them."""

from myclothes.kernel.numbers import format_number


def test_thousands_are_set_apart() -> None:
    assert format_number(48, "en") == "48"
    assert format_number(100_000, "en") == "100,000"
    assert format_number(100_000, "ko") == "100,000"
