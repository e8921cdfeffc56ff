"""Addresses that come from a visitor and are about to be used in a redirect.

safe_next(path) -> str     the path if it stays on this site, else "/"
"""

import re

_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""One slash, then printable ASCII without backslashes: browsers read `//` and `/\\` as another host."""
_LONGEST = 2_000


def safe_next(path: str) -> str:
    return path if len(path) <= _LONGEST and _LOCAL.fullmatch(path) else "/"
