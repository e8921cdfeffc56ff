"""What a visitor may ask of a list: words, filters, an order and a page, read from an address and checked."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from myclothes.catalog.grammar import is_slug
from myclothes.kernel.errors import Invalid

SORTS = ("relevance", "new", "price", "-price", "name")
PAGE_SIZE = 24
MAX_PAGES = 100
"""How deep one can page. Who needs more is better served by a filter, and the shop by not sorting so far."""
_MAX_WORDS = 200
_MAX_CHOICES = 20
_CONTROL = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
"""Control characters, and halves of characters as broken UTF-8 can leave them."""


@runtime_checkable
class Parameters(Protocol):
    """Starlette's `QueryParams`, as far as it is needed here."""

    def multi_items(self) -> list[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingQuery:
    """`min` and `max` are prices in minor units, both included. Without words, "relevance" is popularity."""

    q: str = ""
    category: str | None = None
    collection: str | None = None
    sizes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    sort: str = "relevance"
    page: int = 1

    @classmethod
    def parse(cls, parameters: Parameters | Iterable[tuple[str, str]]) -> "ListingQuery":
        """Read q, category, collection, size, colour, min, max, sort and page; anything else is not ours.

        `size` and `colour` may be given several times. Empty values, as forms send them, count as not given. Raises
        `Invalid` with a sentence for each field that makes no sense.
        """
        pairs = parameters.multi_items() if isinstance(parameters, Parameters) else parameters
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            if value.strip():
                given.setdefault(name, []).append(value.strip())
        fields: dict[str, str] = {}
        values: dict[str, object] = {}
        for name, field, read in _READERS:
            if name in given:
                try:
                    values[field] = read(given[name])
                except ValueError as error:
                    fields[name] = str(error)
        if fields:
            raise Invalid(fields=fields)
        query = cls(**values)  # type: ignore[arg-type]  # each reader returns what its field holds
        if query.min is not None and query.max is not None and query.min > query.max:
            raise Invalid(fields={"max": "The highest price is below the lowest."})
        return query

    @property
    def filtered(self) -> bool:
        """Whether anything beyond the category or collection narrows the list."""
        return bool(self.q or self.sizes or self.colours or self.min is not None or self.max is not None)

    def key(self) -> str:
        """The same for every way of writing the same question."""
        tidy = replace(self, q=self.q.casefold(), sizes=_sorted(self.sizes), colours=_sorted(self.colours))
        return "|".join(
            str(part).replace("\\", "\\\\").replace("|", "\\p")
            for part in (
                tidy.q, tidy.category or "", tidy.collection or "", ",".join(tidy.sizes), ",".join(tidy.colours),
                "" if tidy.min is None else tidy.min, "" if tidy.max is None else tidy.max, tidy.sort, tidy.page,
            )
        )  # fmt: skip


def _sorted(choices: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(choices)))


def _words(given: list[str]) -> str:
    words = " ".join(given[0].split())
    if len(words) > _MAX_WORDS:
        raise ValueError(f"Please search with at most {_MAX_WORDS} characters.")
    if _CONTROL.search(words):
        raise ValueError("There is a character in the search that nobody can type.")
    return words


def _slug(given: list[str]) -> str:
    if not is_slug(given[0]):
        raise ValueError("There is no such choice.")
    return given[0]


def _slugs(given: list[str]) -> tuple[str, ...]:
    if not all(map(is_slug, given)):
        raise ValueError("There is no such choice.")
    return _choices(given)


def _choices(given: list[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(given))
    if len(chosen) > _MAX_CHOICES:
        raise ValueError(f"Please choose at most {_MAX_CHOICES}.")
    if any(len(choice) > 20 or _CONTROL.search(choice) or "," in choice for choice in chosen):
        raise ValueError("There is no such choice.")
    return chosen


def _price(given: list[str]) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", given[0]):
        raise ValueError("A price is a whole number such as 4900, in the smallest unit of the currency.")
    return int(given[0])


def _sort(given: list[str]) -> str:
    if given[0] not in SORTS:
        raise ValueError(f"One can sort by {', '.join(SORTS)}.")
    return given[0]


def _page(given: list[str]) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", given[0]) or int(given[0]) == 0:
        raise ValueError("Pages are counted from 1.")
    if int(given[0]) > MAX_PAGES:
        raise ValueError(f"A list can be followed for {MAX_PAGES} pages. Choose a filter to find what lies deeper.")
    return int(given[0])


_READERS: tuple[tuple[str, str, Callable[[list[str]], object]], ...] = (
    ("q", "q", _words),
    ("category", "category", _slug),
    ("collection", "collection", _slug),
    ("size", "sizes", _choices),
    ("colour", "colours", _slugs),
    ("min", "min", _price),
    ("max", "max", _price),
    ("sort", "sort", _sort),
    ("page", "page", _page),
)
