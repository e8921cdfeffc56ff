"""An address as its country writes it on a parcel, line by line: for pages, mail and invoices."""

import re
import unicodedata

from myclothes.accounts.postal import Address
from myclothes.accounts.postal_rules import country_name, is_country, latin_region, rules_of


def format_address(address: Address, language: str) -> list[str]:
    """The lines, the country last by its name in `language`. The telephone is not part of it."""
    if not is_country(address.country):
        raise ValueError(f"no country: {address.country!r}")
    rules = rules_of(address.country)
    latin = _is_latin(address.line1 + address.city + address.name)
    region = latin_region(address.country, address.region) if latin else address.region
    values = {
        "N": address.name,
        "A": "\n".join(line for line in (address.line1, address.line2) if line),
        "C": address.city,
        "S": region,
        "Z": address.postal_code,
    }
    template = rules.latin_format if latin else rules.format
    written = re.sub(r"%(.)", lambda found: "\n" if found[1] == "n" else values.get(found[1], ""), template)
    # What is empty takes the comma and the sign before it along.
    lines = [re.sub(r" {2,}", " ", line).strip(" ,〒-") for line in written.splitlines()]
    return [line for line in lines if line] + [country_name(address.country, language)]


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(sign, "LATIN").startswith("LATIN") for sign in text if sign.isalpha())
