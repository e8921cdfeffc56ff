"""The address of an order, line by line."""

from myclothes.accounts.postal_format import format_address
from myclothes.orders.model import PostalAddress


def address_lines(address: PostalAddress, language: str) -> list[str]:
    """As its country writes it; should that country be none any more, simply all that there is."""
    try:
        return format_address(address, language)
    except ValueError:
        place = f"{address.postal_code} {address.city}".strip()
        lines = (address.name, address.line1, address.line2, place, address.region, address.country)
        return [line for line in lines if line]
