"""Prints docs/cart-stores.md: `python -m myclothes.cart.store_table > docs/cart-stores.md`. A test compares them."""

import sys

from myclothes.cart.model import MAX_LINES, MAX_QUANTITY
from myclothes.cart.store import StoreFacts
from myclothes.cart.stores.cookie import CookieStore
from myclothes.cart.stores.dynamodb import DynamoDbStore
from myclothes.cart.stores.memory import MemoryStore
from myclothes.cart.stores.sql import SqlStore
from myclothes.cart.stores.valkey import ValkeyStore

ALL: tuple[StoreFacts, ...] = (
    ValkeyStore.facts,
    SqlStore.facts,
    DynamoDbStore.facts,
    CookieStore.facts,
    MemoryStore.facts,
)

_HEAD = """\
# The five cart stores

One setting chooses: `MYCLOTHES_CARTS`, or `myclothes run --carts NAME`. All five pass one contract test
(`tests/cart/test_store_contract.py`); this table holds what they differ in. It is printed from the code by
`python -m myclothes.cart.store_table`.

"""
_FOOT = f"""
Common to all:

- A cart holds at most {MAX_LINES} different pieces, and at most {MAX_QUANTITY} of one. A change that would go beyond
  is refused and alters nothing. A merge may bring a cart to {2 * MAX_LINES} lines, so that two full carts always fit;
  what does not fit even then stays in the source and is reported.
- An unused cart lives for `MYCLOTHES_CART_DAYS` (90), counted from when it was last used.
- An id that the shop did not give out, or that has expired, is never adopted: the next add starts a new cart under a
  new id of 256 random bits. So two first adds at the same moment, from a browser that has no cart yet, make two carts,
  of which the browser keeps one; nothing can join them without a cookie.
- The same `Idempotency-Key` on the same cart within a day applies once; with another piece or quantity it is refused.
- Adding a piece that is saved for later brings it back to the cart, with the units that were saved.
- An emptied cart keeps its id.
- A price in the cart is only what the shopper has seen. What they pay always comes from the catalogue.
"""


def table() -> str:
    rows = [
        ("", [f"`{facts.name}`" for facts in ALL]),
        ("---", ["---"] * len(ALL)),
        ("kept in", [facts.kept_in for facts in ALL]),
        ("the browser carries", [facts.carried for facts in ALL]),
        ("outlives the web instance", [_yes(facts.survives_instance) for facts in ALL]),
        ("outlives its engine", [facts.survives_engine for facts in ALL]),
        ("any instance can answer", [_yes(facts.shared) for facts in ALL]),
        ("adds at the same time all count", [_yes(facts.exact) for facts in ALL]),
        ("bound", [facts.bound for facts in ALL]),
        ("life", [facts.expiry for facts in ALL]),
        ("idempotency keys", [facts.idempotency for facts in ALL]),
        ("a connection lost under way", [facts.repeat for facts in ALL]),
        ("round trips", [facts.round_trips for facts in ALL]),
    ]
    return "".join(f"| {name} | {' | '.join(cells)} |\n" for name, cells in rows)


def document() -> str:
    return _HEAD + table() + _FOOT


def _yes(fact: bool) -> str:
    return "yes" if fact else "**no**"


if __name__ == "__main__":
    sys.stdout.write(document())
