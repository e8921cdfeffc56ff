import pytest
from starlette.responses import Response

from myclothes.kernel.web.cookies import ShopCookies, parse_cookies
from myclothes.kernel.web.visit import Visit
from myclothes.kernel.web.visitor import Visitors

PLAIN = ShopCookies.over(secure=False, cart_days=90, session_days=30)
SECURE = ShopCookies.over(secure=True, cart_days=90, session_days=30)


def visit(cookie: bytes, cookies: ShopCookies = PLAIN) -> Visit:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b""}
    return Visit(scope, {b"cookie": cookie} if cookie else {}, Visitors(cookies), "id", 0.0)


def test_cookies_are_read_with_and_without_spaces() -> None:
    assert parse_cookies(b"cart=abc; session=x=y;lang=ko") == {"cart": "abc", "session": "x=y", "lang": "ko"}


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b";;;",
        b"=",
        b"cart",
        b"cart=a b",
        b'cart="quoted"',
        b"cart=\xff\xfe",
        b"cart=a\x00b",
        b"cart=a,b",
        b"cart=a\\b",
        b"Cart=abc",
        b"$Version=1; cart2=abc",
        b"a=1;" * 10_000 + b"cart=x",
    ],
)
def test_a_malformed_cookie_is_as_good_as_none(header: bytes) -> None:
    assert not PLAIN.cart.read(visit(header))


def test_a_good_cookie_beside_malformed_ones_is_read() -> None:
    assert PLAIN.cart.read(visit(b"junk; \xff=\xff; cart=abc-_.~123; =")) == "abc-_.~123"


def test_under_tls_only_the_host_cookie_counts() -> None:
    assert SECURE.cart.read(visit(b"cart=tossed; __Host-cart=mine", SECURE)) == "mine"
    assert SECURE.cart.read(visit(b"cart=tossed", SECURE)) is None


def test_cookies_are_set_so_that_scripts_and_other_sites_never_get_them() -> None:
    response = Response()
    SECURE.cart.set(response, "abc")
    assert response.headers["set-cookie"] == (
        "__Host-cart=abc; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure"
    )


def test_without_tls_cookies_need_no_prefix() -> None:
    response = Response()
    PLAIN.session.set(response, "abc")
    PLAIN.cart.clear(response)
    assert [value.decode() for name, value in response.raw_headers if name == b"set-cookie"] == [
        "session=abc; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax",
        "cart=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
    ]


@pytest.mark.parametrize("value", ["a;b", "a b", "a\r\nx", "é", '"', "a,b"])
def test_a_value_that_a_cookie_cannot_carry_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="cookie value"):
        PLAIN.cart.set(Response(), value)
