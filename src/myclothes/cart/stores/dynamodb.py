"""Carts in DynamoDB: an item a cart, one conditional UpdateItem a change.

Whether a piece is in the cart already decides how the update must look, so an add guesses that it is new; where the
condition says otherwise, the answer brings the item and the add is sent again in the other shape. Expired items are
ignored when read: DynamoDB deletes them when it likes, within days.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from myclothes.cart.changes import too_many_lines, too_many_units, without
from myclothes.cart.merge import merged
from myclothes.cart.model import (
    EMPTY,
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
    key_reused,
    label_of,
    new_token,
    read_identity,
)
from myclothes.cart.stores.dynamodb_item import Item, cart_of, line_item, lines_item, number, orders_of, places_item
from myclothes.cart.stores.dynamodb_table import Refused, Table
from myclothes.kernel.errors import TooManyRequests, Unavailable

_DAY = 24 * 3600
_MOST_KEYS = 512
_TRIES = 12
_NAMES = {"#lines": "lines", "#places": "places", "#expires": "expires", "#version": "version"}
_ORDERS = {"#orders": "orders"}
_READ = "id, #lines, #places, #expires, #version, #orders"
_KEY_NAMES = {"#keys": "keys", "#old": "old", "#day": "day"}
_ALIVE = "#expires > :now"
_SET = "SET #expires = :expires, #version = #version + :one"


class DynamoDbStore:
    """`seconds` is how long an untouched cart lives at least; `clock` tells seconds since 1970."""

    facts = StoreFacts(
        name="dynamodb",
        kept_in="DynamoDB, an item a cart",
        carried="an unguessable id (43 bytes)",
        survives_instance=True,
        survives_engine="yes: three copies in three zones, by AWS",
        shared=True,
        exact=True,
        bound="200 lines; 512 idempotency keys a day",
        expiry="slides on every change, read and count; up to 1/64 late, never early",
        idempotency="a day at least, two at most",
        repeat="sent again by the store if that is safe (not an add without a key); else the answer says that it is in doubt",
        round_trips="1 a change (2 to add more of a piece), 1 a read",
    )

    def __init__(self, table: Table, *, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._seconds = seconds
        self._clock = clock

    async def apply(self, token: str | None, change: Change) -> str:
        cart_id = id_of(token)
        if token is not None and cart_id is not None and await self._change(cart_id.hex(), change):
            return token
        if isinstance(change, Remove | Clear):
            return new_token()
        if not isinstance(change, Add):
            raise NotInCart
        return await self._create(Cart((self._line(change),)), change)

    async def read(self, token: str | None) -> Cart:
        item = await self._alive(token)
        return cart_of(item) if item else EMPTY

    async def count(self, token: str | None) -> int:
        """DynamoDB charges by the size of the item, whatever part is read, so a counter would save nothing."""
        return (await self.read(token)).count

    async def merge(self, source: str | None, target: str | None) -> MergeResult:
        """Both carts change in one transaction, if both are still as they were read."""
        for _ in range(_TRIES):
            gives, takes = await self._alive(source), await self._alive(target)
            if gives is None or not gives["lines"]["M"] or (takes and gives["id"] == takes["id"]):
                return MergeResult(target if target and takes else new_token(), source=source)
            if target is None or takes is None:
                target = await self._create(EMPTY)
                continue
            result = merged(cart_of(gives), cart_of(takes))
            try:
                await self._table.call(
                    "transact_write_items",
                    safe=True,
                    ClientRequestToken=secrets.token_hex(16),
                    TransactItems=[self._replacing(takes, result.target), self._replacing(gives, result.source)],
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "TransactionCanceledException":
                    raise
                continue
            return MergeResult(target, result.changes, source)
        raise Unavailable

    async def identity(self, token: str | None) -> str | None:
        cart_id, item = id_of(token), await self._alive(token)
        return identity_of(cart_id, orders_of(item)) if cart_id and item else None

    async def bought(self, identity: str, units: Mapping[str, int], token: str | None = None) -> str | None:
        cart_id, orders = read_identity(identity) or (b"", 0)
        for _ in range(_TRIES):
            item = await self._table.get(cart_id.hex(), _READ, _NAMES | _ORDERS) if cart_id else None
            if item is None or not self._is_alive(item) or orders_of(item) != orders:
                return None
            cart = without(cart_of(item), units)
            values: Item = {
                ":lines": lines_item(cart),
                ":places": places_item(cart, item),
                ":orders": number(orders + 1),
                ":version": item["version"],
            }
            update = f"{_SET}, #lines = :lines, #places = :places, #orders = :orders"
            with suppress(Refused):  # changed in between, or our own first try that got through
                await self._write(cart_id.hex(), update, "#version = :version", values, _ORDERS, safe=True)
        raise Unavailable

    def label(self, token: str) -> str | None:
        return label_of(token)

    def renewed(self, token: str) -> str | None:
        return token

    async def close(self) -> None:
        await self._table.close()

    async def _change(self, cart_id: str, change: Change) -> bool:
        """Whether it is done; False when there is no such cart."""
        values: Item = {}
        match change:
            case Add():
                return await self._add(cart_id, change)
            case Clear():
                return await self._update(
                    cart_id, f"{_SET}, #lines = :none, #places = :none", _ALIVE, {":none": {"M": {}}}
                )
            case Remove(sku):
                return await self._update(
                    cart_id, f"{_SET} REMOVE #lines.#sku, #places.#sku", _ALIVE, {}, {"#sku": sku}
                )
            case SetQuantity(sku, quantity):
                field, values = "q", {":value": number(quantity)}
            case SaveForLater(sku) | MoveToCart(sku):
                field, values = "s", {":value": {"BOOL": isinstance(change, SaveForLater)}}
            case AcceptPrice(sku, price):
                field, values = "p", {":value": number(price)}
        update = f"{_SET}, #lines.#sku.{field} = :value"
        return await self._update(cart_id, update, f"{_ALIVE} AND attribute_exists(#lines.#sku)", values, {"#sku": sku})

    async def _update(
        self, cart_id: str, update: str, condition: str, values: Item, names: dict[str, str] | None = None
    ) -> bool:
        try:
            await self._write(cart_id, update, condition, values, names or {}, safe=True)
        except Refused as refused:
            if self._is_alive(refused.item):
                raise NotInCart from None
            return False
        return True

    async def _add(self, cart_id: str, add: Add) -> bool:
        names = {"#sku": add.sku}
        values: Item = {}
        update, condition = _SET, _ALIVE
        if add.key is not None:
            names |= {**_KEY_NAMES, "#key": key_of(add).hex()}
            values = {":print": {"S": fingerprint(add)}, ":today": number(self._today()), ":keys": number(_MOST_KEYS)}
            update += ", #keys.#key = :print"
            condition += (
                " AND #day >= :today AND size(#keys) < :keys"
                " AND attribute_not_exists(#keys.#key) AND attribute_not_exists(#old.#key)"
            )
        as_new = (
            f"{update}, #lines.#sku = :line, #places.#sku = #version",
            f"{condition} AND attribute_not_exists(#lines.#sku) AND size(#lines) < :most",
            {**values, ":line": line_item(self._line(add)), ":most": number(MAX_LINES)},
        )
        as_more = (
            f"{update}, #lines.#sku.q = #lines.#sku.q + :more, #lines.#sku.s = :saved",
            f"{condition} AND #lines.#sku.q <= :room",
            {
                **values,
                ":more": number(add.quantity),
                ":saved": {"BOOL": False},
                ":room": number(MAX_QUANTITY - add.quantity),
            },
        )
        shape = as_new
        for _ in range(_TRIES):
            try:
                await self._write(cart_id, *shape, names, safe=add.key is not None)
            except Refused as refused:
                if refused.item is None or not self._is_alive(refused.item):
                    return False
                if _already(refused.item, add, self._today()):
                    return True
                if add.key is not None:
                    await self._turn_page(cart_id, refused.item)
                shape = as_more if _must_be_more(refused.item, add) else as_new
            else:
                return True
        raise Unavailable

    async def _turn_page(self, cart_id: str, item: Item) -> None:
        """On the first keyed add of a day, the keys of the day before become the old ones and older ones go."""
        today, day = self._today(), int(item["day"]["N"])
        if day >= today:
            if len(item["keys"]["M"]) >= _MOST_KEYS:
                raise TooManyRequests(retry_after=_DAY)
            return
        values: Item = {":today": number(today), ":day": item["day"], ":none": {"M": {}}}
        old = "#keys" if day == today - 1 else ":none"
        with suppress(Refused):  # somebody else has turned it
            await self._write(
                cart_id,
                f"{_SET}, #old = {old}, #keys = :none, #day = :today",
                "#day = :day",
                values,
                _KEY_NAMES,
                safe=True,
            )

    async def _create(self, cart: Cart, add: Add | None = None) -> str:
        token = new_token()
        cart_id = id_of(token)
        assert cart_id is not None  # noqa: S101  (we made the token)
        keys = {key_of(add).hex(): {"S": fingerprint(add)}} if add and add.key is not None else {}
        item = {
            "id": {"S": cart_id.hex()},
            "expires": self._expires(),
            "version": number(1),
            "lines": lines_item(cart),
            "places": {"M": {line.sku: number(0) for line in cart.lines}},
            "keys": {"M": keys},
            "old": {"M": {}},
            "day": number(self._today()),
        }
        with suppress(Refused):  # the id is new, so it is our own first try that got through
            await self._table.write("put_item", safe=True, Item=item, ConditionExpression="attribute_not_exists(id)")
        return token

    async def _write(
        self, cart_id: str, update: str, condition: str, values: Item, names: dict[str, str], *, safe: bool
    ) -> None:
        values = {**values, ":expires": self._expires(), ":one": number(1), ":now": number(int(self._clock()))}
        used = {name: _NAMES[name] for name in _NAMES if name in update + condition}
        await self._table.write(
            "update_item",
            safe=safe,
            Key={"id": {"S": cart_id}},
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues={name: value for name, value in values.items() if name in update + condition},
            ExpressionAttributeNames=used | names,
        )

    def _replacing(self, item: Item, cart: Cart) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table.name,
                "Key": {"id": item["id"]},
                "UpdateExpression": f"{_SET}, #lines = :lines, #places = :places",
                "ConditionExpression": "#version = :version",
                "ExpressionAttributeValues": {
                    ":expires": self._expires(),
                    ":one": number(1),
                    ":lines": lines_item(cart),
                    ":places": places_item(cart, item),
                    ":version": item["version"],
                },
                "ExpressionAttributeNames": _NAMES,
            }
        }

    async def _alive(self, token: str | None) -> Item | None:
        """The item, unless it has expired; its life is prolonged when a 64th of it has passed."""
        cart_id = id_of(token)
        if cart_id is None:
            return None
        item = await self._table.get(cart_id.hex(), _READ, _NAMES | _ORDERS)
        if item is None or not self._is_alive(item):
            return None
        if int(item["expires"]["N"]) < self._clock() + self._seconds:
            with suppress(Refused, Unavailable):
                await self._write(cart_id.hex(), "SET #expires = :expires", _ALIVE, {}, {}, safe=True)
        return item

    def _is_alive(self, item: Item | None) -> bool:
        return item is not None and int(item["expires"]["N"]) > self._clock()

    def _line(self, add: Add) -> Line:
        return Line(add.sku, add.quantity, add.seen_price, int(self._clock()))

    def _expires(self) -> Item:
        return number(int(self._clock() + self._seconds * 65 / 64) + 1)

    def _today(self) -> int:
        return int(self._clock()) // _DAY


def _already(item: Item, add: Add, today: int) -> bool:
    """Whether the key of `add` was used today or yesterday. Raises `Invalid` if that was for something else."""
    if add.key is None:
        return False
    key, day = key_of(add).hex(), int(item["day"]["N"])
    known = (item["keys"]["M"].get(key) if day >= today - 1 else None) or (
        item["old"]["M"].get(key) if day >= today else None
    )
    if known and known["S"] != fingerprint(add):
        raise key_reused()
    return known is not None


def _must_be_more(item: Item, add: Add) -> bool:
    """Whether the piece is in the cart, so that the add is one of more of it. Raises `CartFull` if it cannot be."""
    lines = item["lines"]["M"]
    if add.sku not in lines:
        if len(lines) >= MAX_LINES:
            raise too_many_lines()
        return False
    if int(lines[add.sku]["M"]["q"]["N"]) + add.quantity > MAX_QUANTITY:
        raise too_many_units()
    return True
