"""What a SKU and an address part look like, asked before any query, so that nonsense costs nothing."""

import re

_SKU = re.compile(r"[A-Z0-9]{2,}(-[A-Z0-9]+){1,4}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_sku(text: str) -> bool:
    """Whether `text` can be a SKU at all, such as `TEE01-INK-M`."""
    return len(text) <= 40 and _SKU.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    """Whether `text` can be the address of a product, category or collection."""
    return len(text) <= 80 and _SLUG.fullmatch(text) is not None
