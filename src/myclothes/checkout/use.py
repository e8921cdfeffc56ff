"""Everything that pages, webhooks and the relay ask of checkout.

quoted = await checkout.quote(cart, buyer, country="US", shipping="standard", voucher="")
placed = await checkout.place(wish)              → Placed; raises CheckoutRefused with a quote
placed = await checkout.settle(number, cart)     after 3-D Secure, or a webhook
await checkout.cancel(order)                     as orders' pages want it
await checkout.refund(number, amount, key)
"""

from collections.abc import Sequence

from myclothes.cart.store import CartStore
from myclothes.checkout import queries, vouchers
from myclothes.checkout.cancel import Cancelling
from myclothes.checkout.model import Buyer, Placed, Quote, Wish
from myclothes.checkout.payments.protocol import PaymentProvider
from myclothes.checkout.place_order import HOLD_SECONDS, PlaceOrder
from myclothes.checkout.quote import quote
from myclothes.checkout.reconcile import PATIENCE_SECONDS, Reconciler
from myclothes.checkout.refund import Refunding
from myclothes.checkout.settle import CART_BOUGHT, Settling
from myclothes.checkout.steps import Reached, go_on
from myclothes.checkout.stock import StockChanged, nobody
from myclothes.checkout.terms import terms
from myclothes.kernel.db.pools import Database
from myclothes.kernel.outbox import Entry
from myclothes.kernel.outbox_relay import Handler
from myclothes.orders.model import Order
from myclothes.orders.refunds import REFUND


class Checkout:
    """`providers`: the first takes the money of new orders, all still settle what was paid with them.

    `hold_seconds` is how long stock is kept for an order that waits for its shopper, `patience` how long the
    reconciler leaves an order to its request. `reached` is told each step of placing an order, `stock_changed` what it
    took or gave back.
    """

    def __init__(
        self,
        database: Database,
        carts: CartStore,
        providers: Sequence[PaymentProvider],
        *,
        currency: str,
        hold_seconds: float = HOLD_SECONDS,
        patience: float = PATIENCE_SECONDS,
        reached: Reached = go_on,
        stock_changed: StockChanged = nobody,
    ) -> None:
        named = {provider.name: provider for provider in providers}
        self._database = database
        self._carts = carts
        self._currency = currency
        self._settling = Settling(database, carts, named, reached=reached, stock_changed=stock_changed)
        self._placing = PlaceOrder(
            database,
            carts,
            providers[0],
            self._settling,
            currency=currency,
            reached=reached,
            stock_changed=stock_changed,
            hold_seconds=hold_seconds,
        )
        self._cancelling = Cancelling(database, stock_changed)
        self._refunding = Refunding(database, named)
        self.provider = providers[0]
        self.providers = named
        self.reconciler = Reconciler(database, self._settling, patience=patience)

    async def quote(
        self,
        cart: str | None,
        buyer: Buyer,
        *,
        country: str,
        region: str = "",
        shipping: str = "",
        voucher: str = "",
        expected_total: int | None = None,
    ) -> Quote:
        """What the cart would cost, delivered there; nothing is held. `shipping` "" takes the first method."""
        held = await self._carts.read(cart)
        who = vouchers.customers(buyer.account_id, buyer.email)
        async with self._database.reading() as conn:
            holds = await terms(conn, country, region, buyer.language, voucher, who)
            items = await queries.items(conn, held.active, buyer.language, self._currency)
        return quote(items, holds, currency=self._currency, shipping=shipping, expected=expected_total)

    async def place(self, wish: Wish) -> Placed:
        """See `PlaceOrder.place`."""
        return await self._placing.place(wish)

    async def settle(self, number: str, cart: str | None = None) -> Placed:
        """Ask the provider and do what follows; see `Settling.settle`."""
        return await self._settling.settle(number, cart)

    async def cancel(self, order: Order) -> None:
        """See `Cancelling.cancel`."""
        await self._cancelling.cancel(order)

    async def take_back(self, order: Order) -> None:
        """See `Cancelling.take_back`."""
        await self._cancelling.take_back(order)

    async def refund(self, number: str, amount: int, key: str, reason: str = "") -> None:
        """See `Refunding.ask`."""
        await self._refunding.ask(number, amount, key, reason)

    def handlers(self) -> dict[str, Handler]:
        """What the relay does for checkout, by kind of outbox entry."""
        return {REFUND: self._refunding.handle, CART_BOUGHT: self._empty_cart}

    async def _empty_cart(self, entry: Entry) -> None:
        await self._settling.let_go(entry.payload["order"])
