"""Addresses of parcels, as each country writes them: which fields, in which order, and what a postal code looks like.

    address_fields("KR", "ko") -> [Field("name", "받는 분", …), Field("postal_code", "우편번호", …), …]
    validate_address(form, "KR") -> Address        raises `Invalid` with what is wrong beside each field

For everybody who asks for an address, signed in or not. What countries use comes from `postal_rules`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from myclothes.accounts.postal_rules import (
    HAS_NO_CITY,
    Option,
    canonical_region,
    is_country,
    regions,
    rules_of,
)
from myclothes.accounts.postal_words import CITY_LABELS, POSTAL_LABELS, REGION_LABELS
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message, translate

LONGEST = {"name": 80, "line1": 100, "line2": 100, "city": 80, "region": 80, "postal_code": 16, "phone": 30}
AUTOCOMPLETE = {
    "name": "name",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "region": "address-level1",
    "postal_code": "postal-code",
    "phone": "tel",
}
NEEDS_PHONE = frozenset({"KR"})
"""Where no parcel service goes without a number to call."""
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]*")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

FILL_IN = Message("Please fill this in.")
CHOOSE = Message("Please choose one from the list.")


class Address(msgspec.Struct, frozen=True):
    """Where a parcel goes. `country` is an ISO 3166 code in capitals; what a country does not use stays empty."""

    name: str
    line1: str
    city: str
    country: str
    line2: str = ""
    region: str = ""
    postal_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form. With `options` it is a choice among them, else text of at most `longest` characters."""

    name: str
    label: str
    required: bool
    autocomplete: str
    longest: int
    options: tuple[Option, ...] = ()
    hint: str = ""


def address_fields(country: str, language: str) -> list[Field]:
    """The fields of an address there, in the order in which people there write them, for a reader of `language`.

    The country itself is chosen before: see `postal_rules.countries`. Raises `Invalid` about `country`.
    """
    check_country(country)
    return [_field(name, country, language) for name in _order(country)]


def validate_address(fields: Mapping[str, str], country: str) -> Address:
    """The address in `fields`, tidied up. Whatever else is in `fields`, and fields not used there, are left out.

    Raises `Invalid` with all mistakes at once.
    """
    check_country(country)
    wrong: dict[str, str] = {}
    values: dict[str, str] = {}
    for name in _order(country):
        text, mistake = _tidy(fields.get(name, ""), LONGEST[name])
        if mistake:
            wrong[name] = mistake
        values[name] = text
    if "region" in values and "region" not in wrong:
        _check_region(country, values, wrong)
    for name in values.keys() - wrong.keys():
        if not values[name] and _is_required(name, country, values.get("region", "")):
            wrong[name] = CHOOSE if name == "region" and regions(country) else FILL_IN
    if values["name"] and "name" not in wrong and not any(map(str.isalpha, values["name"])):
        wrong["name"] = Message("Please tell us a name.")
    if values.get("postal_code") and "postal_code" not in wrong:
        _check_postal_code(country, values, wrong)
    if values["phone"] and "phone" not in wrong:
        _check_phone(values, wrong)
    if wrong:
        raise Invalid(fields={name: wrong[name] for name in _order(country) if name in wrong})
    return Address(country=country, **{"city": "", **values})


def check_country(country: str) -> None:
    if not is_country(country):
        raise Invalid(fields={"country": CHOOSE})


def _order(country: str) -> tuple[str, ...]:
    """Largest first in Korea and its neighbours, the person first everywhere; the telephone last."""
    rules = rules_of(country)
    if country == "KR":
        # The code comes first: Koreans look it up, and it says the rest.
        return ("name", "postal_code", "region", "city", "line1", "line2", "phone")
    return ("name", *(name for name in rules.order if name != "name"), "phone")


def _field(name: str, country: str, language: str) -> Field:
    rules = rules_of(country)
    hint = ""
    if name == "postal_code" and rules.example:
        hint = translate(Message("For example %(example)s", example=rules.example), language)
    return Field(
        name=name,
        label=translate(_label(name, country), language),
        required=_is_required(name, country, ""),
        autocomplete=AUTOCOMPLETE[name],
        longest=LONGEST[name],
        options=regions(country, language) if name == "region" else (),
        hint=hint,
    )


def _label(name: str, country: str) -> Message:
    rules = rules_of(country)
    if country == "KR":
        korean = {
            "city": Message("City, county or district"),
            "line1": Message("Street and number"),
            "line2": Message("Building, floor, unit"),
        }
        if name in korean:
            return korean[name]
    plain = {
        "name": Message("Full name"),
        "line1": Message("Street and number"),
        "line2": Message("Apartment, floor, company"),
        "phone": Message("Telephone"),
    }
    if name in plain:
        return plain[name]
    if name == "region":
        return REGION_LABELS.get(rules.region_kind, REGION_LABELS["province"])
    if name == "city":
        return CITY_LABELS.get(rules.city_kind, CITY_LABELS["city"])
    return POSTAL_LABELS.get(rules.postal_kind, POSTAL_LABELS["postal"])


def _is_required(name: str, country: str, region: str) -> bool:
    if name == "phone":
        return country in NEEDS_PHONE
    if name == "city" and region in HAS_NO_CITY:
        return False
    return name == "name" or name in rules_of(country).required


def _tidy(text: str, longest: int) -> tuple[str, Message | None]:
    """One spelling and single spaces; and what is wrong about it, if anything."""
    if len(text) > 10 * longest:
        return "", Message("Please use at most %(most)d characters.", most=longest)
    tidy = " ".join(unicodedata.normalize("NFC", text).strip(" \u3000\t").replace("\u3000", " ").split(" "))
    tidy = re.sub(" +", " ", tidy)
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _BIDI for sign in tidy):
        return "", Message("There are characters in it that no keyboard types.")
    if len(tidy) > longest:
        return tidy, Message("Please use at most %(most)d characters.", most=longest)
    return tidy, None


def _check_region(country: str, values: dict[str, str], wrong: dict[str, str]) -> None:
    if not values["region"] or not regions(country):
        return
    found = canonical_region(country, values["region"])
    if found is None:
        wrong["region"] = CHOOSE
    else:
        values["region"] = found


def _check_postal_code(country: str, values: dict[str, str], wrong: dict[str, str]) -> None:
    code = unicodedata.normalize("NFKC", values["postal_code"]).upper()
    values["postal_code"] = code
    rules = rules_of(country)
    if not rules.is_postal_code(code):
        wrong["postal_code"] = (
            Message("A postal code there looks like %(example)s.", example=rules.example)
            if rules.example
            else Message("That is not a postal code there.")
        )
    elif "region" not in wrong and not rules_of(country, values.get("region", "")).is_in_region(code):
        wrong["postal_code"] = Message("That postal code belongs to another region.")


def _check_phone(values: dict[str, str], wrong: dict[str, str]) -> None:
    phone = unicodedata.normalize("NFKC", values["phone"])
    values["phone"] = phone
    if not _PHONE.fullmatch(phone) or not 7 <= sum(map(str.isdigit, phone)) <= 15:
        wrong["phone"] = Message("That is not a telephone number.")
