"""Carts in DynamoDB: an item a cart, one conditional UpdateItem a change.

Expired items are ignored when read: DynamoDB deletes them when it likes, within days.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from myclothes.cart.changes import without
from myclothes.cart.merge import merged
from myclothes.cart.model import (
    EMPTY,
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
from myclothes.cart.stores.dynamodb_add import put_in
from myclothes.cart.stores.dynamodb_item import MAPS, TRUE, Item, cart_of, maps_of, number, orders_of
from myclothes.cart.stores.dynamodb_table import Refused, Table
from myclothes.cart.stores.dynamodb_update import ALIVE, NAMES, REPLACE, SET, Updates
from myclothes.kernel.errors import Unavailable

_TRIES = 12
_ORDERS = {"#orders": "orders"}
_READ = ", ".join(("id", *NAMES, *_ORDERS))
_IN_CART = f"{ALIVE} AND attribute_exists(#quantities.#sku)"


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
        round_trips="1 a change, 1 a read",
    )

    def __init__(self, table: Table, *, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._seconds = seconds
        self._clock = clock
        self._updates = Updates(table, seconds, clock)

    async def apply(self, token: str | None, change: Change) -> str:
        cart_id = id_of(token)
        if token is not None and cart_id is not None and await self._change(cart_id.hex(), change):
            return token
        if isinstance(change, Remove | Clear):
            return new_token()
        if not isinstance(change, Add):
            raise NotInCart
        line = Line(change.sku, change.quantity, change.seen_price, self._updates.now())
        return await self._create(Cart((line,)), change)

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
            if gives is None or not gives["quantities"]["M"] or (takes and gives["id"] == takes["id"]):
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
            item = await self._table.get(cart_id.hex(), _READ, NAMES | _ORDERS) if cart_id else None
            if item is None or not self._updates.is_alive(item) or orders_of(item) != orders:
                return None
            values = _values(without(cart_of(item), units), item) | {":orders": number(orders + 1)}
            update = f"{REPLACE}, #orders = :orders"
            with suppress(Refused):  # changed in between, or our own first try that got through
                await self._updates.write(cart_id.hex(), update, "#version = :version", values, _ORDERS, safe=True)
        raise Unavailable

    def label(self, token: str) -> str | None:
        return label_of(token)

    def renewed(self, token: str) -> str | None:
        return token

    async def close(self) -> None:
        await self._table.close()

    async def _change(self, cart_id: str, change: Change) -> bool:
        """Whether it is done; False when there is no such cart."""
        value: Item
        match change:
            case Add():
                return await put_in(self._updates, cart_id, change)
            case Clear():
                return await self._update(cart_id, REPLACE, ALIVE, {f":{name}": {"M": {}} for name in MAPS})
            case Remove(sku):
                update = f"{SET} REMOVE {', '.join(f'#{name}.#sku' for name in MAPS)}"
                return await self._update(cart_id, update, ALIVE, {}, sku)
            case SetQuantity(sku, quantity):
                update, value = f"{SET}, #quantities.#sku = :value", number(quantity)
            case AcceptPrice(sku, price):
                update, value = f"{SET}, #prices.#sku = :value", number(price)
            case SaveForLater(sku):
                update, value = f"{SET}, #saved.#sku = :value", TRUE
            case MoveToCart(sku):
                return await self._update(cart_id, f"{SET} REMOVE #saved.#sku", _IN_CART, {}, sku)
        return await self._update(cart_id, update, _IN_CART, {":value": value}, sku)

    async def _update(self, cart_id: str, update: str, condition: str, values: Item, sku: str | None = None) -> bool:
        names = {} if sku is None else {"#sku": sku}
        try:
            await self._updates.write(cart_id, update, condition, values, names, safe=True)
        except Refused as refused:
            if self._updates.is_alive(refused.item):
                raise NotInCart from None
            return False
        return True

    async def _create(self, cart: Cart, add: Add | None = None) -> str:
        token = new_token()
        cart_id = id_of(token)
        assert cart_id is not None  # noqa: S101  (we made the token)
        keys = {key_of(add).hex(): {"S": fingerprint(add)}} if add and add.key is not None else {}
        item = {
            "id": {"S": cart_id.hex()},
            "expires": self._updates.expires(),
            "version": number(1),
            **maps_of(cart),
            "keys": {"M": keys},
            "old": {"M": {}},
            "day": number(self._updates.today()),
        }
        with suppress(Refused):  # the id is new, so it is our own first try that got through
            await self._table.write("put_item", safe=True, Item=item, ConditionExpression="attribute_not_exists(id)")
        return token

    def _replacing(self, item: Item, cart: Cart) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table.name,
                "Key": {"id": item["id"]},
                "UpdateExpression": REPLACE,
                "ConditionExpression": "#version = :version",
                "ExpressionAttributeValues": {
                    ":expires": self._updates.expires(),
                    ":one": number(1),
                    **_values(cart, item),
                },
                "ExpressionAttributeNames": NAMES,
            }
        }

    async def _alive(self, token: str | None) -> Item | None:
        """The item, unless it has expired; its life is prolonged when a 64th of it has passed."""
        cart_id = id_of(token)
        if cart_id is None:
            return None
        item = await self._table.get(cart_id.hex(), _READ, NAMES | _ORDERS)
        if item is None or not self._updates.is_alive(item):
            return None
        if int(item["expires"]["N"]) < self._clock() + self._seconds:
            with suppress(Refused, Unavailable):
                await self._updates.write(cart_id.hex(), "SET #expires = :expires", ALIVE, {}, {}, safe=True)
        return item


def _values(cart: Cart, before: Item) -> Item:
    """For replacing the lines of the item `before`, if it is still as it was read."""
    return {f":{name}": value for name, value in maps_of(cart, before).items()} | {":version": before["version"]}
