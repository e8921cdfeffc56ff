"""One shopper: what they do in the shop, what it said yes to, and what they see of it afterwards."""

import asyncio
import random
import time
from typing import Any

from myclothes.drills.cart_model import MOST_DOUBTS, CartModel
from myclothes.drills.effects import Added, Cart, Set, of
from myclothes.drills.findings import KEPT, ONCE, OWN, REFUSED, SERVED, Findings
from myclothes.drills.goods import Goods
from myclothes.drills.patience import Patience
from myclothes.drills.price_tag import PriceTag

LOOKS, LOOK_SECONDS = 4, 0.4
"""How often, and after how long, one looks again before something counts as lost and not only as shown late."""
WORDS = ("tee", "shirt", "linen", "coat", "wool", "셔츠", "blak jeans", "")
MOST_LINES = 12


class Shopper:
    """`name` is unique among all runs on one shop. Does one thing after another."""

    def __init__(
        self,
        name: str,
        patience: Patience,
        goods: Goods,
        findings: Findings,
        rng: random.Random,
        tag: PriceTag | None = None,
    ) -> None:
        self.name = name
        self.patience = patience
        self.goods = goods
        self.findings = findings
        self.rng = rng
        self.tag = tag
        self.cart = CartModel()
        self._turn = 0

    def key(self) -> str:
        """A new one."""
        self._turn += 1
        return f"{self.name}-{self._turn}"

    # -- browsing

    async def look_around(self) -> None:
        """A page as a person asks for it."""
        slug = self.rng.choice(self.goods.slugs)
        word = self.rng.choice(WORDS)
        path = self.rng.choice(["/", f"/p/{slug}", f"/p/{slug}", f"/search?q={word}", "/search?sort=price"])
        answer = await self.patience.read("page", path, {"Accept": "text/html"})
        if answer is not None and answer.status != 200:
            self.surprised(path, answer.status)

    async def look_at_price(self) -> None:
        """Of the piece whose price the merchant keeps raising."""
        if self.tag is None:
            return
        asked_at = time.monotonic()
        answer = await self.patience.read("price", f"/p/{self.goods.tagged_slug}")
        if answer is not None and answer.status == 200:
            prices = {variant["sku"]: variant["price"] for variant in answer.json()["variants"]}
            self.tag.seen(prices[self.goods.tagged], asked_at, answer.headers.get("X-Instance", ""))

    # -- the cart

    async def add(self) -> None:
        if self.cart.doubts >= MOST_DOUBTS:
            await self.look_at_cart()
            return
        quantity = self.rng.choice([1, 1, 1, 2, 3])
        effect = Added(self._piece(), quantity, self.key())
        answer = await self.patience.write(
            "add",
            "/cart/lines",
            {"sku": effect.sku, "quantity": str(quantity)},
            key=effect.key,
            doubted=lambda: self.cart.doubted(effect),
        )
        if answer is not None and answer.good:
            self.cart.done(effect)
            await self.sees(answer.json(), "the answer to an add")

    async def set_quantity(self) -> None:
        """Of something that is in the cart; 0 takes it out."""
        lines = sorted(self.cart.certain or ())
        if not lines or self.cart.doubts >= MOST_DOUBTS:
            await self.look_at_cart()
            return
        await self.make_it(self.rng.choice(lines)[0], self.rng.choice([0, 1, 2, 3, 5]))

    async def make_it(self, sku: str, quantity: int) -> None:
        effect = Set(sku, quantity)
        answer = await self.patience.write(
            "set", f"/cart/lines/{sku}", {"quantity": str(quantity)}, doubted=lambda: self.cart.doubted(effect)
        )
        if answer is not None and answer.good:
            self.cart.done(effect)
            await self.sees(answer.json(), "the answer to a change")

    async def look_at_cart(self) -> None:
        """Through another balancer than before, now and then."""
        if self.rng.random() < 0.3:
            self.patience.browser.elsewhere()
        shown = await self._cart()
        if shown is not None:
            await self.sees(shown, "the cart")

    async def ask_for_nonsense(self) -> None:
        """It is refused, and nothing changes."""
        if self.cart.certain is None:
            return
        sku = self._piece()
        form, path = self.rng.choice(
            [
                ({"sku": sku, "quantity": "-1"}, "/cart/lines"),
                ({"sku": sku, "quantity": "1e3"}, "/cart/lines"),
                ({"sku": "NO-SUCH-PIECE", "quantity": "1"}, "/cart/lines"),
                ({"quantity": "1000"}, f"/cart/lines/{sku}"),
            ]
        )
        answer = await self.patience.write("nonsense", path, form)
        if answer is None:
            return
        if answer.good:
            self.findings.add(REFUSED, self.name, f"{form} was taken")
        shown = await self._cart()
        if shown is not None:
            await self.sees(shown, "the cart after a refusal", promise=REFUSED)

    # -- checking

    async def sees(self, shown: Any, where: str, promise: str = "") -> Cart:
        """Compare with the model. What is wrong is looked at again: shown late, or lost? Returns the last look."""
        cart = units_of(shown)
        if self.cart.may_be(cart):
            return cart
        first = self.cart.wrong_in(cart)
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            self.patience.browser.elsewhere()
            shown = await self._cart()
            if shown is None:
                return cart
            cart = units_of(shown)
            if self.cart.may_be(cart):
                self.findings.add(OWN, self.name, f"{where} was old: {first}")
                return cart
        lost = self.cart.lost_in(cart)
        self.findings.add(
            promise or (KEPT if lost else ONCE), self.name, f"{where}: {self.cart.wrong_in(cart)}", lost or 1
        )
        self.cart.is_now(cart)
        return cart

    async def settled(self, *, all_done: bool) -> None:
        """At the end, when nothing is under way any more: what must have happened has, unless it still waits."""
        self.cart.settled(all_done=all_done)
        for _ in range(3):  # through every balancer
            self.patience.browser.elsewhere()
            shown = await self._cart()
            if shown is None:
                self.findings.add(SERVED, self.name, "the cart was not shown at the end")
                return
            self.cart.is_now(await self.sees(shown, "the cart at the end"))

    def surprised(self, what: str, status: int) -> None:
        self.findings.add(SERVED, self.name, f"{what} was answered with {status}")

    async def _cart(self) -> Any:
        answer = await self.patience.read("cart", "/cart")
        if answer is None:
            return None
        if answer.status != 200:
            self.surprised("/cart", answer.status)
            return None
        return answer.json()

    def _piece(self) -> str:
        mine = sorted(sku for sku, _ in self.cart.certain or ())
        if mine and (len(mine) >= MOST_LINES or self.rng.random() < 0.4):
            return self.rng.choice(mine)
        return self.rng.choice(self.goods.scarce if self.rng.random() < 0.08 else self.goods.pieces)


def units_of(shown: Any) -> Cart:
    return of({line["sku"]: line["quantity"] for line in shown["lines"]})
