"""Personal data as a page to read: the same that the download holds, with words for its keys.

readable({"addresses": [{"city": "Seoul"}]}, "en")      Rows((("Addresses", Rows…),))
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from myclothes.accounts.postal_rules import country_name
from myclothes.accounts.record_words import LANGUAGE_NAMES, NO, WORDS, YES
from myclothes.kernel.dates import format_day
from myclothes.kernel.i18n import translate
from myclothes.kernel.money import format_money

_MONEY = frozenset(
    (
        "subtotal",
        "discount",
        "shipping",
        "tax",
        "total",
        "refunded",
        "unit_price",
        "line_total",
        "amount",
        "seen_price",
    )
)
_DAYS = frozenset(("since", "seen", "used", "at", "placed_at", "added_at"))


@dataclass(frozen=True, slots=True)
class Rows:
    rows: "tuple[tuple[str, Node], ...]"


@dataclass(frozen=True, slots=True)
class Items:
    items: "tuple[Node, ...]"


Node = Rows | Items | str


def readable(value: Any, language: str) -> Node:
    return _node("", value, language, "")


def _node(key: str, value: Any, language: str, currency: str) -> Node:
    if isinstance(value, dict):
        currency = value.get("currency") or currency
        rows = [(_word(name, language), _node(name, inner, language, currency)) for name, inner in value.items()]
        return Rows(tuple((word, node) for word, node in rows if node not in ("", Items(()), Rows(()))))
    if isinstance(value, list):
        return Items(tuple(_node(key, inner, language, currency) for inner in value))
    return _text(key, value, language, currency)


def _text(key: str, value: Any, language: str, currency: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return translate(YES if value else NO, language)
    if key in _MONEY and currency and isinstance(value, int):
        return format_money(value, currency, language)
    if key in _DAYS:
        return _day(value, language)
    if key == "country":
        return country_name(str(value), language)
    if key == "language":
        return LANGUAGE_NAMES.get(value, str(value))
    return str(value)


def _day(value: Any, language: str) -> str:
    try:
        moment: date = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return format_day(moment, language)


def _word(key: str, language: str) -> str:
    return translate(WORDS[key], language) if key in WORDS else key.replace("_", " ").capitalize()
