"""Whether the books agree with each other and with what shoppers were told. Pure: see `books.py` for where they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myclothes.drills.books import Written
from myclothes.drills.buying import Doubt, Order
from myclothes.drills.effects import difference
from myclothes.drills.findings import KEPT, ONCE, SOLD, Findings

NOTHING_HELD = ("failed", "cancelled", "returned")
"""Orders in these have given their stock and money back."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """`orders` and `left` as the database has them, `charged` as the bank has it; `stock` is what there was to sell."""

    orders: Sequence[Written]
    left: Mapping[str, int]
    charged: Mapping[str, int]
    stock: Mapping[str, int]


def audit(accounts: Accounts, acknowledged: Sequence[Order], doubts: Sequence[Doubt], findings: Findings) -> None:
    _orders_are_there(accounts, acknowledged, findings)
    _orders_are_there_once(accounts, acknowledged, doubts, findings)
    _money_is_right(accounts, findings)
    _stock_adds_up(accounts, findings)


def _orders_are_there(accounts: Accounts, acknowledged: Sequence[Order], findings: Findings) -> None:
    written = {order.number: order for order in accounts.orders}
    for order in acknowledged:
        found = written.get(order.number)
        if found is None:
            findings.add(KEPT, order.shopper, f"order {order.number} is gone")
        elif found.status in NOTHING_HELD or found.status == "pending":
            findings.add(KEPT, order.shopper, f"order {order.number} is {found.status}")
        elif found.total != order.total:
            findings.add(KEPT, order.shopper, f"order {order.number} costs {found.total}, not {order.total}")
        elif found.units != order.units:
            findings.add(KEPT, order.shopper, f"order {order.number}: {difference(found.units, order.units)}")


def _orders_are_there_once(
    accounts: Accounts, acknowledged: Sequence[Order], doubts: Sequence[Doubt], findings: Findings
) -> None:
    """Nobody has more orders than they were told of, but for those that they never got an answer about."""
    told = Counter(order.email for order in acknowledged)
    unknown = Counter(doubt.email for doubt in doubts)
    standing = Counter(order.email for order in accounts.orders if order.status not in NOTHING_HELD)
    for email, count in standing.items():
        if count > told[email] + unknown[email]:
            findings.add(
                ONCE, email, f"has {count} orders, and asked for {told[email] + unknown[email]}", count - told[email]
            )
    twice = [number for number, count in Counter(order.number for order in accounts.orders).items() if count > 1]
    for number in twice:
        findings.add(ONCE, number, "is there twice")


def _money_is_right(accounts: Accounts, findings: Findings) -> None:
    owed = {
        order.number: order.total - order.refunded
        for order in accounts.orders
        if order.status not in NOTHING_HELD and order.status != "pending" and order.total > order.refunded
    }
    for number in sorted(owed.keys() | accounts.charged.keys()):
        taken, right = accounts.charged.get(number, 0), owed.get(number, 0)
        if taken > right:
            findings.add(ONCE, number, f"was charged {taken}, not {right}", taken - right)
        elif taken < right:
            findings.add(KEPT, number, f"stands, but only {taken} of {right} are paid", right - taken)
    for order in accounts.orders:
        if order.status == "pending":
            findings.add(KEPT, order.number, "was left undecided")


def _stock_adds_up(accounts: Accounts, findings: Findings) -> None:
    held: Counter[str] = Counter()
    for order in accounts.orders:
        if order.status not in NOTHING_HELD:
            held.update(dict(order.units))
    for sku, units in accounts.stock.items():
        left = accounts.left.get(sku, 0)
        if left < 0 or held[sku] > units:
            findings.add(SOLD, sku, f"{held[sku]} were sold of {units}, and {left} are left", held[sku] - units)
        elif held[sku] + left != units:
            findings.add(SOLD, sku, f"{held[sku]} sold and {left} left are not {units}", abs(held[sku] + left - units))
