"""Orders as browsers reach them: the whole application, and a counter where orders can be cancelled."""

import secrets
from functools import partial
from typing import Any

import httpx

from myclothes.accounts import pages as account_pages
from myclothes.accounts.client_address import ClientAddresses
from myclothes.accounts.desk import Desk
from myclothes.app import Shop
from myclothes.catalog.surroundings import chrome
from myclothes.greeting import Greeting
from myclothes.kernel.web.edge import Edge
from myclothes.kernel.web.errors import ErrorPages
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.router import Router
from myclothes.kernel.web.static import Static
from myclothes.orders import pages
from myclothes.orders.actions import Cancel
from myclothes.orders.keys import OrderKeys
from myclothes.orders.model import browser_hash
from myclothes.orders.new_order import NewOrder
from myclothes.orders.seller import Seller
from myclothes.orders.viewing import Viewing
from tests.accounts.house import BASE, House
from tests.orders.made import placed

SELLER = Seller.of("MyClothes Ltd", "1 Garment Row | Portland, OR 97205", "US-12-3456789", "MyClothes <shop@shop.test>")


def counter(shop: Shop, cancel: Cancel) -> httpx.AsyncClient:
    """A browser at a shop that has nothing but order pages."""
    static = Static()
    renderer = Renderer(
        [account_pages.TEMPLATES, pages.TEMPLATES], static_url=static.url, currency="USD", base_url=BASE
    )
    greeting = Greeting(shop.sessions, shop.cart, shop.cookies)
    desk = Desk(
        renderer, partial(chrome, shop.catalog), greeting.badge, shop.sessions, shop.accounts.current, shop.cookies,
        ClientAddresses(()),
    )  # fmt: skip
    viewing = Viewing(desk, shop.sessions, shop.database, OrderKeys(shop.settings.secrets))
    routes = pages.routes(desk, viewing, shop.database, seller=SELLER, cancel=cancel)
    edge = Edge(Router(routes), errors=ErrorPages(renderer), cookies=shop.cookies, secure=False)
    return httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url=BASE, timeout=30)


async def of_guest(house: House, client: httpx.AsyncClient, **changes: Any) -> NewOrder:
    """An order that the browser behind `client` has placed."""
    session = house.shop.sessions.begin()
    await house.shop.sessions.save(session)
    client.cookies.set(house.shop.cookies.session.name, session.token)
    return await placed(house.database, browser_hash=browser_hash(session.data.browser), **changes)


async def of_account(house: House, email: str, **changes: Any) -> NewOrder:
    async with house.database.reading() as conn:
        account = await conn.fetchval("SELECT id FROM account WHERE email_key = $1", email)
    return await placed(house.database, account_id=account, browser_hash=secrets.token_bytes(20), **changes)


def mail_link(house: House, number: str) -> str:
    return f"/orders/{number}?key={OrderKeys(house.settings.secrets).of(number)}"
