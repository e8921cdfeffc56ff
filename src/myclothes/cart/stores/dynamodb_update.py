"""One conditional UpdateItem on the item of a cart."""

from collections.abc import Callable

from myclothes.cart.stores.dynamodb_item import MAPS, Item, number
from myclothes.cart.stores.dynamodb_table import Table

DAY = 24 * 3600
NAMES = {f"#{name}": name for name in (*MAPS, "expires", "version")}
ALIVE = "#expires > :now"
SET = "SET #expires = :expires, #version = #version + :one"
"""How every update of a change begins: the life slides, and who read the item before can tell."""
REPLACE = ", ".join((SET, *(f"#{name} = :{name}" for name in MAPS)))


class Updates:
    """`seconds` is how long an untouched cart lives at least; `clock` tells seconds since 1970."""

    def __init__(self, table: Table, seconds: float, clock: Callable[[], float]) -> None:
        self._table = table
        self._seconds = seconds
        self._clock = clock

    async def write(
        self, cart_id: str, update: str, condition: str, values: Item, names: dict[str, str], *, safe: bool
    ) -> None:
        """`values` and `names` of the two expressions, but for those of this module. Raises `Refused`, `Unavailable`."""
        values = {**values, ":expires": self.expires(), ":one": number(1), ":now": number(self.now())}
        used = {name: NAMES[name] for name in NAMES if name in update + condition}
        await self._table.write(
            "update_item",
            safe=safe,
            Key={"id": {"S": cart_id}},
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeValues={name: value for name, value in values.items() if name in update + condition},
            ExpressionAttributeNames=used | names,
        )

    def is_alive(self, item: Item | None) -> bool:
        return item is not None and int(item["expires"]["N"]) > self._clock()

    def expires(self) -> Item:
        """Later than promised, since reading prolongs it only when a 64th of it has passed."""
        return number(int(self._clock() + self._seconds * 65 / 64) + 1)

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self._clock())

    def today(self) -> int:
        """Days since 1970."""
        return self.now() // DAY
