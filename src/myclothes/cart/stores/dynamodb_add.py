"""Adding to a cart in DynamoDB: one update, whether the piece is in the cart already or not."""

from contextlib import suppress

from myclothes.cart.changes import too_many_lines, too_many_units
from myclothes.cart.model import MAX_LINES, MAX_QUANTITY, Add
from myclothes.cart.store import fingerprint, key_of, key_reused
from myclothes.cart.stores.dynamodb_item import Item, number
from myclothes.cart.stores.dynamodb_table import Refused
from myclothes.cart.stores.dynamodb_update import ALIVE, DAY, SET, Updates
from myclothes.kernel.errors import TooManyRequests, Unavailable

_MOST_KEYS = 512
_TRIES = 12
_NAMES = {"#keys": "keys", "#old": "old", "#day": "day"}
_PUT = (
    f"{SET}, #quantities.#sku = if_not_exists(#quantities.#sku, :none) + :more"
    ", #prices.#sku = if_not_exists(#prices.#sku, :price), #added.#sku = if_not_exists(#added.#sku, :now)"
    ", #places.#sku = if_not_exists(#places.#sku, #version)"
)
_BACK = " REMOVE #saved.#sku"
_ROOM = (
    f"{ALIVE} AND (#quantities.#sku <= :room OR (attribute_not_exists(#quantities.#sku) AND size(#quantities) < :most))"
)
_KEY = ", #keys.#key = :print"
_NEW_KEY = (
    " AND #day >= :today AND size(#keys) < :keys"
    " AND attribute_not_exists(#keys.#key) AND attribute_not_exists(#old.#key)"
)


async def put_in(updates: Updates, cart_id: str, add: Add) -> bool:
    """Whether it is done; False when there is no such cart. Raises `CartFull`, `Invalid`, `TooManyRequests`."""
    update, condition, names = _PUT + _BACK, _ROOM, {"#sku": add.sku}
    values = {
        ":none": number(0),
        ":more": number(add.quantity),
        ":price": number(add.seen_price),
        ":room": number(MAX_QUANTITY - add.quantity),
        ":most": number(MAX_LINES),
    }
    if add.key is not None:
        update, condition = _PUT + _KEY + _BACK, _ROOM + _NEW_KEY
        names |= {**_NAMES, "#key": key_of(add).hex()}
        values |= {":print": {"S": fingerprint(add)}, ":today": number(updates.today()), ":keys": number(_MOST_KEYS)}
    for _ in range(_TRIES):
        try:
            await updates.write(cart_id, update, condition, values, names, safe=add.key is not None)
        except Refused as refused:
            if refused.item is None or not updates.is_alive(refused.item):
                return False
            if _already(refused.item, add, updates.today()):
                return True
            _check_room(refused.item, add)
            if add.key is not None:
                await _turn_page(updates, cart_id, refused.item)
        else:
            return True
    raise Unavailable


async def _turn_page(updates: Updates, cart_id: str, item: Item) -> None:
    """On the first keyed add of a day, the keys of the day before become the old ones and older ones go."""
    today, day = updates.today(), int(item["day"]["N"])
    if day >= today:
        if len(item["keys"]["M"]) >= _MOST_KEYS:
            raise TooManyRequests(retry_after=DAY)
        return
    values: Item = {":today": number(today), ":day": item["day"], ":none": {"M": {}}}
    old = "#keys" if day == today - 1 else ":none"
    with suppress(Refused):  # somebody else has turned it
        await updates.write(
            cart_id,
            f"{SET}, #old = {old}, #keys = :none, #day = :today",
            "#day = :day",
            values,
            _NAMES,
            safe=True,
        )


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


def _check_room(item: Item, add: Add) -> None:
    """Raises `CartFull`."""
    quantities = item["quantities"]["M"]
    if add.sku not in quantities:
        if len(quantities) >= MAX_LINES:
            raise too_many_lines()
    elif int(quantities[add.sku]["N"]) + add.quantity > MAX_QUANTITY:
        raise too_many_units()
