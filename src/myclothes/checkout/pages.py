"""All addresses of checkout."""

from pathlib import Path

from starlette.routing import Route

from myclothes.accounts.addresses import AddressBook
from myclothes.accounts.desk import Desk
from myclothes.cart.of_account import AccountCarts
from myclothes.checkout.pages_checkout import CheckoutPages
from myclothes.checkout.pages_pay import PayPages
from myclothes.checkout.payments.chosen import Payments
from myclothes.checkout.shoppers import Shoppers
from myclothes.checkout.till import Till
from myclothes.checkout.use import Checkout
from myclothes.kernel.db.pools import Database
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.sessions import Sessions
from myclothes.orders.viewing import Viewing

TEMPLATES = Path(__file__).parent / "templates"


def routes(
    desk: Desk,
    renderer: Renderer,
    sessions: Sessions,
    carts: AccountCarts,
    database: Database,
    checkout: Checkout,
    payments: Payments,
    viewing: Viewing,
    *,
    base_url: str,
) -> list[Route]:
    """The renderer must find `TEMPLATES`. `base_url` is where a bank sends shoppers back to."""
    book = AddressBook(database)
    shoppers = Shoppers(desk, sessions, book)
    till = Till(desk, renderer, sessions, checkout, payments)
    pages = CheckoutPages(till, shoppers, carts, viewing)
    pay = PayPages(desk, pages, till, checkout, payments, shoppers, carts, book, viewing, base_url)
    return [
        Route("/checkout", pages.show, methods=["GET"]),
        Route("/checkout", pay.pay, methods=["POST"]),
        Route("/checkout/back/{number}", pay.back, methods=["GET"]),
    ]
