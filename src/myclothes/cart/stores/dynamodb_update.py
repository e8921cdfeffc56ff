"""One conditional UpdateItem on the item of a cart."""

from collections.abc import Callable

from myclothes.cart.model import Add, Line
from myclothes.cart.stores.dynamodb_item import Item, number
from myclothes.cart.stores.dynamodb_table import Table

DAY = 24 * 3600
NAMES = {"#lines": "lines", "#places": "places", "#expires": "expires", "#version": "version"}
ALIVE = "#expires > :now"
SET = "SET #expires = :expires, #version = #version + :one"
"""How every update of a change begins: the life slides, and who read the item before can tell."""


class Updates:
    """`seconds` is how long an untouched cart lives at least; `clock` tells seconds since 1970."""

    def __init__(self, table: Table, seconds: float, clock: Callable[[], float]) -> None:
        self._table = table
        self._seconds = seconds
        self._clock = clock

    async def write(
        self,
        cart_id: str,
        update: str,
        condition: str,
        values: Item,
        names: dict[str, str],
        *,
        safe: bool,
        telling: bool = True,
    ) -> None:
        """`values` and `names` of the two expressions, but for those of this module. Raises `Refused`, `Unavailable`."""
        values = {**values, ":expires": self.expires(), ":one": number(1), ":now": number(int(self._clock()))}
        used = {name: NAMES[name] for name in NAMES if name in update + condition}
        await self._table.write(
            "update_item",
            safe=safe,
            telling=telling,
            Key={"id": {"S": cart_id}},
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues={name: value for name, value in values.items() if name in update + condition},
            ExpressionAttributeNames=used | names,
        )

    def is_alive(self, item: Item | None) -> bool:
        return item is not None and int(item["expires"]["N"]) > self._clock()

    def line(self, add: Add) -> Line:
        return Line(add.sku, add.quantity, add.seen_price, int(self._clock()))

    def expires(self) -> Item:
        """Later than promised, since reading prolongs it only when a 64th of it has passed."""
        return number(int(self._clock() + self._seconds * 65 / 64) + 1)

    def today(self) -> int:
        """Days since 1970."""
        return int(self._clock()) // DAY
