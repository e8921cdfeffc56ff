"""Whether a full cart is slower to add to than an empty one: the same request, with each of the stores.

The shop's own processor time stands beside it, since a stand-in's time says little about DynamoDB's.
"""

import http.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlencode, urlsplit

from bench.load import Target, measure
from bench.pages import verdict
from bench.shop import Bench, Server
from bench.table import Table
from myclothes.settings import CART_STORES

FULL, ROUNDS, TARGET = 100, 7, 1.2
CARTS, CONNECTIONS, SECONDS = 256, 64, 1
"""A line holds 999 units at most: enough carts that none of them gets there."""
SLOW = 8, 4, 4
"""The same for the stand-in of DynamoDB, which takes tens of milliseconds for each request."""
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


def full_carts(bench: Bench, say: Callable[[str], None]) -> Table:
    table = Table(
        f"Adding to a cart of {FULL} lines against an empty one, requests to one server core",
        [
            "store",
            "empty req/s",
            f"{FULL} lines req/s",
            "time",
            "own µs",
            "own time",
            "bytes carried",
            "failed",
            "target",
        ],
    )
    for store in CART_STORES:
        say(f"a cart of {FULL} lines, {store}")
        endpoint = bench.dynamodb if store == "dynamodb" else None
        carts, connections, seconds = SLOW if endpoint else (CARTS, CONNECTIONS, SECONDS)
        shop = bench.serve(carts=store, dynamodb_endpoint=endpoint)
        skus = variants(shop)
        with ThreadPoolExecutor(8) as pool:
            # The line that grows is the first of them in either cart.
            small = list(pool.map(partial(cart, shop), [skus[:1]] * carts))
            full = list(pool.map(partial(cart, shop), [skus] * carts))
        target = partial(Target, url=f"{shop.url}/cart/lines", pids=shop.pids, method="POST", headers=FORM)
        body = urlencode({"sku": skus[0], "quantity": 1})
        empty, filled = measure(
            [target("empty", body=body, cookies=small), target("full", body=body, cookies=full)],
            rounds=ROUNDS,
            seconds=seconds,
            connections=connections,
        )
        longer, dearer = empty.ratio(filled), filled.cpu / empty.cpu
        carried = f"{len(small[0])} / {len(full[0])}"
        failed = str(empty.failed + filled.failed)
        goal = verdict(longer <= TARGET, f"≤ {TARGET}")
        spent = f"{empty.cpu:,.0f} / {filled.cpu:,.0f}"
        rates = f"{empty.rate:,.0f}", f"{filled.rate:,.0f}", f"{longer:.2f}"
        table.row(store, *rates, spent, f"{dearer:.2f}", carried, failed, goal)
    return table


def variants(shop: Server) -> list[str]:
    """As many SKUs as a full cart has lines, of the largest products that the search finds."""
    found: list[str] = []
    for page in range(1, 10):
        for product in shop.json(f"/search?page={page}")["products"]:
            found += [variant["sku"] for variant in shop.json(f"/p/{product['slug']}")["variants"]]
            if len(found) >= FULL:
                return found[:FULL]
    raise RuntimeError("the shop has too few variants")


def cart(shop: Server, skus: list[str]) -> str:
    """The cookie of a new shopper who has put one of each into the cart."""
    connection = http.client.HTTPConnection(urlsplit(shop.url).netloc, timeout=30)
    cookie = ""
    for sku in skus:
        connection.request("POST", "/cart/lines", urlencode({"sku": sku, "quantity": 1}), FORM | {"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise RuntimeError(f"adding {sku} was answered with {answer.status}")
        cookie = (answer.headers["set-cookie"] or cookie).partition(";")[0]
    connection.close()
    return cookie
