"""One order for one key, and one for one cart: who is first claims both, all others are told which order it is."""

import hashlib
from dataclasses import dataclass

import msgspec

from myclothes.checkout.model import Placed, Wish
from myclothes.kernel.db.pools import Connection
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message

PATIENCE = "3s"
"""How long a transaction of checkout waits for each lock."""
KEY_DAYS = 30
MAX_KEY = 255

_CLAIM = "SELECT known, fits FROM checkout_claim($1, $2, $3, $4, $5, $6)"
_BEFORE = "SELECT order_number AS known, fingerprint = $3 AS fits FROM checkout_key WHERE scope = $1 AND key = $2"
_OUTCOME = "UPDATE checkout_key SET outcome = $2 WHERE order_number = $1"
_SWEEP = "DELETE FROM checkout_key WHERE created_at < now() - make_interval(days => $1)"
_json = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Claim:
    """`scope` is whose key it is: nobody reaches an order with a key of somebody else's.

    `as_guest` is the scope that the same browser had before it signed in: who does so between two presses of Pay has
    another cart by then, but presses for the same order still.
    """

    scope: bytes
    key: str
    fingerprint: bytes
    as_guest: bytes | None = None

    @classmethod
    def of(cls, wish: Wish) -> "Claim":
        """Raises `Invalid` for a key that is none, and `ValueError` for a buyer that is neither account nor browser.

        The cart is no part of the fingerprint, for it is empty when the answer to the first try was lost; nor is what
        the shopper pays with, which is kept nowhere.
        """
        if not 1 <= len(wish.key) <= MAX_KEY or not wish.key.isascii() or not wish.key.isprintable():
            text = Message("An idempotency key is 1 to %(most)d printable ASCII characters.", most=MAX_KEY)
            raise Invalid(fields={"idempotency_key": text})
        buyer = wish.buyer
        if buyer.account_id is None and not buyer.browser:
            raise ValueError("a guest's order belongs to a browser")
        asked = _hash(_json.encode([buyer.email, wish.address, wish.shipping, wish.voucher, wish.expected_total]))
        browser = _hash(f"browser:{buyer.browser}".encode())
        if buyer.account_id is None:
            return cls(browser, wish.key, asked)
        account = _hash(f"account:{buyer.account_id}".encode())
        return cls(account, wish.key, asked, browser if buyer.browser else None)


async def claim(conn: Connection, claim: Claim, order: str, cart: bytes) -> str | None:
    """First in the transaction that places `order`. None: go ahead. Else the order that the key or the cart has become.

    Waits while another request places an order for the same key or cart. Raises `Invalid` for a key that was used for
    something else.
    """
    row = None
    if claim.as_guest is not None:
        row = await conn.fetchrow(_BEFORE, claim.as_guest, claim.key, claim.fingerprint)
    if row is None:
        row = await conn.fetchrow(_CLAIM, claim.scope, claim.key, claim.fingerprint, order, cart, PATIENCE)
    if row is None or row["known"] is None:
        return None
    if not row["fits"]:
        raise Invalid(fields={"idempotency_key": Message("This idempotency key was already used for another order.")})
    return str(row["known"])


async def note_outcome(conn: Connection, placed: Placed) -> None:
    """What became of the order, beside its key."""
    outcome = {"status": placed.status, "total": placed.total, "currency": placed.currency, "reason": placed.reason}
    await conn.execute(_OUTCOME, placed.order, _json.encode(outcome).decode())


async def sweep(conn: Connection) -> None:
    """Forget keys that nobody retries any more."""
    await conn.execute(_SWEEP, KEY_DAYS)


def _hash(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=20).digest()
