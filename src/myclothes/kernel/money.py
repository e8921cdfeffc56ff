"""Money is an integer in minor units (cents, won) next to its ISO 4217 currency code; never a float."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

Money = int
"""An amount in minor units of the shop's currency."""


@lru_cache(maxsize=16_384)
def format_money(amount: Money, currency: str, language: str) -> str:
    """Write `amount` (minor units) as a person who reads `language` expects it: `$49.00`, `US$49.00`, `₩49,000`.

    Raises `UnknownCurrencyError` of Babel for a currency that does not exist.
    """
    return format_currency(major_units(amount, currency), currency, locale=language)


def major_units(amount: Money, currency: str) -> Decimal:
    """The amount in whole dollars or won, exact, for formats that want a decimal number (structured data)."""
    return Decimal(amount).scaleb(-currency_decimals(currency))


@lru_cache(maxsize=256)
def currency_decimals(currency: str) -> int:
    """How many minor-unit digits the currency has: 2 for USD, 0 for KRW (ISO 4217, through CLDR)."""
    return get_currency_precision(currency)
