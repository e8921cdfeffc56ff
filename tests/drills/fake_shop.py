"""A shop in a dictionary, with faults to plant: the checker has to find each of them, and nothing when there is none."""

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping

from myclothes.drills.audit import Accounts
from myclothes.drills.books import Written
from myclothes.drills.browser import Answer
from myclothes.drills.buying import Buyer
from myclothes.drills.effects import of
from myclothes.drills.findings import Findings
from myclothes.drills.goods import Goods
from myclothes.drills.shopper import Shopper

PRICE, STOCK = 1_000, 40
SKUS = ("TEE-M", "TEE-L", "COAT-S")


class FakeShop:
    """For one shopper. Answers as the shop does; `doubtful` is how likely an answer to a write is lost on its way."""

    def __init__(self, rng: random.Random, *, doubtful: float = 0.0) -> None:
        self.rng = rng
        self.doubtful = doubtful
        self.cart: Counter[str] = Counter()
        self.keys: set[str] = set()
        self.left = dict.fromkeys(SKUS, STOCK)
        self.orders: dict[str, Written] = {}
        self.placed: dict[str, str] = {}
        self.charged: dict[str, int] = {}
        self.stale: Counter[str] | None = None
        self.late: list[Callable[[], None]] = []
        """What was sent and will only be done later."""
        self.fault = ""

    def books(self) -> Accounts:
        return Accounts(list(self.orders.values()), self.left, self.charged, dict.fromkeys(SKUS, STOCK))

    def get(self, path: str) -> Answer:
        if path.startswith("/orders/"):
            order = self.orders.get(path.removeprefix("/orders/"))
            if order is None:
                return answer(404, {})
            return answer(200, {"status": order.status, "total": order.total, "lines": lines(dict(order.units))})
        if path == "/cart":
            shown, self.stale = (self.stale if self.stale is not None else self.cart), None
            return answer(200, {"lines": lines(shown)})
        return answer(200, {"lines": []})

    def post(self, path: str, form: Mapping[str, str], key: str) -> Answer:
        if path == "/checkout":
            return self.pay(form)
        if path == "/cart/lines":
            return self.add(form, key)
        sku = path.rpartition("/")[2]
        if not self.cart[sku]:
            return answer(404, {})
        if not form["quantity"].isdigit() or int(form["quantity"]) > 999:
            return answer(422, {})
        self.cart[sku] = int(form["quantity"])
        return answer(200, {"lines": lines(self.cart)})

    def add(self, form: Mapping[str, str], key: str) -> Answer:
        if form["sku"] not in SKUS or not form["quantity"].isdigit():
            if self.fault == "refused but done":
                self.cart[SKUS[0]] += 1
            return answer(422, {})
        before = self.cart.copy()
        if key not in self.keys or self.fault == "twice":
            self.cart[form["sku"]] += int(form["quantity"])
            self.keys.add(key)
        told = answer(200, {"lines": lines(self.cart)})
        if self.fault == "lost line":
            del self.cart[form["sku"]]
        if self.fault == "stale":
            self.stale = before
        return told

    def pay(self, form: Mapping[str, str]) -> Answer:
        key = form["idempotency_key"]
        if key not in self.placed or self.fault == "double order":
            if not +self.cart:
                return answer(409, {"problems": [{"kind": "empty"}]})
            self.place(form, key)
        order = self.orders[self.placed[key]]
        if self.fault == "order forgotten":
            self.orders.clear()
        return answer(200, {"order": order.number, "status": "confirmed", "total": order.total})

    def place(self, form: Mapping[str, str], key: str) -> None:
        units = of(self.cart)
        number = f"ORDER-{len(self.orders) + 1}"
        total = sum(quantity for _, quantity in units) * PRICE
        self.orders[number] = Written(number, form["email"], "confirmed", "paid", total, 0, units)
        self.placed[key] = number
        self.charged[number] = total * (2 if self.fault == "double charge" else 1)
        for sku, quantity in units:
            self.left[sku] -= 0 if self.fault == "oversold" else quantity
        if self.fault != "double order":
            self.cart.clear()


class FakePatience:
    """In place of a browser and the network: some answers to writes never arrive, and some writes arrive late."""

    def __init__(self, shop: FakeShop) -> None:
        self.shop = shop
        self.browser = self

    def elsewhere(self) -> None:
        pass

    async def read(self, what: str, path: str, headers: object = None) -> Answer:
        return self.shop.get(path)

    async def write(
        self,
        what: str,
        path: str,
        form: Mapping[str, str],
        *,
        key: str = "",
        doubted: Callable[[], None] = lambda: None,
    ) -> Answer | None:
        shop = self.shop
        while shop.rng.random() < shop.doubtful:
            doubted()
            fate = shop.rng.random()
            if fate < 0.5:
                shop.post(path, form, key)
            if fate > 0.9 and not shop.fault:  # with a fault, nothing else is to blame
                return None
        return shop.post(path, form, key)


def visitor(seed: int, fault: str = "", doubtful: float = 0.0) -> tuple[Buyer, FakeShop]:
    rng = random.Random(seed)
    shop = FakeShop(rng, doubtful=doubtful)
    shop.fault = fault
    goods = Goods(["tee"], SKUS, SKUS[:1])
    shopper = Shopper("ada", FakePatience(shop), goods, Findings(), rng)  # type: ignore[arg-type]
    return Buyer(shopper, "ada@example.com"), shop


def answer(status: int, body: object) -> Answer:
    return Answer(status, {}, json.dumps(body).encode())


def lines(units: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"sku": sku, "quantity": quantity} for sku, quantity in units.items() if quantity]
