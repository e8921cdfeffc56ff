"""What the whole architecture costs against one of each: the same requests on a single shop and on a cluster, by turns.

A cluster answers an add when a replica has it too (`WAIT`), an order when a second database has it on its disk, and asks
before each read which replica is fresh enough. Its fifty-odd processes share this machine with what is measured, so
the processor time of the web instance says more than the rate.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.checkout import SHOPPERS, WillingBank, baskets_of, through_checkout
from bench.load import SERVER_CORE, Measured, Target, measure
from bench.pages import SHOPPERS as CARTS
from bench.pages import a_variant, add
from bench.shop import Bench, Server
from bench.table import Table
from myclothes.app import Shop
from myclothes.checkout.use import Checkout
from myclothes.cluster.memory import memory_of
from myclothes.run import settings_of
from myclothes.settings import Settings

UP_SECONDS = 120.0
ROUNDS = 4


@dataclass(frozen=True)
class Cluster:
    """`web` is one of its instances, asked past the balancers; `door` is the first balancer."""

    web: Server
    door: str
    settings: Settings
    megabytes: float
    up_seconds: float


def cluster_cost(bench: Bench, say: Callable[[str], None]) -> list[Table]:
    say("opening a cluster")
    with _cluster(bench) as cluster:
        single = bench.serve()
        slug, sku = a_variant(single)
        page = {"Accept-Encoding": "gzip"}
        form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        body = f"sku={sku}&quantity=1"
        say("a product page and an add, single and in a cluster")
        carts = {server: [add(server, sku) for _ in range(CARTS)] for server in (single, cluster.web)}
        read = measure(
            [
                Target("single", f"{single.url}/p/{slug}", single.pids, headers=page, cookies=carts[single]),
                Target(
                    "cluster, one instance",
                    f"{cluster.web.url}/p/{slug}",
                    cluster.web.pids,
                    headers=page,
                    cookies=carts[cluster.web],
                ),
                Target(
                    "cluster, through a balancer with TLS",
                    f"{cluster.door}/p/{slug}",
                    cluster.web.pids,
                    headers=page,
                    cookies=carts[cluster.web],
                ),
            ]
        )
        added = measure(
            [
                Target("single", f"{single.url}/cart/lines", single.pids, "POST", body, form, carts[single]),
                Target(
                    "cluster, one instance",
                    f"{cluster.web.url}/cart/lines",
                    cluster.web.pids,
                    "POST",
                    body,
                    form,
                    carts[cluster.web],
                ),
            ]
        )
        say("orders, single and in a cluster")
        alone, together = asyncio.run(_orders(bench.settings, cluster.settings))
        orders = Table(f"Checkout, {SHOPPERS} shoppers at once", ["", "orders/s", "ratio"])
        orders.row("single", f"{statistics.median(alone):.0f}", "1.00")
        ratios = [one / other for one, other in zip(together, alone, strict=True)]
        orders.row(
            "cluster: a second database has it",
            f"{statistics.median(together):.0f}",
            f"{statistics.median(ratios):.2f}",
        )
        whole = Table("The whole cluster: 3 balancers, 3 web, 3 relays, 15 Valkeys, 5 PostgreSQL", ["", ""])
        whole.row("memory, shared pages divided", f"{cluster.megabytes:,.0f} MiB")
        whole.row("first start, with the demo shop", f"{cluster.up_seconds:.1f} s")
        return [
            _compared("A product page with a cart, in a cluster", read),
            _compared("An add to the cart, in a cluster", added),
            orders,
            whole,
        ]


def _compared(title: str, found: list[Measured]) -> Table:
    table = Table(title, ["", "req/s", "ratio", "web µs/request", "p99 ms", "failed"])
    for one in found:
        table.row(
            one.name,
            f"{one.rate:,.0f}",
            f"{one.ratio(found[0]):.2f}",
            f"{one.cpu:.0f}",
            f"{one.p99:.1f}",
            str(one.failed),
        )
    return table


@contextmanager
def _cluster(bench: Bench) -> Iterator[Cluster]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mc-bench-cl-")))
        folder.chmod(0o711)
        command = [sys.executable, "-m", "myclothes", "cluster"]
        log = stack.enter_context((bench.folder / "cluster.log").open("wb"))
        began = time.monotonic()
        up = subprocess.Popen([*command, "up", "--rate", "0", "--data", str(folder)], stdout=log, stderr=log)
        stack.callback(_stop, up)
        while True:
            asked = subprocess.run(
                [*command, "status", "--json", "--data", str(folder)], capture_output=True, text=True, check=False
            )
            if asked.returncode == 0:
                break
            if up.poll() is not None or time.monotonic() - began > UP_SECONDS:
                raise RuntimeError(
                    f"the cluster did not open; see {log.name}\n{asked.stdout[-500:]}{asked.stderr[-500:]}"
                )
            time.sleep(0.2)
        seconds = time.monotonic() - began
        status = json.loads(asked.stdout)
        web = next(node for node in status["nodes"] if node["name"] == "web-1")
        door = next(node for node in status["nodes"] if node["kind"] == "balancer")
        subprocess.run(["taskset", "-a", "-c", "-p", SERVER_CORE, str(web["pid"])], check=True, capture_output=True)
        server = Server(f"http://{web['address']}:{web['port']}", web["pid"])
        for pid in server.pids:
            subprocess.run(["taskset", "-a", "-c", "-p", SERVER_CORE, str(pid)], check=False, capture_output=True)
        megabytes = memory_of([up.pid])[up.pid] / 2**20
        yield Cluster(server, f"https://{door['address']}:{door['port']}", settings_of(folder), megabytes, seconds)


def _stop(up: "subprocess.Popen[Any]") -> None:
    up.terminate()
    try:
        up.wait(30)
    except subprocess.TimeoutExpired:
        up.kill()


async def _orders(single: Settings, cluster: Settings) -> tuple[list[float], list[float]]:
    """Orders a second of each round: on a single shop, and on a cluster."""
    found: list[list[float]] = [[], []]
    shops = [Shop.over(settings) for settings in (single, cluster)]
    try:
        ready: list[Callable[[], Any]] = []
        for shop in shops:
            bank = WillingBank(shop.durable, prefix="bench:", keys=["k" * 32])
            checkout = Checkout(shop.database, shop.cart.store, [bank], currency=shop.settings.currency)
            baskets = await baskets_of(shop.database)
            ready.append(lambda c=checkout, s=shop, b=baskets: through_checkout(c, s.cart.store, b))
        for number in range(ROUNDS + 1):
            for which, run in enumerate(ready):
                rate = await run()
                if number:
                    found[which].append(rate)
    finally:
        for shop in shops:
            await shop.close()
    return found[0], found[1]
