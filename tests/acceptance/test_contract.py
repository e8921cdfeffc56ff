"""`docs/contract.md` is kept: what it lists works."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.shop import Engines, Shop
from tests.plain import PLAIN

CONTRACT = Path(__file__).parent.parent.parent / "docs" / "contract.md"
JSON = {"Accept": "application/json"}


def rows(heading: str) -> list[str]:
    """The first cells of the table under a heading."""
    section = CONTRACT.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [re.split(r"(?<!\\)\|", line)[1].strip() for line in section.splitlines() if line.startswith("| ")][1:]


def commands() -> Iterator[str]:
    for row in rows("Commands"):
        names = re.findall(r"`(?:myclothes )?([a-z]+)", row)
        yield from names[:1] if "cluster" in names else names


def addresses() -> Iterator[tuple[str, str]]:
    """Method and path, with the query and parameters as written."""
    for row in rows("Pages and forms"):
        method = "GET"
        for quoted in re.findall(r"`([^`]+)`", row):
            if match := re.match(r"(?:(GET|POST) )?(/[^?\s]*)", quoted):
                method = match[1] or method
                yield method, match[2]


@pytest.fixture(scope="module")
def shop(shop_engines: Engines) -> Iterator[Shop]:
    shop = Shop(shop_engines, carts="valkey", instances=1)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()


@pytest.fixture
def client(shop: Shop) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=shop.instances[0].url, timeout=10, verify=PLAIN) as client:
        yield client


def a_product(client: httpx.Client) -> dict[str, object]:
    listing = client.get("/search", headers=JSON).json()
    for found in listing["products"]:
        product = client.get(f"/p/{found['slug']}", headers=JSON).json()
        if any(variant["available"] >= 2 for variant in product["variants"]):
            return dict(product)
    raise AssertionError("nothing in stock")


def a_sku(client: httpx.Client) -> str:
    variants = a_product(client)["variants"]
    assert isinstance(variants, list)
    return next(str(v["sku"]) for v in variants if v["available"] >= 2)


@pytest.mark.parametrize("name", list(commands()))
def test_a_listed_command_helps_with_an_example(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "myclothes", name, "--help"], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0
    assert re.search(rf"(?i)example[\s\S]*myclothes {name}", done.stdout)


def sign_in(client: httpx.Client) -> None:
    fields = {"email": "mira@example.com", "password": "a calm grey wool coat"}
    assert client.post("/account/register", data=fields).status_code == 303
    assert client.post("/account/login", data=fields).headers["location"] == "/account"


def test_every_listed_page_answers(client: httpx.Client) -> None:
    sign_in(client)
    product = a_product(client)
    category = client.get("/search", headers=JSON).json()["facets"]["category"][0]["value"]
    for method, path in addresses():
        if method == "GET":
            filled = path.replace("{category}", category).replace("{product}", str(product["slug"]))
            answer = client.get(filled)
            # Orders are their owner's: to us there is none of that number (tests/orders shows them to their owners).
            assert answer.status_code == (404 if "{number}" in path else 200), filled
            assert answer.headers["x-request-id"]
            assert answer.headers["x-instance"] == "web-0"


def test_an_account_is_opened_entered_and_left_as_promised(client: httpx.Client) -> None:
    fields = {"email": "noah@example.com", "password": "a calm grey wool coat"}
    assert client.get("/account", headers=JSON).status_code == 401
    assert client.get("/account").headers["location"] == "/account/login"
    assert client.post("/account/register", data=fields, headers=JSON).status_code == 200
    assert client.post("/account/login", data={**fields, "password": "another"}, headers=JSON).status_code == 422
    sku = a_sku(client)
    client.post("/cart/lines", data={"sku": sku})
    answer = client.post("/account/login", data=fields, headers=JSON)
    assert answer.status_code == 200
    assert set(answer.json()) >= {"email", "verified", "next", "merged"}
    assert client.get("/account", headers=JSON).json()["email"] == "noah@example.com"
    assert client.get("/cart", headers=JSON).json()["count"] == 1
    assert client.post("/account/logout").headers["location"] == "/"
    assert client.get("/account", headers=JSON).status_code == 401
    assert client.get("/cart", headers=JSON).json()["count"] == 0


def test_search_answers_json_in_the_shape_promised(client: httpx.Client) -> None:
    found = client.get("/search", params={"q": "tee", "sort": "price", "page": "1"}, headers=JSON).json()
    assert found["total"] >= len(found["products"]) > 0
    assert set(found["products"][0]) >= {"slug", "name", "price", "currency"}
    assert [p["price"] for p in found["products"]] == sorted(p["price"] for p in found["products"])
    assert set(found["facets"]) >= {"category", "size", "colour"}


def test_a_product_answers_json_in_the_shape_promised(client: httpx.Client) -> None:
    product = a_product(client)
    assert set(product) >= {"slug", "name", "price", "currency", "variants"}
    variants = product["variants"]
    assert isinstance(variants, list)
    assert set(variants[0]) >= {"sku", "size", "colour", "price", "available"}


def test_adding_and_setting_answer_as_promised(client: httpx.Client) -> None:
    sku = a_sku(client)
    added = client.post("/cart/lines", data={"sku": sku})
    assert (added.status_code, added.headers["location"]) == (303, "/cart")
    cart = client.post(f"/cart/lines/{sku}", data={"quantity": "2"}, headers=JSON)
    assert cart.status_code == 200
    body = cart.json()
    assert (body["count"], body["currency"]) == (2, "USD")
    line = body["lines"][0]
    assert set(line) >= {"sku", "name", "size", "colour", "quantity", "unit_price", "line_total"}
    assert line["line_total"] == 2 * line["unit_price"] == body["subtotal"]
    assert isinstance(body["notices"], list)
    assert client.post(f"/cart/lines/{sku}", data={"quantity": "0"}, headers=JSON).json()["lines"] == []


def test_an_idempotency_key_applies_an_add_once(client: httpx.Client) -> None:
    sku = a_sku(client)
    client.post("/cart/lines", data={"sku": sku})
    for _ in range(3):
        answer = client.post("/cart/lines", data={"sku": sku}, headers={"Idempotency-Key": "press-1"} | JSON)
        assert answer.json()["count"] == 2


def test_an_order_is_placed_once_as_promised(client: httpx.Client) -> None:
    assert client.post("/cart/lines", data={"sku": a_sku(client)}).status_code == 303
    quote = client.get("/checkout?country=US&region=OR", headers=JSON).json()
    fields = {
        "email": "mira@example.com",
        "name": "Mira Park",
        "line1": "12 Row",
        "city": "Portland",
        "region": "OR",
        "postal_code": "97205",
        "country": "US",
        "shipping": quote["methods"][0]["code"],
        "payment": "test",
        "card_number": "4242424242424242",
        "card_expiry": "12/40",
        "card_cvc": "123",
        "expected_total": str(quote["total"]),
        "idempotency_key": "one",
    }
    placed = client.post("/checkout", data=fields, headers=JSON)
    assert placed.status_code == 200
    assert set(placed.json()) >= {"order", "status", "total"}
    assert placed.json()["total"] == quote["total"]
    again = client.post("/checkout", data=fields)
    assert (again.status_code, again.headers["location"]) == (303, f"/orders/{placed.json()['order']}")
    assert client.get(again.headers["location"]).status_code == 200


def test_writes_from_other_sites_are_refused_and_scripts_are_not(client: httpx.Client) -> None:
    sku = a_sku(client)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/cart/lines", data={"sku": sku}, headers=headers | JSON).status_code == 403
    assert client.get("/cart", headers=JSON).json()["count"] == 0
    assert client.post("/cart/lines", data={"sku": sku}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_errors_are_problem_details_where_json_is_asked_for(client: httpx.Client) -> None:
    problem = client.get("/p/no-such-thing", headers=JSON)
    assert problem.headers["content-type"] == "application/problem+json"
    assert set(problem.json()) >= {"title", "status"}
    assert problem.json()["status"] == problem.status_code == 404
