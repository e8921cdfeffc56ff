"""Who sent Pay twice, and lost the cookie that came with the first answer, may still look at the order."""

from contextlib import suppress

from myclothes.checkout.shoppers import Shopper
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable
from myclothes.orders.model import browser_hash
from myclothes.orders.queries import remember_reader

_OF_A_GUEST = "SELECT account_id IS NULL FROM orders WHERE number = $1"


async def let_read(database: Database, order: str, shopper: Shopper) -> None:
    """For a request that came without a session and with the cart that has become this order.

    Its token is as unguessable as a session's. What belongs to an account is shown to nobody who is not signed in.
    """
    browser = browser_hash(shopper.session.data.browser)
    if shopper.account is not None or not shopper.came_without or browser is None:
        return
    with suppress(Unavailable):
        async with database.writing() as conn:
            if await conn.fetchval(_OF_A_GUEST, order):
                await remember_reader(conn, order, browser)
