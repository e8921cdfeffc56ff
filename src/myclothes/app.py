"""The composition root: settings → engines → stores → routes. `build()` is what each web worker runs."""

import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from myclothes.accounts import pages as account_pages
from myclothes.accounts.client_address import ClientAddresses
from myclothes.accounts.desk import Desk
from myclothes.accounts.mailer import Mailer
from myclothes.accounts.passwords import Passwords
from myclothes.accounts.person import Person
from myclothes.accounts.staff import Staff
from myclothes.cart import pages as cart_pages
from myclothes.cart.current import CurrentCart
from myclothes.cart.of_account import AccountCarts
from myclothes.cart.stores import store_for
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.catalog import pages as catalog_pages
from myclothes.catalog import shelf
from myclothes.catalog.cached import Catalog
from myclothes.catalog.stock_changes import StockChanges
from myclothes.catalog.surroundings import chrome
from myclothes.checkout import pages as checkout_pages
from myclothes.checkout.payments import chosen as payment_pages
from myclothes.checkout.payments.chosen import Payments, StripeKeys
from myclothes.checkout.steps import die_at
from myclothes.checkout.use import Checkout
from myclothes.greeting import Greeting
from myclothes.kernel import logs
from myclothes.kernel.cache.aside import Aside
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from myclothes.kernel.mail.inbox_pages import InboxPages
from myclothes.kernel.mail.mailer import OutboxMailer
from myclothes.kernel.tally import Tally
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.edge import Edge
from myclothes.kernel.web.errors import ErrorPages
from myclothes.kernel.web.health import DRAIN_MARKER, Health
from myclothes.kernel.web.language import language_routes
from myclothes.kernel.web.pagecache import PageCache
from myclothes.kernel.web.positions import Positions
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.router import Router
from myclothes.kernel.web.sessions import Sessions
from myclothes.kernel.web.static import Static
from myclothes.orders import pages as order_pages
from myclothes.orders.keys import OrderKeys
from myclothes.orders.seller import Seller
from myclothes.orders.viewing import Viewing
from myclothes.personal import person_over
from myclothes.settings import Settings

CACHE_SECONDS = 0.2
"""How long a page waits for the cache before it asks PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that one worker holds on to. Nothing of it is a shopper's: a worker may die at any moment."""

    settings: Settings
    database: Database
    durable: Valkey
    cache: Valkey
    aside: Aside
    catalog: Catalog
    cart: CurrentCart
    carts: AccountCarts
    sessions: Sessions
    cookies: ShopCookies
    accounts: Staff
    person: Person
    payments: Payments
    stock_changes: StockChanges
    checkout: Checkout

    @classmethod
    def over(cls, settings: Settings, *, mailer: Mailer | None = None, passwords: Passwords | None = None) -> "Shop":
        """Connects to nothing yet: engines are reached when they are first needed."""
        database = Database(
            settings.database,
            schema=settings.database_schema,
            replicas=settings.replica_places,
            zone=settings.zone,
            replica_lag=settings.replica_lag,
        )
        durable = Valkey(settings.durable, replicas=settings.durable_replicas, name="durable")
        cache = Valkey(settings.cache, timeout=CACHE_SECONDS, name="cache")
        aside = Aside(cache, prefix=settings.key_prefix)
        catalog = Catalog(database, aside, currency=settings.currency)
        store = store_for(settings, durable=durable, database=database)
        cookies = ShopCookies.over(
            secure=settings.secure_cookies, cart_days=settings.cart_days, session_days=settings.session_days
        )
        sessions = Sessions(durable, cookies.session.name, settings.session_days, prefix=settings.key_prefix)
        cart = CurrentCart(store, catalog, settings.currency)
        carts = AccountCarts(store, database, sessions, cookies.cart)
        mailer = mailer or OutboxMailer()
        accounts = Staff.over(
            database,
            durable,
            sessions,
            mailer,
            base_url=settings.base_url,
            session_days=settings.session_days,
            prefix=settings.key_prefix,
            passwords=passwords,
            locked_out=carts.locked_out,
        )
        person = person_over(
            database,
            durable,
            accounts,
            mailer,
            store,
            base_url=settings.base_url,
            prefix=settings.key_prefix,
            secrets=settings.secrets,
            currency=settings.currency,
        )
        payments = Payments.over(
            database,
            durable,
            prefix=settings.key_prefix,
            secrets=settings.secrets,
            base_url=settings.base_url,
            chosen=settings.payment,
            stripe=_stripe_keys(settings),
        )
        stock_changes = StockChanges(catalog)
        checkout = Checkout(
            database,
            store,
            payments.providers,
            currency=settings.currency,
            reached=die_at(settings.crash_at),
            stock_changed=stock_changes.note,
        )
        return cls(
            settings,
            database,
            durable,
            cache,
            aside,
            catalog,
            cart,
            carts,
            sessions,
            cookies,
            accounts,
            person,
            payments,
            stock_changes,
            checkout,
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """From the start of a worker to its end."""
        await self.aside.start()
        await self.database.open()
        # What was loaded so far lives as long as the worker: no collection needs to look at it again. The thresholds
        # make full collections rare; they cost tens of milliseconds in the middle of somebody's request.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 50, 1_000)
        # The server's own thread hands requests over when the loop waits for input anyway. Asking for the interpreter
        # in the middle of somebody's request costs a tenth of the rate.
        sys.setswitchinterval(0.1)
        try:
            yield
        finally:
            Tally.hand_over_all()
            await self.aside.close()
            await self.close()

    async def close(self) -> None:
        await self.stock_changes.close()
        self.accounts.passwords.close()
        await self.payments.close()
        await self.cart.store.close()
        await self.durable.close()
        await self.cache.close()
        await self.database.close()


def build() -> Edge:
    """The web application with the settings of the environment. Raises `SettingsError`."""
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level, as_json=settings.log_json)
    return application(Shop.over(settings))


def application(shop: Shop) -> Edge:
    settings = shop.settings
    static = Static()
    renderer = Renderer(
        [
            shelf.TEMPLATES,
            cart_pages.TEMPLATES,
            account_pages.TEMPLATES,
            order_pages.TEMPLATES,
            checkout_pages.TEMPLATES,
            payment_pages.TEMPLATES,
        ],
        static_url=static.url,
        currency=settings.currency,
        base_url=settings.base_url,
    )
    pages = PageCache(renderer, generation=shop.aside.generation)
    store = shop.cart.store
    together = (shop.durable, store) if isinstance(store, ValkeyStore) else None
    greeting = Greeting(shop.sessions, shop.cart, shop.cookies, together)
    health = Health(
        {"postgresql": shop.database.answers, "durable_valkey": shop.durable.answers},
        settings.runtime_dir / DRAIN_MARKER,
    )
    desk = Desk(
        renderer,
        partial(chrome, shop.catalog),
        greeting.badge,
        shop.sessions,
        shop.accounts.current,
        shop.cookies,
        ClientAddresses(settings.trusted_proxies),
    )
    viewing = Viewing(desk, shop.sessions, shop.database, OrderKeys(settings.secrets))
    routes = [
        *catalog_pages.routes(
            shop.catalog,
            renderer,
            pages,
            greeting.badge,
            base_url=settings.base_url,
            currency=settings.currency,
            cart_days=settings.cart_days,
            session_days=settings.session_days,
        ),
        *cart_pages.routes(shop.cart, shop.catalog, renderer, shop.carts, settings.cart_days),
        *account_pages.routes(desk, shop.accounts, shop.person, door=shop.carts),
        *order_pages.routes(
            desk,
            viewing,
            shop.database,
            seller=Seller.of(settings.seller_name, settings.seller_address, settings.seller_number, settings.mail_from),
            cancel=shop.checkout.cancel,
        ),
        *checkout_pages.routes(
            desk,
            renderer,
            shop.sessions,
            shop.carts,
            shop.database,
            shop.checkout,
            shop.payments,
            viewing,
            base_url=settings.base_url,
        ),
        *shop.payments.routes(desk, shop.checkout.settle),
        *static.routes(),
        *language_routes(shop.cookies),
        *health.routes(),
    ]
    if settings.mail == "inbox:":
        routes += InboxPages(
            shop.database, renderer, partial(chrome, shop.catalog), greeting.badge, settings.mail_from
        ).routes()
    return Edge(
        Router(routes),
        errors=ErrorPages(renderer),
        cookies=shop.cookies,
        secure=settings.secure_cookies,
        instance=settings.instance,
        zone=settings.zone,
        lifespan=shop.open,
        pages=pages,
        badge=greeting.known_by,
        positions=Positions(shop.database, shop.sessions) if shop.database.replicated else None,
    )


def _stripe_keys(settings: Settings) -> StripeKeys | None:
    if not settings.stripe_secret_key:
        return None
    return StripeKeys(
        settings.stripe_secret_key,
        settings.stripe_publishable_key,
        settings.stripe_webhook_secret,
        settings.stripe_api_base,
    )
