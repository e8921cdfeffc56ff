import pytest

from myclothes.kernel.errors import BadRequest
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.visit import Visit
from myclothes.kernel.web.visitor import Visitors

COOKIES = ShopCookies.over(secure=False, cart_days=90, session_days=30)
KOREAN = {b"accept-language": b"ko-KR,ko;q=0.9"}


def visit(path: str = "/", headers: dict[bytes, bytes] | None = None, query: bytes = b"") -> Visit:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query}
    return Visit(scope, headers or {}, Visitors(COOKIES), "id", 0.0)


@pytest.mark.parametrize(
    ("path", "headers", "language", "prefix", "rest"),
    [
        ("/p/tee", {}, "en", "", "/p/tee"),
        ("/p/tee", KOREAN, "ko", "", "/p/tee"),
        ("/p/tee", {**KOREAN, b"cookie": b"lang=en"}, "en", "", "/p/tee"),
        ("/p/tee", {**KOREAN, b"cookie": b"lang=xx"}, "ko", "", "/p/tee"),
        ("/ko/p/tee", {b"cookie": b"lang=en"}, "ko", "/ko", "/p/tee"),
        ("/en/p/tee", KOREAN, "en", "/en", "/p/tee"),
        ("/ko", {}, "ko", "/ko", "/"),
        ("/ko/", {}, "ko", "/ko", "/"),
        ("/korea", {}, "en", "", "/korea"),
        ("/de/p/tee", {}, "en", "", "/de/p/tee"),
        ("/ko//evil.example", {}, "ko", "/ko", "//evil.example"),
    ],
)
def test_the_language_comes_from_address_then_cookie_then_browser(
    path: str, headers: dict[bytes, bytes], language: str, prefix: str, rest: str
) -> None:
    found = visit(path, headers)
    assert (found.language, found.prefix, found.path) == (language, prefix, rest)


def test_links_keep_the_language_of_the_address() -> None:
    assert visit("/ko/p/tee").link("/cart") == "/ko/cart"
    assert visit("/p/tee").link("/cart") == "/cart"


@pytest.mark.parametrize(
    ("cookie", "anonymous"),
    [(b"", True), (b"lang=ko; other=1", True), (b"cart=abc", False), (b"session=abc", False)],
)
def test_a_visitor_without_cart_and_session_is_anonymous(cookie: bytes, anonymous: bool) -> None:
    assert visit(headers={b"cookie": cookie}).anonymous is anonymous


def test_the_query_is_read_strictly() -> None:
    assert visit(query=b"q=%EC%98%B7&size=S&size=M&empty=").params == {"q": ["옷"], "size": ["S", "M"], "empty": [""]}
    for query in (b"q=%ff", b"q=%zz", b"q=%", b"q=%00", b"%00=1"):
        with pytest.raises(BadRequest):
            _ = visit(query=query).params
