"""Where carts are kept: one interface, five engines, and the differences between them said openly.

A store takes *changes*, never whole carts to write back: each engine applies a change in its own atomic way, so two
requests at the same time both count. A change answers with the token that the browser is to carry from then on.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

from myclothes.cart.model import Add, Cart, Change
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message

TOKEN_LENGTH = 43
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

MergeKind = Literal["moved", "summed", "capped", "stayed"]


@dataclass(frozen=True, slots=True)
class MergedLine:
    """What a merge did to one line of the source.

    moved: it is new in the target. summed: the target had it, the units were added up. capped: added up, but
    `left_out` units went beyond the limit for one piece. stayed: the target was full, the line is still in the source.
    """

    sku: str
    kind: MergeKind
    quantity: int
    """Units in the target now."""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class MergeResult:
    token: str
    """Of the cart that now holds everything."""
    changes: tuple[MergedLine, ...] = ()
    source: str | None = None
    """Of the source, as it is now: empty, or with the lines that stayed. Only the cookie store changes it."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a shopkeeper must know to choose a store. `docs/cart-stores.md` is printed from these."""

    name: str
    kept_in: str
    carried: str
    """What the browser sends with each request."""
    survives_instance: bool
    """The death of the web instance that answered."""
    survives_engine: str
    """What becomes of acknowledged changes when the engine dies and comes back."""
    shared: bool
    """Any web instance sees the cart, with no sticky balancer."""
    exact: bool
    """Adds at the same time all count."""
    bound: str
    expiry: str
    idempotency: str
    repeat: str
    """What happens to a change whose connection was lost under way."""
    round_trips: str


class CartStore(Protocol):
    """All methods raise `Unavailable` when the engine does not answer in time."""

    facts: StoreFacts

    async def apply(self, token: str | None, change: Change) -> str:
        """Apply `change` and return the token to carry from now on.

        A token that is missing, malformed, expired or unknown is never adopted: `Add` then starts a new cart under a
        new unguessable token, `Remove` and `Clear` have nothing to do, and the others raise `NotInCart`.
        Raises `CartFull` or `Invalid` with nothing changed.
        """

    async def read(self, token: str | None) -> Cart:
        """The cart, empty for a token that is missing, expired, unknown or tampered with. Slides the expiry."""

    async def count(self, token: str | None) -> int:
        """Units not saved for later; cheap enough for the header of every page."""

    async def merge(self, source: str | None, target: str | None) -> MergeResult:
        """Bring every line of `source` into `target` (a new cart if there is none); see `cart/merge.py`.

        Safe to repeat after any failure: units are never added twice, and the source lets go of a line only when
        the target holds it.
        """

    async def identity(self, token: str | None) -> str | None:
        """Names the cart as something to be ordered: it stays whatever is put in or taken out, and is another once the
        cart has become an order. None: there is no such cart.
        """

    async def bought(self, identity: str, units: Mapping[str, int], token: str | None = None) -> str | None:
        """The cart `identity` has become an order of so many `units` of each SKU: take them out and begin another one.

        What was added meanwhile stays, and so does what is saved for later. A cart that is not `identity` (any more) is
        left alone, so it is safe to repeat. The token to carry from now on; None: as before. Only the cookie store
        needs the token, and changes it.
        """

    def label(self, token: str) -> str | None:
        """Names the cart to whoever keeps a list of carts: unguessable, opens nothing, and stays however often the
        token changes. None: no token of ours. Asks no engine, so a cart that is gone has its label still.
        """

    def renewed(self, token: str) -> str | None:
        """The token to hand out again after a `read`, so that the cookie's own life slides along with the cart's.

        None: leave the cookie as it is.
        """

    async def close(self) -> None: ...


def new_token() -> str:
    """An unguessable id of 256 bits."""
    return secrets.token_urlsafe(32)


def id_of(token: str | None) -> bytes | None:
    """What a server-side store files the cart under: a hash, so that a leaked dump opens no cart. None: no token of ours."""
    # What is remembered has the length of a token: what somebody makes up may be as long as a request can be.
    return None if token is None or len(token) != TOKEN_LENGTH else _id_of(token)


@lru_cache(maxsize=16_384)
def _id_of(token: str) -> bytes | None:
    return hashlib.blake2b(token.encode(), digest_size=16).digest() if _TOKEN.fullmatch(token) else None


def label_of(token: str) -> str | None:
    """The label of a cart whose token never changes."""
    cart_id = id_of(token)
    return None if cart_id is None else cart_id.hex()


def identity_of(cart_id: bytes, orders: int) -> str:
    """Of a cart that has become so many orders already."""
    return f"{cart_id.hex()}.{orders}"


def read_identity(identity: str) -> tuple[bytes, int] | None:
    """What `identity_of` was made of; None for anything else."""
    cart_id, _, orders = identity.partition(".")
    try:
        return bytes.fromhex(cart_id), int(orders)
    except ValueError:
        return None


def key_of(add: Add) -> bytes:
    """The idempotency key of `add`, shortened to 12 bytes whatever its length."""
    return hashlib.blake2b((add.key or "").encode(), digest_size=12).digest()


def fingerprint(add: Add) -> str:
    """What an idempotency key stands for: another SKU or quantity under the same key is a mistake of the client."""
    return f"{add.quantity}x{add.sku}"


def key_reused() -> Invalid:
    text = Message("This idempotency key was already used for another piece or quantity.")
    return Invalid(fields={"Idempotency-Key": text})
