"""The two busiest requests against the least that the same server can do: a product page, and adding to the cart."""

import urllib.parse
import urllib.request
from collections.abc import Callable
from email.message import Message

from bench.load import Measured, Target, measure
from bench.shop import Bench, Server
from bench.table import Table

SHOPPERS, BROWSERS = 400, 64
PAGE_TARGET, PAGE_AIM, ADD_TARGET, MEMORY_TARGET = 0.5, 0.65, 0.5, 120


def pages(bench: Bench, say: Callable[[str], None]) -> list[Table]:
    say("product page against raw ASGI")
    shop = bench.serve()
    slug, sku = a_variant(shop)
    # A shopper for each connection, so that nothing is remembered of one alone.
    cookies = [f"{add(shop, sku)}; session={a_session(bench)}" for _ in range(BROWSERS)]
    body, headers = shop.get(f"/p/{slug}", {"Cookie": cookies[0], "Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert b'"' in body
    raw = bench.raw(len(body) + more_headers(headers))
    page = {"Accept-Encoding": "gzip"}
    form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    body_of_add = f"sku={sku}&quantity=1"
    found = measure(
        [
            Target("raw ASGI, as many bytes", raw.url + "/", raw.pids, headers=page, cookies=cookies),
            Target(
                "product page, session and cart count", f"{shop.url}/p/{slug}", shop.pids, headers=page, cookies=cookies
            ),
            Target("product page, new visitor", f"{shop.url}/p/{slug}", shop.pids, headers=page),
        ]
    )
    page_table = compared(f"A product page of {len(body):,} bytes, one server core", found, PAGE_TARGET, PAGE_AIM)
    say("adding to the cart against one bare Valkey command")
    # A line holds 999 units at most: enough shoppers that none of them gets there.
    shoppers = [add(shop, sku) for _ in range(SHOPPERS)]
    found = measure(
        [
            Target("raw ASGI, one HINCRBY through valkey-py", raw.url + "/add", raw.pids, "POST", body_of_add, form),
            Target("add to the cart", f"{shop.url}/cart/lines", shop.pids, "POST", body_of_add, form, shoppers),
        ]
    )
    add_table = compared("Adding to the cart, one server core", found, ADD_TARGET, ADD_TARGET)
    memory = Table("Memory of a worker after this load", ["process", "MiB", "target"])
    memory.row(
        "web worker", f"{shop.worker_memory:.0f}", verdict(shop.worker_memory <= MEMORY_TARGET, f"≤ {MEMORY_TARGET}")
    )
    return [page_table, add_table, memory]


def compared(title: str, found: list[Measured], target: float, aim: float) -> Table:
    """Each against the first, by requests a second and by processor time a request. Ratios are medians of the rounds."""
    table = Table(title, ["", "req/s", "ratio", "µs/request", "p99 ms", "failed", "target"])
    least = found[0]
    for one in found:
        ratio = one.ratio(least)
        goal = "" if one is least else verdict(ratio >= target, f"≥ {target}")
        if goal and aim != target:
            goal += f" (aim {aim})"
        table.row(
            one.name, f"{one.rate:,.0f}", f"{ratio:.2f}", f"{one.cpu:.0f}", f"{one.p99:.1f}", str(one.failed), goal
        )
    return table


def more_headers(headers: Message) -> int:
    """The bytes of those headers that the rival does not send."""
    plain = {"content-type", "content-length", "server", "date"}
    return sum(len(f"{name}: {value}\r\n") for name, value in headers.items() if name.lower() not in plain)


def verdict(met: bool, goal: str) -> str:
    return f"{goal}: {'met' if met else 'MISSED'}"


def a_variant(shop: Server) -> tuple[str, str]:
    """A product and one SKU of it that is well in stock."""
    for found in shop.json("/search")["products"]:
        product = shop.json(f"/p/{found['slug']}")
        for variant in product["variants"]:
            if variant["available"] >= 5:
                return found["slug"], variant["sku"]
    raise RuntimeError("nothing in stock")


def add(shop: Server, sku: str) -> str:
    """Add one as a new shopper; the cookie that comes back."""
    data = urllib.parse.urlencode({"sku": sku, "quantity": "1"}).encode()
    request = urllib.request.Request(f"{shop.url}/cart/lines", data=data, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.headers["set-cookie"]).partition(";")[0]


def a_session(bench: Bench) -> str:
    """A session as sign-in makes one."""
    import asyncio

    from myclothes.kernel.cache.client import Valkey
    from myclothes.kernel.web.sessions import Sessions

    async def begin() -> str:
        durable = Valkey(bench.settings.durable)
        sessions = Sessions(durable, "session", 30, prefix=bench.settings.key_prefix)
        session = sessions.begin()
        await sessions.save(session)
        await durable.close()
        return session.token

    return asyncio.run(begin())
