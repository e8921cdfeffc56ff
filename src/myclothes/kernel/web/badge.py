"""What is personal in the header of every page: how many pieces are in the cart, and whether someone is signed in."""

import msgspec


class Badge(msgspec.Struct, frozen=True):
    """`Badge(count, signed_in)`; `count` is `None` where nobody asked (error pages): the badge then shows no number.

    A struct rather than a dataclass because it is hashed for every page, and msgspec does that in C.
    """

    count: int | None
    signed_in: bool


GUEST = Badge(0, False)
UNKNOWN = Badge(None, False)
