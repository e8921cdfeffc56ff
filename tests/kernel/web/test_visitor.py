import pytest

from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.visitor import LONGEST_REMEMBERED, MOST_REMEMBERED, NOT_YET, Visitors

COOKIES = ShopCookies.over(secure=False, cart_days=90, session_days=30)


@pytest.mark.parametrize(
    ("header", "anonymous", "language"),
    [
        (b"", True, None),
        (b"lang=ko", True, "ko"),
        (b"lang=ko; cart=abc", False, "ko"),
        (b"session=abc", False, None),
        ("recent=니트; cart=abc".encode(), False, None),
    ],
)
def test_a_header_tells_who_comes(header: bytes, anonymous: bool, language: str | None) -> None:
    visitor = Visitors(COOKIES)[header]
    assert (visitor.anonymous, visitor.language) == (anonymous, language)
    assert visitor.question is NOT_YET


def test_who_was_here_before_is_known_again() -> None:
    visitors = Visitors(COOKIES)
    visitor = visitors[b"cart=abc"]
    assert visitors[b"cart=" + b"abc"] is visitor
    assert visitors[b"cart=abd"] is not visitor


def test_long_headers_are_not_remembered() -> None:
    visitors = Visitors(COOKIES)
    long = b"cart=" + b"x" * LONGEST_REMEMBERED
    assert visitors[long].cookies == {"cart": "x" * LONGEST_REMEMBERED}
    assert not visitors


def test_ever_new_headers_do_not_fill_the_memory() -> None:
    visitors = Visitors(COOKIES)
    for number in range(MOST_REMEMBERED + 10):
        assert visitors[b"cart=%d" % number].cookies == {"cart": str(number)}
        assert len(visitors) <= MOST_REMEMBERED
