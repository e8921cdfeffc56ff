"""What the shop is measured against: the least that the same server can do.

`page` sends as many bytes as the shop's product page and does nothing else. `add` does one bare Valkey command
through the stock client, then answers 303 as the cart does.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from valkey.asyncio import Valkey

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def build() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    body = b"x" * int(os.environ["BENCH_BYTES"])
    page_headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    add_headers = [(b"location", b"/cart"), (b"content-length", b"0")]
    valkey = Valkey.from_url(os.environ["BENCH_VALKEY"], max_connections=64)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/add":
            await receive()
            await valkey.hincrby("bench:raw", "units", 1)
            await send({"type": "http.response.start", "status": 303, "headers": add_headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": page_headers})
        await send({"type": "http.response.body", "body": body})

    return app
