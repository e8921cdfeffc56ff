"""A crowd of shoppers, each with a machine and choices of their own, until they are asked to leave."""

import asyncio
import random
import secrets
import sys

from myclothes.drills.account import Account
from myclothes.drills.browser import Browser
from myclothes.drills.buying import Buyer
from myclothes.drills.findings import SERVED, Findings
from myclothes.drills.goods import Goods
from myclothes.drills.journal import Journal
from myclothes.drills.patience import Patience
from myclothes.drills.price_tag import PriceTag
from myclothes.drills.shopper import Shopper
from myclothes.drills.site import ClusterSite

SHOPPERS = 24
LEAVE_SECONDS = 30.0
"""How long the last thing that somebody does may take; longer than their patience."""
CHOICES = {
    "look": 35,
    "price": 5,
    "add": 22,
    "set": 8,
    "cart": 10,
    "buy": 9,
    "nonsense": 3,
    "address": 4,
    "orders": 3,
    "door": 1,
}


class Visitor:
    """One of the crowd."""

    def __init__(self, shopper: Shopper, buyer: Buyer, account: Account | None, pause: float) -> None:
        self.shopper = shopper
        self.buyer = buyer
        self.account = account
        self._pause = pause

    async def come_in(self) -> None:
        await self.shopper.add()
        if self.account is not None and not await self.account.open():
            self.account = None

    async def shop(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._do()
            await asyncio.sleep(self._pause * self.shopper.rng.uniform(0.5, 1.5))

    async def _do(self) -> None:
        shopper, account = self.shopper, self.account
        match shopper.rng.choices(list(CHOICES), list(CHOICES.values()))[0]:
            case "look":
                await shopper.look_around()
            case "price":
                await shopper.look_at_price()
            case "add":
                await shopper.add()
            case "set":
                await shopper.set_quantity()
            case "cart":
                await shopper.look_at_cart()
            case "buy":
                await self.buyer.buy()
            case "nonsense":
                await shopper.ask_for_nonsense()
            case "address" if account is not None:
                await account.save_address()
            case "orders" if account is not None:
                await account.look_at_orders()
            case "door" if account is not None:
                await account.out_and_in()
            case _:
                await shopper.look_around()


class Crowd:
    """`seed` decides everything that they choose. `pause` is how long one thinks, in seconds, on average."""

    def __init__(
        self,
        site: ClusterSite,
        goods: Goods,
        findings: Findings,
        journal: Journal,
        *,
        seed: str,
        tag: PriceTag | None = None,
        pause: float = 0.25,
    ) -> None:
        self._site = site
        self._goods = goods
        self._findings = findings
        self._journal = journal
        self._seed = seed
        self._tag = tag
        self._pause = pause
        self._run = secrets.token_hex(3)
        self._network = secrets.randbelow(200) + 20
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.visitors: list[Visitor] = []

    async def arrive(self, count: int = SHOPPERS, *, accounts: bool = True) -> None:
        """Return when all are in, with something in the cart."""
        first = len(self.visitors)
        new = [self._visitor(number, accounts=accounts) for number in range(first, first + count)]
        self.visitors += new
        await asyncio.gather(*(visitor.come_in() for visitor in new))
        self._tasks += [asyncio.create_task(visitor.shop(self._stop)) for visitor in new]

    async def leave(self) -> None:
        """Everybody ends what they are doing."""
        self._stop.set()
        done, late = await asyncio.wait(self._tasks, timeout=LEAVE_SECONDS) if self._tasks else (set(), set())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for task in done:
            task.result()  # a slip of the drill itself is not hidden
        if late:
            self._findings.add(SERVED, "crowd", f"{len(late)} shoppers were never answered", len(late))

    async def look_back(self, *, all_done: bool) -> None:
        """Each compares their cart with what they know of it. `all_done`: nothing waits to be done after an order."""
        await asyncio.gather(*(visitor.shopper.settled(all_done=all_done) for visitor in self.visitors))
        await asyncio.gather(*(visitor.shopper.look_at_price() for visitor in self.visitors))

    def cut(self, zone: str) -> None:
        """Nobody reaches that zone any more."""
        for visitor in self.visitors:
            visitor.shopper.patience.browser.reaches_all_but({zone})

    def split(self, zone: str) -> int:
        """A third is inside and reaches nothing else. How many that are; what they wait for is not counted."""
        self.cut(zone)
        inside = self.visitors[::3]
        others = {address.zone for address in self._site.addresses} - {zone}
        for visitor in inside:
            visitor.shopper.patience.browser.reaches_all_but(others)
            visitor.shopper.patience.inside = True
        return len(inside)

    def whole(self) -> None:
        for visitor in self.visitors:
            visitor.shopper.patience.browser.reaches_all_but(set())
            visitor.shopper.patience.inside = False

    async def close(self) -> None:
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(visitor.shopper.patience.browser.close() for visitor in self.visitors))

    def _visitor(self, number: int, *, accounts: bool) -> Visitor:
        rng = random.Random(f"{self._seed}/{number}")
        site = self._site
        turned = number % len(site.addresses)
        browser = Browser(
            [*site.addresses[turned:], *site.addresses[:turned]],
            local=self._machine(number),
            tls=site.tls,
            headers=site.headers,
        )
        name = f"{self._run}-{number}"
        shopper = Shopper(name, Patience(browser, self._journal, rng), self._goods, self._findings, rng, self._tag)
        buyer = Buyer(shopper, f"shopper-{name}@example.com")
        account = Account(shopper, buyer) if accounts and number % 3 == 0 else None
        return Visitor(shopper, buyer, account, self._pause)

    def _machine(self, number: int) -> str | None:
        """An address of their own, where the system has more than one for itself: limits are counted by address."""
        if sys.platform != "linux":
            return None
        return f"127.{self._network}.{1 + number // 200}.{1 + number % 200}"
