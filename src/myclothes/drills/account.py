"""Shoppers with an account: signing up, in and out with a cart, and reading what they have just written."""

import asyncio

from myclothes.drills.browser import Answer
from myclothes.drills.buying import ADDRESS, Buyer
from myclothes.drills.cart_model import CartModel
from myclothes.drills.effects import EMPTY, Joined
from myclothes.drills.findings import KEPT, OWN
from myclothes.drills.shopper import LOOK_SECONDS, LOOKS, Shopper

PASSWORD = "a calm grey wool coat"  # noqa: S105  (of shoppers who do not exist)
MOST_ADDRESSES = 15
LATEST = 10


class Account:
    """The account of one shopper, who is the only one to use it."""

    def __init__(self, shopper: Shopper, buyer: Buyer) -> None:
        self.shopper = shopper
        self.buyer = buyer
        self.signed_in = False
        self._addresses: list[str] = []
        self._tried = 0
        self._orders_before = 0

    async def open(self) -> bool:
        """Register and sign in. False: the shop would not, as it may under an attack from one address."""
        form = {"email": self.buyer.email, "password": PASSWORD}
        answer = await self.shopper.patience.write("register", "/account/register", form)
        if answer is None or not answer.good:
            return False
        self._orders_before = len(self.buyer.orders)
        return await self.sign_in()

    async def sign_in(self) -> bool:
        """What the browser's cart holds joins the account's. The model holds the browser's; `_left` the account's."""
        form = {"email": self.buyer.email, "password": PASSWORD}
        answer = await self.shopper.patience.write("sign in", "/account/login", form)
        if answer is None or not answer.good:
            return False
        self.signed_in = True
        return True

    async def out_and_in(self) -> None:
        """The account keeps its cart; what is put into another one meanwhile is in it afterwards."""
        shopper = self.shopper
        kept = shopper.cart.certain
        if kept is None or not self.signed_in:
            return
        answer = await shopper.patience.write("sign out", "/account/logout", {})
        if answer is None or not answer.good:
            return
        self.signed_in = False
        shopper.cart = CartModel(EMPTY)
        if shopper.rng.random() < 0.5:
            await shopper.add()
        form = {"email": self.buyer.email, "password": PASSWORD}
        joined = Joined(kept, shopper.key())
        answer = await shopper.patience.write(
            "sign in", "/account/login", form, doubted=lambda: shopper.cart.doubted(joined, must=True)
        )
        if answer is None or not answer.good:
            shopper.cart.doubted(joined)  # nobody is signed in: it is in the account, where we do not look
            return
        self.signed_in = True
        if answer.json().get("merged") is None:
            shopper.cart.doubted(joined, must=True)  # they are told so: when the cart is next looked at
        else:
            shopper.cart.done(joined)
        await shopper.look_at_cart()

    async def save_address(self) -> None:
        """Not safe to repeat, so sent once. It is in the list at once."""
        if not self.signed_in or self._tried >= MOST_ADDRESSES:
            await self.look_at_orders()
            return
        self._tried += 1
        line = f"{self._tried} Row {self.shopper.name}"
        form = {name: text for name, text in ADDRESS.items() if name != "line1"} | {"line1": line}
        answer = await self.shopper.patience.once("address", "/account/addresses", form)
        if answer is not None and answer.good:
            self._addresses.append(line)
        await self._shows("/account/addresses", "address", [*self._addresses])

    async def look_at_orders(self) -> None:
        if self.signed_in:
            bought = [order.number for order in self.buyer.orders[self._orders_before :]]
            await self._shows("/account/orders", "history", bought[-LATEST:])

    async def _shows(self, path: str, what: str, wanted: list[str]) -> None:
        """Everything that was acknowledged is there at the first look."""
        first: list[str] = []
        for _ in range(LOOKS):
            answer = await self.shopper.patience.read(what, path)
            if answer is None:
                return
            if answer.status == 401:
                self.shopper.findings.add(KEPT, self.shopper.name, "was signed out")
                await self.sign_in()
                return
            lacks = _lacking(answer, wanted)
            if not lacks:
                if first:
                    self.shopper.findings.add(OWN, self.shopper.name, f"{path} did not show {', '.join(first)} yet")
                return
            first = first or lacks
            self.shopper.patience.browser.elsewhere()
            await asyncio.sleep(LOOK_SECONDS)
        self.shopper.findings.add(KEPT, self.shopper.name, f"{path} does not show {', '.join(first)}", len(first))


def _lacking(answer: Answer, wanted: list[str]) -> list[str]:
    shown = answer.body.decode(errors="replace")
    return [text for text in wanted if text not in shown]
