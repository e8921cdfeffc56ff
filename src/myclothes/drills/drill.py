"""One drill: shoppers come, disaster strikes, is mended, and everything is checked."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from myclothes.drills.audit import Accounts, audit
from myclothes.drills.browser import Browser
from myclothes.drills.crowd import SHOPPERS, Crowd
from myclothes.drills.findings import BACK, SERVED, Findings
from myclothes.drills.goods import Goods, choose
from myclothes.drills.journal import READ, WRITE, Journal
from myclothes.drills.office import Desk
from myclothes.drills.price_tag import LATE_SECONDS, Merchant, PriceTag
from myclothes.drills.result import Figures, Result
from myclothes.drills.scene import Disaster, Scene
from myclothes.drills.site import ClusterSite
from myclothes.drills.timeline import Timeline

MOST_TOLD = 3
"""Of those who had to ask again and again."""
NOTABLE = 0.3
"""Seconds in which nobody is served that the timeline speaks of."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many shoppers there are and how long each thinks, in seconds, as all that follows.

    Of load: `calm` before the disaster, `after` when all is green again, and `least` after the disaster in any case.
    How long it may take: `green` for the cluster to be whole, `orders` for the relay to settle what is undecided, and
    `carts` for it to empty the carts of what was bought.
    """

    shoppers: int = SHOPPERS
    pause: float = 0.25
    calm: float = 2.0
    after: float = 1.5
    least: float = 4.0
    late: float = LATE_SECONDS
    green: float = 60.0
    orders: float = 40.0
    carts: float = 20.0


USUAL = Pace()


class Drill:
    """`seed` decides what shoppers choose and what is hurt."""

    def __init__(self, site: ClusterSite, disaster: Disaster, seed: int, pace: Pace = USUAL) -> None:
        self._site = site
        self._disaster = disaster
        self._seed = seed
        self._pace = pace
        self._findings = Findings()
        self._journal = Journal()
        self._timeline = Timeline()
        self._rng = random.Random(f"{seed}/{disaster.name}")

    async def run(self, progress: Progress = lambda doing: None) -> Result:
        """Raises `EngineError` when the cluster cannot be asked."""
        progress("the shop is stocked")
        goods = await self._chosen()
        desk = self._site.desk()
        await desk.open(goods.stock)
        heard = max((event["number"] for event in await self._site.events(0)), default=0)
        tag = PriceTag(self._findings)
        merchant = Merchant(desk, goods, tag)
        crowd = Crowd(
            self._site,
            goods,
            self._findings,
            self._journal,
            seed=f"{self._seed}/{self._disaster.name}",
            tag=tag,
            pause=self._pace.pause,
        )
        try:
            progress("shoppers come in")
            await crowd.arrive(self._pace.shoppers)
            merchant.begin()
            await asyncio.sleep(self._pace.calm)
            await self._strike_and_mend(crowd, progress)
            progress("shoppers leave")
            await merchant.stop()
            await crowd.leave()
            ended = time.monotonic()
            progress("the books are checked")
            await asyncio.sleep(self._pace.late)
            await self._check(crowd, desk, goods)
            await merchant.put_back()
        finally:
            await merchant.close()
            await crowd.close()
            await desk.close()
        for event in await self._site.events(heard):
            self._timeline.heard(f"{event['who']} {event['what']}".strip(), event["at"])
        figures = self._figures(ended, crowd)
        return Result(self._disaster, self._seed, figures, list(self._findings), self._timeline.moments)

    async def _chosen(self) -> Goods:
        browser = Browser(self._site.addresses, tls=self._site.tls)
        try:
            return await choose(browser, self._rng)
        finally:
            await browser.close()

    async def _strike_and_mend(self, crowd: Crowd, progress: Progress) -> None:
        disaster, timeline, pace = self._disaster, self._timeline, self._pace
        scene = Scene(self._site, self._rng, timeline, crowd)
        progress(disaster.what)
        try:
            await disaster.strike(scene)
            await asyncio.sleep(disaster.lasts)
        finally:
            if disaster.mend is not None:
                progress("it is mended")
                await disaster.mend(scene)
        progress("the cluster heals")
        missing = await self._site.wait_until_green(pace.green)
        if missing:
            self._findings.add(BACK, "cluster", f"is not whole after {pace.green:g} s: {missing}")
        else:
            timeline.tell("everything runs again", who="cluster")
        await asyncio.sleep(max(pace.after, pace.least - timeline.since_strike()))

    async def _check(self, crowd: Crowd, desk: Desk, goods: Goods) -> None:
        all_done = await desk.settle(self._pace.orders, self._pace.carts)
        await crowd.look_back(all_done=all_done)
        accounts = Accounts(
            await desk.orders(), await desk.on_hand(list(goods.stock)), await desk.charged(), goods.stock
        )
        acknowledged = [order for visitor in crowd.visitors for order in visitor.buyer.orders]
        doubts = [doubt for visitor in crowd.visitors for doubt in visitor.buyer.doubts]
        audit(accounts, acknowledged, doubts, self._findings)

    def _figures(self, ended: float, crowd: Crowd) -> Figures:
        journal, timeline, zero = self._journal, self._timeline, self._timeline.zero
        first, last = journal.first_failure(zero), journal.last_trouble(zero)
        if first is not None:
            timeline.tell(
                f"first shopper turned away: {first.what}, {first.failures[0]}", who="shoppers", at=first.failed_at
            )
        if last is not None:
            timeline.tell("last of them served", who="shoppers", at=last.ended)
        for kind in (READ, WRITE):
            nobody = journal.outage(kind, zero, ended)
            if nobody[0] > NOTABLE:
                timeline.tell(f"first {kind} in {nobody[0]:.1f} s", who="shoppers", at=nobody[1])
        for ask in journal.stubborn(zero, ended)[:MOST_TOLD]:
            tried = ", ".join(f"{times} × {why}" for why, times in Counter(ask.failures).items())
            end = "served" if ask.served else "given up"
            timeline.tell(f"{ask.what} {end} after {tried}", who="shoppers", at=ask.ended or ended)
        recovered = last.ended - zero if last is not None else 0.0
        figures = Figures(
            requests=journal.requests(zero, ended),
            reads_failed=journal.failed(READ, zero, ended),
            writes_failed=journal.failed(WRITE, zero, ended),
            safe_failed=journal.safe_failed(zero, ended),
            given_up=journal.given_up(zero, ended),
            read_gap=journal.gap(READ, zero, ended),
            write_gap=journal.gap(WRITE, zero, ended),
            read_outage=journal.outage(READ, zero, ended)[0],
            write_outage=journal.outage(WRITE, zero, ended)[0],
            recovered=recovered,
            before=max(journal.gap(READ, 0, zero), journal.gap(WRITE, 0, zero)),
            orders=sum(len(visitor.buyer.orders) for visitor in crowd.visitors),
            adds=sum(1 for ask in journal.asks if ask.what == "add" and not ask.given_up),
        )
        self._judge(figures)
        return figures

    def _judge(self, figures: Figures) -> None:
        disaster = self._disaster
        if figures.recovered > disaster.deadline:
            self._findings.add(
                BACK, "shoppers", f"were served again after {figures.recovered:.1f} s, not {disaster.deadline:g}"
            )
        if figures.given_up:
            self._findings.add(BACK, "shoppers", f"gave up {figures.given_up} times", figures.given_up)
        if disaster.aim.none_fails and figures.safe_failed:
            self._findings.add(
                SERVED, "shoppers", f"{figures.safe_failed} reads and writes with a key failed", figures.safe_failed
            )
