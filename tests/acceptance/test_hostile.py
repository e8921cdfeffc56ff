"""Hostile input at the whole shop, over a real socket: each gets a clear 4xx, and nothing changes."""

import contextlib
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.acceptance.shop import Engines, Shop
from tests.acceptance.test_contract import a_sku
from tests.plain import PLAIN

JSON = {"Accept": "application/json"}
MEGABYTE = 1024 * 1024
NASTY = [
    "'; DROP TABLE cart; --",
    "' OR '1'='1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}",
    "../../../../etc/passwd",
    "\u202eevil\u0000",
    "%00",
    "\r\nSet-Cookie: session=stolen",
    "𝕊𝕂𝕌" * 50,
    "x" * 5_000,
]


@pytest.fixture(scope="module")
def shop(shop_engines: Engines) -> Iterator[Shop]:
    shop = Shop(shop_engines, carts="valkey", instances=1)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()


@pytest.fixture(scope="module")
def sku(shop: Shop) -> str:
    with httpx.Client(base_url=shop.instances[0].url, verify=PLAIN) as client:
        return a_sku(client)


@pytest.fixture
def shopper(shop: Shop, sku: str) -> Iterator[httpx.Client]:
    """Somebody with two of one thing in the cart, who still has exactly that when the test is over."""
    with httpx.Client(base_url=shop.instances[0].url, timeout=15, verify=PLAIN) as client:
        assert client.post("/cart/lines", data={"sku": sku, "quantity": "2"}).status_code == 303
        before = client.get("/cart", headers=JSON).json()
        yield client
        assert client.get("/cart", headers=JSON).json() == before


def refused(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:200])
    if "json" in answer.headers["content-type"]:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "quantity", ["-1", "1000000000", "1e3", "NaN", "Infinity", "0x10", "1.5", " 2", "٣", "", "+1", *NASTY]
)
def test_a_quantity_that_is_none_is_refused(shopper: httpx.Client, sku: str, quantity: str) -> None:
    refused(shopper.post("/cart/lines", data={"sku": sku, "quantity": quantity}, headers=JSON))
    refused(shopper.post(f"/cart/lines/{sku}", data={"quantity": quantity}, headers=JSON))


def test_adding_nothing_is_refused(shopper: httpx.Client, sku: str) -> None:
    refused(shopper.post("/cart/lines", data={"sku": sku, "quantity": "0"}, headers=JSON))


@pytest.mark.parametrize("name", ["NO-SUCH-SKU", "tee01-ink-m", "-", *NASTY])
def test_a_sku_that_does_not_exist_is_refused(shopper: httpx.Client, name: str) -> None:
    refused(shopper.post("/cart/lines", data={"sku": name, "quantity": "1"}, headers=JSON))


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_is_only_text_in_search_and_addresses(shopper: httpx.Client, text: str) -> None:
    for field in ("q", "category", "size", "colour", "min", "max", "sort", "page"):
        answer = shopper.get("/search", params={field: text})
        assert answer.status_code in (200, 400, 404, 414, 422), (field, answer.status_code)
        assert "<script>alert(1)" not in answer.text
        assert "<img src=x" not in answer.text
    quoted = "".join(f"%{byte:02x}" for byte in text.encode()[:500])
    for path in (
        f"/p/{quoted}",
        f"/c/{quoted}",
        f"/stories/{quoted}",
        f"/pictures/drawn/{quoted}",
        f"/static/{quoted}",
    ):
        refused(shopper.get(path))


@pytest.mark.parametrize("key", ["", " ", "k" * 300, "clé", "a\tb"])
def test_an_idempotency_key_that_is_none_is_refused(shopper: httpx.Client, sku: str, key: str) -> None:
    headers = [(b"Accept", b"application/json"), (b"Idempotency-Key", key.encode())]
    if key.strip():
        refused(shopper.post("/cart/lines", data={"sku": sku}, headers=headers))


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "=",
        ";;;",
        "cart",
        "cart=",
        "cart=a b",
        "cart=" + "A" * 43,
        "cart=\xff\xfe",
        "cart=" + "x" * 7000,
        "session=%00",
    ],
)
def test_a_malformed_cookie_is_an_empty_cart_and_no_error(shop: Shop, cookie: str) -> None:
    answer = httpx.get(
        f"{shop.instances[0].url}/cart",
        headers=[(b"Accept", b"application/json"), (b"Cookie", cookie.encode("latin-1"))],
        verify=PLAIN,
    )
    assert answer.status_code == 200
    assert answer.json()["lines"] == []


def test_a_cookie_of_somebody_else_does_not_hide_the_cart(shopper: httpx.Client) -> None:
    """Scripts of other sites of the same domain set cookies as they like, also in Korean; all cookies are one header."""
    ours = "; ".join(f"{name}={value}" for name, value in shopper.cookies.items())
    before = shopper.get("/cart", headers=JSON).json()
    for theirs in ("recent=니트".encode(), b"odd=\xff\xfe", b"a b=c d", b'q="1;2"'):
        headers = [(b"Accept", b"application/json"), (b"Cookie", theirs + b"; " + ours.encode())]
        with httpx.Client(base_url=shopper.base_url, verify=PLAIN) as other:
            assert other.get("/cart", headers=headers).json() == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "BREW"])
@pytest.mark.parametrize("path", ["/", "/cart", "/cart/lines", "/search", "/health/ready"])
def test_a_wrong_method_is_answered_with_the_right_ones(shopper: httpx.Client, method: str, path: str) -> None:
    answer = shopper.request(method, path, headers=JSON)
    assert answer.status_code == 405
    assert answer.headers["allow"]


def test_a_body_of_a_megabyte_is_too_large_declared_or_not(shopper: httpx.Client, sku: str) -> None:
    body = b"sku=" + sku.encode() + b"&x=" + b"y" * MEGABYTE
    form = {"Content-Type": "application/x-www-form-urlencoded"} | JSON

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    for content in (body, pieces()):
        # The connection may also be closed on a client that does not stop talking.
        with contextlib.suppress(httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
            assert shopper.post("/cart/lines", content=content, headers=form).status_code == 413


def test_headers_of_a_megabyte_are_too_large(shop: Shop) -> None:
    with socket.create_connection(("127.0.0.1", shop.instances[0].settings.port), timeout=10) as connection:
        try:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * MEGABYTE + b"\r\n\r\n")
            answer = connection.recv(200)
        except (BrokenPipeError, ConnectionResetError):
            return
    assert answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


@pytest.mark.parametrize("body", [b"sku=%FF%FE&quantity=1", b"sku=\xff\xfe", b"sku=%zz", b"%00=1", b"\x00\x01\x02"])
def test_a_form_that_is_not_text_is_refused(shopper: httpx.Client, body: bytes) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"} | JSON
    refused(shopper.post("/cart/lines", content=body, headers=form))


def test_a_price_in_the_form_is_ignored(shop: Shop, sku: str) -> None:
    with httpx.Client(base_url=shop.instances[0].url, verify=PLAIN) as client:
        honest = client.post("/cart/lines", data={"sku": sku}, headers=JSON).json()
        fields = {"sku": sku, "price": "1", "unit_price": "1", "seen_price": "1", "line_total": "1", "currency": "KRW"}
        again = client.post("/cart/lines", data=fields, headers=JSON).json()
    assert again["lines"][0]["unit_price"] == honest["lines"][0]["unit_price"]
    assert again["subtotal"] == 2 * honest["subtotal"]
    assert again["currency"] == "USD"
