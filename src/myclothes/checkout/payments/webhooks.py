"""What providers tell us by themselves: that something has happened to an order.

A webhook may come early, late, twice, out of order or never, and anybody can send one. So it only makes us look: it is
checked for its signature and age, and then `settle(order)` asks the provider what is true. An event is remembered once
it has been dealt with; one that could not be is answered with an error, and the provider sends it again.

    webhooks = Webhooks(provider, database, settle)
    routes = [*webhooks.routes(), …]                POST /payments/{provider}/webhook

`settle` must be safe to repeat and to run beside itself; it raises `NotFound` for an order that is not (or not yet)
there and `Unavailable` when nothing can be said now.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.checkout.payments.protocol import PaymentProvider, WebhookEvent
from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.errors import NotFound
from myclothes.kernel.web.forms import read_body
from myclothes.kernel.web.respond import json_

log = logging.getLogger(__name__)
Settle = Callable[[str], Awaitable[object]]

_SEEN = "SELECT 1 FROM webhook_event WHERE provider = $1 AND event_id = $2"
# Providers give up after days, so what is a month old never comes again.
_REMEMBER = """
WITH old AS (
    SELECT provider, event_id FROM webhook_event WHERE at < now() - interval '30 days'
    ORDER BY at LIMIT 10 FOR UPDATE SKIP LOCKED
), forgotten AS (
    DELETE FROM webhook_event USING old
    WHERE webhook_event.provider = old.provider AND webhook_event.event_id = old.event_id
)
INSERT INTO webhook_event (provider, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
"""


class Webhooks:
    def __init__(self, provider: PaymentProvider, database: Database, settle: Settle) -> None:
        self._provider = provider
        self._database = database
        self._settle = settle

    def routes(self) -> list[Route]:
        """The edge bounds the body (64 KB) and lets through what names no origin, as servers do not."""
        return [Route(f"/payments/{self._provider.name}/webhook", self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        await self.receive(headers, await read_body(request))
        return json_({"received": True})

    async def receive(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises `Forbidden` for what is forged or old, and what `settle` raises."""
        event = self._provider.read_webhook(headers, body)
        if not event.order or event.kind == "other" or await self._seen(event):
            return
        try:
            await self._settle(event.order)
        except NotFound:
            log.info("a webhook tells of an order that is not here (yet)", extra={"event": event.id})
            raise
        async with self._database.writing() as conn:
            await conn.execute(_REMEMBER, self._provider.name, event.id)

    async def _seen(self, event: WebhookEvent) -> bool:
        """On a replica that lags, the answer may be a wrong no: the order is then settled once more, to no effect."""
        async with self._database.reading(Need.ANY) as conn:
            return await conn.fetchval(_SEEN, self._provider.name, event.id) is not None
