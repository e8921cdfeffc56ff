"""How an order may move on. Nothing else changes its status, and the database is asked each time what it is now.

pending → confirmed → packed → shipped → delivered → return_requested → returned
        ↘ failed    ↘ cancelled
"""

from myclothes.kernel.errors import Conflict
from myclothes.kernel.i18n import Message

NEXT: dict[str, frozenset[str]] = {
    "pending": frozenset({"confirmed", "failed"}),
    "failed": frozenset(),
    "confirmed": frozenset({"packed", "cancelled"}),
    "cancelled": frozenset(),
    "packed": frozenset({"shipped"}),
    "shipped": frozenset({"delivered"}),
    "delivered": frozenset({"return_requested"}),
    "return_requested": frozenset({"returned"}),
    "returned": frozenset(),
}
STATUSES = tuple(NEXT)


class OrderMovedOn(Conflict):
    """The order is not, or no longer, where that can happen to it. Nothing was changed."""

    title = "Your order has moved on"

    def __init__(self) -> None:
        super().__init__(Message("Your order has moved on in the meantime. Please look at it again."))


def check_step(before: str, after: str) -> None:
    """Raises `ValueError` for a step that no order ever takes: a mistake of ours, not a matter of time."""
    if after not in NEXT[before]:
        raise ValueError(f"an order does not go from {before} to {after}")
