"""Using a voucher, and letting go of it: counted in the transaction of the order, under the locks of the counters.

A voucher that all may use as often as they like locks nothing; one with a limit makes its users queue for a moment.
"""

import hashlib
from collections.abc import Sequence

from myclothes.kernel.db.pools import Connection

# One more use, if it is still good: of all those who try at the same time, as many succeed as there are uses.
_TAKE = """
    UPDATE voucher SET uses_left = uses_left - 1
    WHERE code = $1 AND uses_left > 0 AND starts_at <= now() AND (ends_at IS NULL OR ends_at > now())
    RETURNING 1
"""
_LIMITS = "SELECT uses_left IS NOT NULL AS counted, per_customer FROM voucher WHERE code = $1"
_TAKE_FOR = """
    INSERT INTO voucher_customer AS c (code, customer, used)
    SELECT $1, customer, 1 FROM unnest($2::bytea[]) AS customer ORDER BY customer
    ON CONFLICT (code, customer) DO UPDATE SET used = c.used + 1 WHERE c.used < $3
    RETURNING 1
"""
_NOTE = "INSERT INTO voucher_use (order_number, code, customers) VALUES ($1, $2, $3)"
_FORGET = "DELETE FROM voucher_use WHERE order_number = $1 RETURNING code, customers"
_GIVE = "UPDATE voucher SET uses_left = uses_left + 1 WHERE code = $1 AND uses_left IS NOT NULL"
_GIVE_FOR = """
    UPDATE voucher_customer SET used = used - 1
    WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM voucher_customer WHERE code = $1 AND customer = ANY ($2) AND used > 0
        ORDER BY customer FOR UPDATE))
"""


def customers(account_id: int | None, email: str) -> list[bytes]:
    """What a customer is known by where uses are counted: the mailbox, and the account."""
    names = [f"mail:{email.strip().casefold()}"] + ([f"account:{account_id}"] if account_id is not None else [])
    return sorted(hashlib.blake2b(name.encode(), digest_size=16).digest() for name in names)


async def use(conn: Connection, code: str, order: str, who: Sequence[bytes]) -> bool:
    """Count one use for `order`. False if somebody was quicker: then roll the transaction back."""
    limits = await conn.fetchrow(_LIMITS, code)
    if limits is None or (limits["counted"] and not await conn.fetchval(_TAKE, code)):
        return False
    most = limits["per_customer"]
    if most is not None and len(await conn.fetch(_TAKE_FOR, code, list(who), most)) < len(who):
        return False
    await conn.execute(_NOTE, order, code, list(who) if most is not None else [])
    return True


async def let_go(conn: Connection, order: str) -> None:
    """Give the use of `order` back. A second time changes nothing."""
    used = await conn.fetchrow(_FORGET, order)
    if used is not None:
        await conn.execute(_GIVE, used["code"])
        await conn.execute(_GIVE_FOR, used["code"], used["customers"])
