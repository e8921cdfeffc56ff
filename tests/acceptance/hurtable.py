"""A web instance for tests only: the shop as it is, which lets each request do one more thing.

    python -m tests.acceptance.hurtable         as `myclothes serve`, configured in the same way

| header              | what it does to this one request                                          |
|---------------------|---------------------------------------------------------------------------|
| `Without: stock`    | the named guard is off: see `careless.py`                                   |
| `Pull: web@STEP`    | at that step of placing an order the worker kills itself                   |
| `Pull: postgres@STEP` | at that step PostgreSQL dies, and all of its processes with it             |
| `Pull: durable@STEP` | at that step the Valkey dies that holds carts, sessions and the bank's books |

Nothing of this is in the shop itself: a guard that can be switched off in production is none.
"""

import os
import signal
from contextvars import ContextVar
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from myclothes import serve
from myclothes.checkout import steps
from myclothes.checkout.steps import STEPS, Reached
from myclothes.settings import Settings
from tests.acceptance import careless

ENGINES = "HURTABLE_ENGINES"
"""The environment variable that says which folder holds those of the engines."""
_pulled: ContextVar[str] = ContextVar("pulled", default="")


def build() -> ASGIApp:
    careless.install()
    steps.die_at = die_where_the_request_says
    from myclothes import app  # which asks for `die_at` by name, so not before

    return Hurtable(app.build())


class Hurtable:
    def __init__(self, shop: ASGIApp) -> None:
        self._shop = shop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        careless.WITHOUT.set(frozenset(headers.get(b"without", b"").decode().split()))
        _pulled.set(headers.get(b"pull", b"").decode())
        await self._shop(scope, receive, send)


def die_where_the_request_says(wanted: str) -> Reached:
    assert not wanted

    def reached(step: str) -> None:
        what, _, where = _pulled.get().partition("@")
        assert not where or where in STEPS
        if where != step:
            return
        if what == "web":
            os.kill(os.getpid(), signal.SIGKILL)
        kill_engine(Path(os.environ[ENGINES]) / what)
        _pulled.set("")

    return reached


def kill_engine(folder: Path) -> None:
    """The server and what it started, so that nothing of it finishes what it was doing."""
    server = int((folder / "pid").read_text())
    children = Path(f"/proc/{server}/task/{server}/children")
    started = [int(pid) for pid in children.read_text().split()] if children.exists() else []
    for pid in (server, *started):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    serve.CRASHES = 1_000
    serve.serve(Settings.from_env(os.environ), app="tests.acceptance.hurtable:build")
