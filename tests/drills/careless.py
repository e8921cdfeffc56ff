"""A web instance for tests only: the shop as it is, in which each request can do without a guard.

    python -m tests.drills.careless         as `myclothes serve`, configured in the same way

| header               | what is off for this one request                                         |
|----------------------|--------------------------------------------------------------------------|
| `Without: wait`      | what is written is acknowledged before any replica has it                  |
| `Without: freshness` | any replica may answer a read, whatever the shopper has done before        |

Nothing of this is in the shop itself: a guard that can be switched off in production is none.
"""

import os
from contextvars import ContextVar
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from myclothes import serve
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db import routing
from myclothes.kernel.db.freshness import START, Need
from myclothes.settings import Settings

WITHOUT: ContextVar[frozenset[str]] = ContextVar("without", default=frozenset())
_script, _narrowed = Valkey.script, routing._narrowed


def build() -> ASGIApp:
    Valkey.script = script  # type: ignore[method-assign,assignment]
    routing._narrowed = narrowed
    from myclothes import app

    return Careless(app.build())


class Careless:
    def __init__(self, shop: ASGIApp) -> None:
        self._shop = shop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        WITHOUT.set(frozenset(dict(scope.get("headers", ())).get(b"without", b"").decode().split()))
        await self._shop(scope, receive, send)


def script(valkey: Valkey, *what: Any, durable: bool = False, **options: Any) -> Any:
    return _script(valkey, *what, durable=durable and "wait" not in WITHOUT.get(), **options)


def narrowed(need: Need, freshness: Any) -> Any:
    if "freshness" in WITHOUT.get() and need is Need.OWN:
        return Need.ANY, "", START
    return _narrowed(need, freshness)


if __name__ == "__main__":
    serve.serve(Settings.from_env(os.environ), app="tests.drills.careless:build")
