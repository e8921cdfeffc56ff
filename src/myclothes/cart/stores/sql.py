"""Carts in PostgreSQL: a row a cart, a row a line, one function call a change.

The functions are in the migration `0010_carts.sql`. Time is the database's own, so the clocks of instances do not matter.
Carts are read from the primary: a guest has no session that could say how far a replica must have come.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from myclothes.cart.merge import merged
from myclothes.cart.model import (
    EMPTY,
    KEY_SECONDS,
    MAX_LINES,
    MAX_QUANTITY,
    AcceptPrice,
    Add,
    Cart,
    Change,
    Clear,
    Line,
    MoveToCart,
    NotInCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.cart.store import (
    MergeResult,
    StoreFacts,
    fingerprint,
    id_of,
    identity_of,
    key_of,
    label_of,
    new_token,
    read_identity,
)
from myclothes.cart.stores.outcome import Outcome, settled
from myclothes.kernel.db.pools import Connection, Database, Need
from myclothes.kernel.errors import Unavailable

_ADD = "SELECT cart_add($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
_CHANGE = "SELECT cart_change($1, $2, $3, $4, $5)"
_CLEAR = "SELECT cart_clear($1, $2)"
_PROLONG = (
    "UPDATE cart SET expires_at = cart_prolonged(expires_at, $2) WHERE id = $1 AND expires_at > clock_timestamp()"
)
_BOUGHT = "SELECT cart_bought($1, $2, $3, $4, $5)"
_ORDERS = "SELECT bought FROM cart WHERE id = $1 AND expires_at > clock_timestamp()"
_DUE = "cart.expires_at < clock_timestamp() + $2 * interval '1 second' AS due"
_READ = f"""
    SELECT {_DUE}, sku, quantity, seen_price, added_at, saved
    FROM cart LEFT JOIN cart_line ON cart_line.cart_id = cart.id
    WHERE cart.id = $1 AND cart.expires_at > clock_timestamp()
    ORDER BY position
"""
_COUNT = f"SELECT units, {_DUE} FROM cart WHERE id = $1 AND expires_at > clock_timestamp()"
_LOCK = "SELECT id FROM cart WHERE id = ANY($1) AND expires_at > clock_timestamp() ORDER BY id FOR UPDATE"
_NEW = "INSERT INTO cart (id, expires_at) VALUES ($1, cart_prolonged('-infinity', $2))"
_LINES = "SELECT sku, quantity, seen_price, added_at, saved FROM cart_line WHERE cart_id = $1 ORDER BY position"
_PUT = """
    INSERT INTO cart_line (cart_id, sku, quantity, seen_price, added_at, saved)
    SELECT $1, sku, quantity, seen_price, added_at, saved
    FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::boolean[]) WITH ORDINALITY
        AS line (sku, quantity, seen_price, added_at, saved, place)
    ORDER BY place
    ON CONFLICT (cart_id, sku) DO UPDATE SET quantity = excluded.quantity, saved = excluded.saved
"""
_DROP = "DELETE FROM cart_line WHERE cart_id = $1 AND sku = ANY($2)"
_COUNTERS = "UPDATE cart SET lines = $2, units = $3 WHERE id = $1"
_SWEEP_CARTS = """
    DELETE FROM cart WHERE id = ANY(ARRAY(
        SELECT id FROM cart WHERE expires_at <= clock_timestamp() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))
"""
_SWEEP_KEYS = """
    DELETE FROM cart_key WHERE (cart_id, key) IN (
        SELECT cart_id, key FROM cart_key WHERE used_at <= clock_timestamp() - $2 * interval '1 second'
        ORDER BY used_at LIMIT $1 FOR UPDATE SKIP LOCKED)
"""


class SqlStore:
    """`seconds` is how long an untouched cart lives at least; `clock` (seconds since 1970) only dates the lines."""

    facts = StoreFacts(
        name="sql",
        kept_in="PostgreSQL, a row a line",
        carried="an unguessable id (43 bytes)",
        survives_instance=True,
        survives_engine="yes: write-ahead log on disk, and standbys where there are any",
        shared=True,
        exact=True,
        bound="200 lines",
        expiry="slides on every change, read and count; up to 1/64 late, never early",
        idempotency="a day",
        repeat="never: the answer says that it is in doubt",
        round_trips="1 a change, 1 a read",
    )

    def __init__(self, database: Database, *, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._seconds = seconds
        self._clock = clock

    async def apply(self, token: str | None, change: Change) -> str:
        cart_id = id_of(token)
        if token is not None and cart_id is not None and settled(await self._change(cart_id, change)):
            return token
        if isinstance(change, Remove | Clear):
            return new_token()
        if not isinstance(change, Add):
            raise NotInCart
        token = new_token()
        settled(await self._add(id_of(token), change, create=True))
        return token

    async def read(self, token: str | None) -> Cart:
        cart_id = id_of(token)
        if cart_id is None:
            return EMPTY
        async with self._database.reading(Need.PRIMARY) as connection:
            rows = await connection.fetch(_READ, cart_id, self._seconds)
        if rows and rows[0]["due"]:
            await self._prolong(cart_id)
        return Cart(tuple(Line(*row[1:]) for row in rows if row["sku"] is not None))

    async def count(self, token: str | None) -> int:
        cart_id = id_of(token)
        if cart_id is None:
            return 0
        async with self._database.reading(Need.PRIMARY) as connection:
            row = await connection.fetchrow(_COUNT, cart_id, self._seconds)
        if row is None:
            return 0
        if row["due"]:
            await self._prolong(cart_id)
        return int(row["units"])

    async def merge(self, source: str | None, target: str | None) -> MergeResult:
        """One transaction over both carts, locked in the order of their ids: all of it happens, or nothing."""
        giving, taking = id_of(source), id_of(target)
        async with self._database.writing() as connection:
            known = {row["id"] for row in await connection.fetch(_LOCK, [giving, taking])}
            if target is None or taking not in known:
                target = new_token()
                taking = id_of(target)
                await connection.execute(_NEW, taking, self._seconds)
            if giving not in known or giving == taking:
                return MergeResult(target, source=source)
            gives, takes = await _cart(connection, giving), await _cart(connection, taking)
            result = merged(gives, takes)
            await _put(connection, taking, result.target)
            await connection.execute(_DROP, giving, list(result.taken))
            await connection.execute(_COUNTERS, giving, len(result.source.lines), result.source.count)
        return MergeResult(target, result.changes, source)

    async def identity(self, token: str | None) -> str | None:
        cart_id = id_of(token)
        if cart_id is None:
            return None
        async with self._database.reading(Need.PRIMARY) as connection:
            orders = await connection.fetchval(_ORDERS, cart_id)
        return None if orders is None else identity_of(cart_id, orders)

    async def bought(self, identity: str, units: Mapping[str, int], token: str | None = None) -> str | None:
        cart_id, orders = read_identity(identity) or (b"", 0)
        await self._call(_BOUGHT, cart_id, self._seconds, orders, list(units), list(units.values()))
        return None

    async def sweep(self, limit: int = 1000) -> int:
        """Delete at most `limit` expired carts, and as many forgotten keys; how many carts it was. Run it now and then."""
        async with self._database.writing() as connection:
            await connection.execute(_SWEEP_KEYS, limit, KEY_SECONDS)
            return int((await connection.execute(_SWEEP_CARTS, limit)).split()[-1])

    def label(self, token: str) -> str | None:
        return label_of(token)

    def renewed(self, token: str) -> str | None:
        return token

    async def close(self) -> None:
        """The pool belongs to whoever made it."""

    async def _change(self, cart_id: bytes, change: Change) -> Outcome:
        value = 0
        match change:
            case Add():
                return await self._add(cart_id, change, create=False)
            case Clear():
                return await self._call(_CLEAR, cart_id, self._seconds)
            case SetQuantity(sku, value):
                what = "quantity"
            case Remove(sku):
                what = "remove"
            case SaveForLater(sku):
                what = "save"
            case MoveToCart(sku):
                what = "move"
            case AcceptPrice(sku, value):
                what = "price"
        return await self._call(_CHANGE, cart_id, self._seconds, what, sku, value)

    async def _add(self, cart_id: bytes | None, add: Add, *, create: bool) -> Outcome:
        return await self._call(
            _ADD, create, cart_id, self._seconds, add.sku, add.quantity, add.seen_price, int(self._clock()),
            MAX_LINES, MAX_QUANTITY, None if add.key is None else key_of(add), fingerprint(add), KEY_SECONDS,
        )  # fmt: skip

    async def _call(self, statement: str, *arguments: object) -> Outcome:
        async with self._database.writing_once() as connection:
            return Outcome(await connection.fetchval(statement, *arguments))

    async def _prolong(self, cart_id: bytes) -> None:
        """The cart is known by now; that its life could not be prolonged this time is no reason to withhold it."""
        with suppress(Unavailable):
            async with self._database.writing_once() as connection:
                await connection.execute(_PROLONG, cart_id, self._seconds)


async def _cart(connection: Connection, cart_id: bytes | None) -> Cart:
    return Cart(tuple(Line(*row) for row in await connection.fetch(_LINES, cart_id)))


async def _put(connection: Connection, cart_id: bytes | None, cart: Cart) -> None:
    lines = cart.lines
    columns = zip(*((x.sku, x.quantity, x.seen_price, x.added_at, x.saved) for x in lines), strict=True)
    if lines:
        await connection.execute(_PUT, cart_id, *map(list, columns))
    await connection.execute(_COUNTERS, cart_id, len(lines), cart.count)
