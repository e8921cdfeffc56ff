"""Whole numbers as people write them."""

from functools import lru_cache

from babel.numbers import format_decimal


@lru_cache(maxsize=4_096)
def format_number(number: int, language: str) -> str:
    """Write `number` as a person who reads `language` expects it: `48`, `100,000`."""
    return format_decimal(number, locale=language)
