"""`Visitor`: what a `Cookie` header tells, worked out once, since a browser sends the same one with every request.

visitors = Visitors(cookies)
visitor = visitors[b"cart=…; lang=ko"]           b"" for no header at all
visitor.cookies                      Mapping[str, str], unchecked: use `Cookie.read` for ours
visitor.anonymous                    brought neither a cart nor a session cookie
visitor.language                     the value of the language cookie, unchecked; None without one
visitor.question                     what the greeting asks about this visitor; its own business
"""

from collections.abc import Mapping
from typing import Any

from myclothes.kernel.web.cookies import ShopCookies, parse_cookies

LONGEST_REMEMBERED = 400
"""Bytes. A cart in a cookie is longer, and changes; what somebody makes up may be as long as a request can be."""
MOST_REMEMBERED = 4_096
NOT_YET = object()
"""A question that nobody has worked out."""


class Visitor:
    __slots__ = ("anonymous", "cookies", "language", "question")

    def __init__(self, cookies: Mapping[str, str], ours: ShopCookies) -> None:
        self.cookies = cookies
        self.anonymous = ours.cart.name not in cookies and ours.session.name not in cookies
        self.language = cookies.get(ours.lang.name)
        self.question: Any = NOT_YET


class Visitors(dict[bytes, Visitor]):
    """By their `Cookie` header. A dictionary that fills itself, so that whoever was here before costs one look."""

    def __init__(self, cookies: ShopCookies) -> None:
        self._ours = cookies

    def __missing__(self, header: bytes) -> Visitor:
        visitor = Visitor(parse_cookies(header) if header else {}, self._ours)
        if len(header) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[header] = visitor
        return visitor
