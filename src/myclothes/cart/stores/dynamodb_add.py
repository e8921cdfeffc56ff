"""Adding to a cart in DynamoDB.

Whether a piece is in the cart already decides how the update must look, so an add guesses that it is new, and where the
condition says otherwise sends it again in the other shape. Only when that is refused too does the answer bring the
item: it tells why, but one of 100 lines takes longer to read than the rest of the request.
"""

from contextlib import suppress

from myclothes.cart.changes import too_many_lines, too_many_units
from myclothes.cart.model import MAX_LINES, MAX_QUANTITY, Add
from myclothes.cart.store import fingerprint, key_of, key_reused
from myclothes.cart.stores.dynamodb_item import Item, line_item, number
from myclothes.cart.stores.dynamodb_table import Refused
from myclothes.cart.stores.dynamodb_update import ALIVE, DAY, SET, Updates
from myclothes.kernel.errors import TooManyRequests, Unavailable

_MOST_KEYS = 512
_TRIES = 12
_NAMES = {"#keys": "keys", "#old": "old", "#day": "day"}


async def put_in(updates: Updates, cart_id: str, add: Add) -> bool:
    """Whether it is done; False when there is no such cart. Raises `CartFull`, `Invalid`, `TooManyRequests`."""
    names = {"#sku": add.sku}
    values: Item = {}
    update, condition = SET, ALIVE
    if add.key is not None:
        names |= {**_NAMES, "#key": key_of(add).hex()}
        values = {":print": {"S": fingerprint(add)}, ":today": number(updates.today()), ":keys": number(_MOST_KEYS)}
        update += ", #keys.#key = :print"
        condition += (
            " AND #day >= :today AND size(#keys) < :keys"
            " AND attribute_not_exists(#keys.#key) AND attribute_not_exists(#old.#key)"
        )
    as_new = (
        f"{update}, #lines.#sku = :line, #places.#sku = #version",
        f"{condition} AND attribute_not_exists(#lines.#sku) AND size(#lines) < :most",
        {**values, ":line": line_item(updates.line(add)), ":most": number(MAX_LINES)},
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
    safe = add.key is not None
    with suppress(Refused):
        await updates.write(cart_id, *as_new, names, safe=safe, telling=False)
        return True
    shape = as_more
    for _ in range(_TRIES):
        try:
            await updates.write(cart_id, *shape, names, safe=safe)
        except Refused as refused:
            if refused.item is None or not updates.is_alive(refused.item):
                return False
            if _already(refused.item, add, updates.today()):
                return True
            if add.key is not None:
                await _turn_page(updates, cart_id, refused.item)
            shape = as_more if _must_be_more(refused.item, add) else as_new
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
