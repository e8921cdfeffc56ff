"""One store on the stage: shoppers fill their carts, look into them, an instance dies, and they look again."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from myclothes.drills.browser import Browser, NoAnswer
from myclothes.engines.tree import tree_of
from myclothes.lesson.spent import processor_seconds
from myclothes.lesson.stage import Stage

SHOPPERS, PIECES = 24, 5


@dataclass(frozen=True, slots=True)
class Act:
    """What came of it. `added` counts pieces whose adding was acknowledged; `lost` are those not in the cart at the end,
    and `shoppers_hurt` how many shoppers miss some.
    """

    carts: str
    sticky: bool
    shoppers: int
    added: int
    lost: int
    shoppers_hurt: int
    lost_by_death: int
    hurt_by_death: int
    failed: int
    """Requests without a good answer, deaths included."""
    add_ms: Sequence[float]
    """Of each add, from asking to answer, through the balancer and TLS."""
    cpu_us: float | None
    """Processor time of web tier and store for one add, in microseconds; None where the system does not tell."""
    carried: int
    """Bytes that the cart adds to each request of a shopper with `PIECES` lines."""

    @property
    def name(self) -> str:
        return name_of(self.carts, sticky=self.sticky)


def name_of(carts: str, *, sticky: bool) -> str:
    return f"{carts}, sticky" if sticky else carts


@dataclass(slots=True)
class Shopper:
    browser: Browser
    rng: random.Random
    bought: dict[str, int] = field(default_factory=dict)
    """What the shop has acknowledged, by SKU."""
    times: list[float] = field(default_factory=list)
    failed: int = 0

    async def fill(self, skus: Sequence[str], pieces: int) -> None:
        for sku in self.rng.sample(list(skus), pieces):
            began = time.perf_counter()
            try:
                answer = await self.browser.ask("POST", "/cart/lines", {"sku": sku})
            except NoAnswer:
                self.failed += 1
                continue
            if not answer.good:
                self.failed += 1
                continue
            self.times.append((time.perf_counter() - began) * 1_000)
            self.bought[sku] = self.bought.get(sku, 0) + 1

    async def missing(self) -> int:
        """Pieces that were acknowledged and are not in the cart. Asked a few times: one look may meet a dying instance."""
        for _ in range(5):
            try:
                answer = await self.browser.ask("GET", "/cart")
            except NoAnswer:
                self.failed += 1
                continue
            if answer.good:
                held = {line["sku"]: line["quantity"] for line in answer.json()["lines"]}
                return sum(max(0, units - held.get(sku, 0)) for sku, units in self.bought.items())
            self.failed += 1
            await asyncio.sleep(0.2)
        return sum(self.bought.values())


async def play(stage: Stage, skus: Sequence[str], *, shoppers: int, pieces: int, seed: int) -> Act:
    crowd = [Shopper(stage.browser(), random.Random(seed + number)) for number in range(shoppers)]
    try:
        before = _spent(stage)
        await asyncio.gather(*(shopper.fill(skus, pieces) for shopper in crowd))
        spent = _spent(stage)
        lost = [await shopper.missing() for shopper in crowd]
        carried = max(carried_by(shopper.browser) for shopper in crowd)
        await asyncio.to_thread(stage.kill_an_instance)
        after = [await shopper.missing() for shopper in crowd]
    finally:
        await asyncio.gather(*(shopper.browser.close() for shopper in crowd))
    times = sorted(ms for shopper in crowd for ms in shopper.times)
    added = sum(sum(shopper.bought.values()) for shopper in crowd)
    more = [max(0, now - then) for now, then in zip(after, lost, strict=True)]
    return Act(
        carts=stage.carts,
        sticky=stage.sticky,
        shoppers=shoppers,
        added=added,
        lost=sum(lost),
        shoppers_hurt=sum(one > 0 for one in lost),
        lost_by_death=sum(more),
        hurt_by_death=sum(one > 0 for one in more),
        failed=sum(shopper.failed for shopper in crowd),
        add_ms=times,
        cpu_us=None if spent is None or before is None else (spent - before) / max(added, 1) * 1e6,
        carried=carried,
    )


def carried_by(browser: Browser) -> int:
    """Bytes of the cookie that is, or leads to, the cart."""
    return sum(len(name) + len(value) + 1 for name, value in browser.cookies.items() if name.endswith("cart"))


def _spent(stage: Stage) -> float | None:
    roots = [one.pid for one in stage.instances] + ([stage.keeper.pid] if stage.keeper else [])
    return processor_seconds(pid for root in roots if root for pid in tree_of(root))
