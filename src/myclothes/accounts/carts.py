"""What an account remembers of its cart. Only the names of carts: what is in them is the cart store's business."""

import msgspec

from myclothes.kernel.db.pools import Connection


class RememberedCart(msgspec.Struct, frozen=True):
    """`token` is what the account's browsers carry; see docs/adr/0005-merge-at-sign-in.md for the rest."""

    token: str | None
    identity: str | None
    merge: str | None
    aside: str | None
    epoch: int


NOTHING = RememberedCart(None, None, None, None, 0)

_READ = "SELECT cart_token, cart_identity, cart_merge::text, cart_aside, epoch FROM account WHERE id = $1"
_OWNER = "SELECT id FROM account WHERE cart_identity = $1 LIMIT 1"
_SET = """
    UPDATE account SET cart_token = $3, cart_identity = $4
    WHERE id = $1 AND cart_token IS NOT DISTINCT FROM $2 RETURNING id
"""
_TELL = """
    UPDATE account SET cart_merge = coalesce($2::jsonb, cart_merge), cart_aside = coalesce($3, cart_aside) WHERE id = $1
"""
_SEEN = "UPDATE account SET cart_merge = NULL WHERE id = $1"
_UNDONE = """
    UPDATE account SET cart_merge = NULL, cart_aside = $3 WHERE id = $1 AND cart_merge = $2::jsonb RETURNING id
"""
_SET_ASIDE = "UPDATE account SET cart_aside = $3 WHERE id = $1 AND cart_aside IS NOT DISTINCT FROM $2 RETURNING id"


async def cart_of(conn: Connection, account_id: int) -> RememberedCart:
    """`NOTHING` for an account that does not exist (any more)."""
    row = await conn.fetchrow(_READ, account_id)
    return RememberedCart(*row) if row else NOTHING


async def owner_of(conn: Connection, identity: str) -> int | None:
    """The account whose cart this is."""
    found = await conn.fetchval(_OWNER, identity)
    return None if found is None else int(found)


async def set_cart(conn: Connection, account_id: int, was: str | None, token: str | None, identity: str | None) -> bool:
    """False, and nothing changed, if the account's cart is not `was` any more."""
    return await conn.fetchval(_SET, account_id, was, token, identity) is not None


async def tell_merge(conn: Connection, account_id: int, merge: str | None, aside: str | None) -> None:
    """Remember what a merge did, to be told and perhaps undone. None leaves what is there."""
    await conn.execute(_TELL, account_id, merge, aside)


async def merge_seen(conn: Connection, account_id: int) -> None:
    await conn.execute(_SEEN, account_id)


async def merge_undone(conn: Connection, account_id: int, merge: str, aside: str) -> bool:
    """False if it has been undone or seen already: of two at the same time one is right."""
    return await conn.fetchval(_UNDONE, account_id, merge, aside) is not None


async def set_aside(conn: Connection, account_id: int, was: str | None, aside: str | None) -> bool:
    return await conn.fetchval(_SET_ASIDE, account_id, was, aside) is not None
