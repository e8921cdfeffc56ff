"""`myclothes order`: what the warehouse does with an order, until a back office does it in the browser."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from myclothes.app import Shop
from myclothes.asking import ask
from myclothes.engines.errors import EngineError
from myclothes.orders.model import Order
from myclothes.orders.progress import deliver, pack, ship
from myclothes.orders.queries import order_by_number
from myclothes.orders.status import OrderMovedOn
from myclothes.settings import Settings
from myclothes.terminal import Terminal

COMES_AFTER: Mapping[str, str] = {
    "pack": "confirmed",
    "ship": "packed",
    "deliver": "shipped",
    "take-back": "return_requested",
}
"""Each step with the status that an order must have for it."""


def move(settings: Settings, number: str, step: str | None, carrier: str, tracking: str, terminal: Terminal) -> None:
    """Take the step, and say how the order stands. Raises `EngineError` if that cannot come next."""

    async def moved() -> Order:
        shop = Shop.over(settings.on_primary())
        async with shop.open():
            order = await _order(shop, number)
            if step is None:
                return order
            try:
                await _steps(shop, order, carrier, tracking)[step]()
            except OrderMovedOn as error:
                text = f"Order {number} is {order.status}; {step} comes after {COMES_AFTER[step]}."
                raise EngineError(text, "Nothing was changed.") from error
            return await _order(shop, number)

    terminal.say(f"Order {number} is {ask(moved()).status}.")


async def _order(shop: Shop, number: str) -> Order:
    async with shop.database.reading() as conn:
        order = await order_by_number(conn, number)
    if order is None:
        raise EngineError(f"There is no order {number}.", "Its number is on the order's page and in its mail.")
    return order


def _steps(shop: Shop, order: Order, carrier: str, tracking: str) -> dict[str, Callable[[], Awaitable[None]]]:
    async def told(does: Callable[..., Awaitable[None]], *details: str) -> None:
        async with shop.database.writing() as conn:
            await does(conn, order.number, *details)

    return {
        "pack": partial(told, pack),
        "ship": partial(told, ship, carrier, tracking),
        "deliver": partial(told, deliver),
        "take-back": partial(shop.checkout.take_back, order),
    }
