"""The way of an order as its page draws it: what has happened, where it is, and what is still to come."""

from datetime import datetime

import msgspec

from myclothes.kernel.i18n import Message
from myclothes.orders.model import Order
from myclothes.orders.wording import STATUS

_USUAL = ("confirmed", "packed", "shipped", "delivered")
_OVER = ("failed", "cancelled", "returned")
_PLACED = Message("Ordered")


class Step(msgspec.Struct, frozen=True):
    """`state`: done, now or ahead."""

    name: Message
    at: datetime | None
    state: str


def timeline(order: Order) -> list[Step]:
    """From being ordered to where it is, then the usual way on, unless there is none any more."""
    steps = [Step(_PLACED, order.placed_at, "done")]
    happened = [event for event in order.events if event.kind in STATUS and event.kind != "pending"]
    steps += [Step(STATUS[event.kind], event.at, "done") for event in happened]
    steps[-1] = Step(steps[-1].name, steps[-1].at, "now")
    if order.status not in _OVER and order.status != "return_requested":
        passed = _USUAL.index(order.status) + 1 if order.status in _USUAL else 0
        steps += [Step(STATUS[kind], None, "ahead") for kind in _USUAL[passed:]]
    return steps
