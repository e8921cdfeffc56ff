"""Mails about an order. Asked for in the transaction that changes it, written when they are sent.

    await ask_for_mail(conn, "order_confirmed", number)

| kind | says |
|---|---|
| order_confirmed | what was ordered, what it costs, where it goes |
| order_cancelled | it is cancelled; what is given back |
| order_shipped | it is on its way |
| order_return_requested | how to send it back |
| order_returned | what came back has arrived |
| order_refunded | money is on its way back |
"""

from myclothes.kernel import outbox
from myclothes.kernel.db.pools import Connection

ORDER_MAIL = "order_mail"
KINDS = (
    "order_confirmed",
    "order_cancelled",
    "order_shipped",
    "order_return_requested",
    "order_returned",
    "order_refunded",
)


async def ask_for_mail(conn: Connection, kind: str, number: str, about: str = "") -> None:
    """`kind` is one of `KINDS`; `about` tells one mail of a kind from another of the same order (a refund's key)."""
    if kind not in KINDS:
        raise ValueError(f"no mail is called {kind!r}")
    await outbox.add(conn, ORDER_MAIL, {"kind": kind, "number": number, "about": about}, f"{kind}:{number}:{about}")
