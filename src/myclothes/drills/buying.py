"""Buying: an order for what is in the cart, under one key until the shop says what has become of it."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from myclothes.drills.browser import Answer
from myclothes.drills.effects import Bought, Cart, of
from myclothes.drills.findings import KEPT, ONCE, OWN
from myclothes.drills.shopper import LOOK_SECONDS, LOOKS, Shopper, units_of

ADDRESS = {
    "name": "Ada Byron",
    "line1": "12 Analytical Row",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97205",
    "country": "US",
    "phone": "503 555 0100",
}
CARD = {"payment": "test", "card_number": "4242424242424242", "card_expiry": "12/40", "card_cvc": "123"}
PENDING_SECONDS, AGAIN_SECONDS = 6.0, 0.2
"""How long a shopper presses Pay again while the shop says that it is finding out. Then they believe it, and go on."""
AT_ONCE = 0.4
"""Seconds. An order that took longer may have found no replica to hold the emptied cart (`WAIT` gives up after half a
second), and have left that to the relay.
"""


@dataclass(frozen=True, slots=True)
class Order:
    """As it was acknowledged."""

    number: str
    total: int
    units: Cart
    shopper: str
    email: str


@dataclass(slots=True)
class Doubt:
    """A press of Pay that nobody has answered: there may be such an order, or not."""

    email: str
    units: Cart


class Buyer:
    """The purchases of one shopper."""

    def __init__(self, shopper: Shopper, email: str) -> None:
        self.shopper = shopper
        self.email = email
        self.orders: list[Order] = []
        self.doubts: list[Doubt] = []

    async def buy(self) -> None:
        shopper = self.shopper
        units = shopper.cart.certain
        if not units:
            await shopper.look_at_cart() if units is None else await shopper.add()
            return
        if await shopper.patience.read("checkout", "/checkout", {"Accept": "text/html"}) is None:
            return
        effect = Bought(units, shopper.key())
        form = {"email": self.email, **ADDRESS, "shipping": "standard", **CARD, "idempotency_key": effect.key}
        doubts = 0

        def doubted() -> None:
            nonlocal doubts
            doubts += 1
            shopper.cart.doubted(effect)

        began = time.monotonic()
        answer = await shopper.patience.write("pay", "/checkout", form, key=effect.key, doubted=doubted)
        while answer is not None and _pending(answer) and time.monotonic() - began < PENDING_SECONDS:
            doubted()
            await asyncio.sleep(AGAIN_SECONDS)
            answer = await shopper.patience.write("pay again", "/checkout", form, key=effect.key, doubted=doubted)
        if answer is None or _pending(answer):
            shopper.cart.doubted(effect)
            self.doubts.append(Doubt(self.email, units))
        elif answer.status == 409:
            await self._told_why_not(answer, doubts)
        elif not answer.good:
            shopper.surprised("paying", answer.status)
        elif (body := answer.json())["status"] != "failed":
            await self._bought(body, effect, at_once=not doubts and time.monotonic() - began < AT_ONCE)

    async def _bought(self, body: Any, effect: Bought, *, at_once: bool) -> None:
        order = Order(body["order"], body["total"], effect.units, self.shopper.name, self.email)
        if any(known.number == order.number for known in self.orders):
            self.shopper.findings.add(ONCE, self.shopper.name, f"order {order.number} was given for two purchases")
        self.orders.append(order)
        self.shopper.cart.doubted(effect, must=True)
        await self.look_at(order)
        shown = await self.shopper.patience.read("cart", "/cart")
        if shown is not None and shown.status == 200:
            if at_once and units_of(shown.json()) == effect.on(effect.units):
                self.shopper.cart.done(effect)
            await self.shopper.sees(shown.json(), "the cart after buying")

    async def look_at(self, order: Order) -> None:
        """One's own order is there at once, and as it was placed."""
        for look in range(LOOKS):
            answer = await self.shopper.patience.read("order", f"/orders/{order.number}")
            if answer is None:
                return
            if answer.status == 200:
                self._compare(order, answer.json())
                if look:
                    self._tell(OWN, f"order {order.number} was shown late")
                return
            self.shopper.patience.browser.elsewhere()
            await asyncio.sleep(LOOK_SECONDS)
        self._tell(KEPT, f"order {order.number} is not shown to who placed it")

    def _compare(self, order: Order, shown: Any) -> None:
        if shown["status"] != "confirmed":
            self._tell(OWN, f"order {order.number} was shown as {shown['status']}")
        if shown["total"] != order.total or units_of(shown) != order.units:
            self._tell(KEPT, f"order {order.number} is not what was ordered")

    async def _told_why_not(self, answer: Answer, doubts: int) -> None:
        """Take out what is sold out, as everybody does. A cart that is said to be empty is looked at."""
        for problem in answer.json().get("problems", ()):
            if problem["kind"] in ("sold_out", "gone") and not self.shopper.cart.doubts:
                await self.shopper.make_it(problem["sku"], 0)
            elif problem["kind"] == "fewer" and not self.shopper.cart.doubts:
                await self.shopper.make_it(problem["sku"], problem["now"])
        if doubts:
            self.doubts.append(Doubt(self.email, of({})))
        await self.shopper.look_at_cart()

    def _tell(self, promise: str, what: str) -> None:
        self.shopper.findings.add(promise, self.shopper.name, what)


def _pending(answer: Answer) -> bool:
    return answer.status == 200 and bool(answer.json()["status"] == "pending")
