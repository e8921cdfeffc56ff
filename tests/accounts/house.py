"""A shop to come into: the whole application over ASGI, a mailbox that records, and browsers with cookies."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from argon2 import PasswordHasher, Type

from myclothes.accounts.passwords import Passwords
from myclothes.app import Shop, application
from myclothes.kernel.db.pools import Connection
from myclothes.settings import Settings

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, type=Type.ID)
PASSWORD = "a calm grey wool coat"
JSON = {"Accept": "application/json"}
BASE = "http://shop.test"


@dataclass
class Mail:
    kind: str
    to: str
    language: str
    params: Mapping[str, object]
    key: str

    @property
    def path(self) -> str:
        """Of the link in it, on the shop."""
        return str(self.params["url"]).removeprefix(BASE)

    @property
    def token(self) -> str:
        found = re.search(r"token=([A-Za-z0-9_-]+)", str(self.params["url"]))
        assert found
        return found[1]


@dataclass
class Mailbox:
    """Records what was asked for, with the real signature."""

    mails: list[Mail] = field(default_factory=list)

    async def enqueue(
        self, conn: Connection, kind: str, to: str, language: str, params: Mapping[str, object], key: str
    ) -> None:
        assert conn.is_in_transaction(), "a mail is part of the transaction that it tells of"
        assert key not in {mail.key for mail in self.mails}
        self.mails.append(Mail(kind, to, language, params, key))

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]

    def kinds(self, address: str) -> list[str]:
        return [mail.kind for mail in self.to(address)]

    def last(self, address: str, kind: str) -> Mail:
        return [mail for mail in self.to(address) if mail.kind == kind][-1]


class House:
    def __init__(
        self, database: str, durable: str, cache: str, prefix: str, *, real_mail: bool = False, **settings: Any
    ) -> None:
        self.settings = Settings(
            database=database,
            durable=durable,
            cache=cache,
            key_prefix=prefix,
            secrets=("k" * 32,),
            trusted_proxies=("127.0.0.1",),
            **{"base_url": BASE, **settings},
        )
        self.mailbox = Mailbox()
        shop = Shop.over(self.settings, mailer=None if real_mail else self.mailbox, passwords=Passwords(CHEAP))
        self.shop = shop
        self.app = application(shop)
        self.database = shop.database
        self._clients: list[httpx.AsyncClient] = []

    def again(self, **settings: Any) -> "House":
        """Another instance over the same engines."""
        named = {name: getattr(self.settings, name) for name in ("database", "durable", "cache")}
        return House(prefix=self.settings.key_prefix, **{**named, **settings})

    def browser(self, *, address: str = "", agent: str = "Mozilla/5.0 (X11; Linux) Firefox/140.0") -> httpx.AsyncClient:
        """Somebody else each time, with cookies of their own; at a network address of their own unless one is given."""
        address = address or f"10.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}"
        transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 1))
        headers = {"X-Forwarded-For": address, "User-Agent": agent}
        client = httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers, timeout=30)
        self._clients.append(client)
        return client

    async def registered(self, email: str = "", password: str = PASSWORD) -> str:
        """The mail address of a new account."""
        email = email or fresh_email()
        answer = await self.browser().post("/account/register", data={"email": email, "password": password})
        assert answer.status_code == 303, answer.text
        return email

    async def signed_in(self, email: str = "", password: str = PASSWORD, **browser: str) -> httpx.AsyncClient:
        client = self.browser(**browser)
        await sign_in(client, email or await self.registered(), password)
        return client

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()
        await self.shop.close()


async def sign_in(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    answer = await client.post("/account/login", data={"email": email, "password": password})
    assert answer.status_code == 303, answer.text
    return answer


async def is_signed_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/account", headers=JSON)).status_code == 200


def fresh_email() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.com"
