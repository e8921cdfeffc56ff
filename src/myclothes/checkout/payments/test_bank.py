"""The bank of the demo shop: test cards only, no money, and as awkward as real banks are.

| card                | what happens                                                                              |
|---------------------|-------------------------------------------------------------------------------------------|
| 4242 4242 4242 4242 | paid                                                                                      |
| 4000 0000 0000 0002 | declined                                                                                  |
| 4000 0000 0000 3220 | asks the shopper at `/test-bank/{ref}` first (3-D Secure), then tells it by a webhook too |
| 4000 0000 0000 0119 | paid, but the answer never comes, nor a webhook: only asking the bank tells               |
| 4000 0000 0000 0341 | paid, and two webhooks say so at once, as a rule before the shop has written it down      |

Any expiry to come and any security code will do. Other numbers are refused, so that nobody types a real one.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

import msgspec

from myclothes.checkout.payments.card import card_of, read_card
from myclothes.checkout.payments.ledger import Ledger
from myclothes.checkout.payments.protocol import ChargeRequest, Outcome, RefundOutcome, WebhookEvent
from myclothes.checkout.payments.signature import is_genuine, sign
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.errors import Forbidden, Invalid, NotFound, Unavailable
from myclothes.kernel.i18n import Message

log = logging.getLogger(__name__)
SIGNATURE = "test-bank-signature"
_CARDS: dict[str, tuple[str, str]] = {
    "4242424242424242": ("paid", ""),
    "4000000000000002": ("declined", "card_declined"),
    "4000000000003220": ("action", ""),
    "4000000000000119": ("paid", ""),
    "4000000000000341": ("paid", ""),
}
_SILENT, _TWICE = "4000000000000119", "4000000000000341"
Tell = Callable[[Mapping[str, str], bytes], Awaitable[None]]
"""Takes the headers and the body of a webhook."""


class _Told(msgspec.Struct, frozen=True):
    id: str
    order: str
    kind: Literal["payment", "refund"]


class Bank:
    """The provider `test`. `keys` sign webhooks, newest first; `silence` is how long the card 0119 keeps one waiting.

    `tell` carries webhooks to the shop; without it they never arrive.
    """

    name = "test"

    def __init__(
        self,
        valkey: Valkey,
        *,
        prefix: str,
        keys: Sequence[str],
        silence: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.ledger = Ledger(valkey, prefix=prefix)
        self.tell: Tell | None = None
        self._keys = tuple(keys)
        self._silence = silence
        self._clock = clock
        self._messages: set[asyncio.Task[None]] = set()

    def read_method(self, form: Mapping[str, str]) -> str:
        """`ChargeRequest.method` of a form with `card_number`, `card_expiry`, `card_cvc`. Raises `Invalid`."""
        card = read_card(form)
        if card.number not in _CARDS:
            raise Invalid(
                fields={
                    "card_number": Message("Only test cards work here. Please never type the number of a real one.")
                }
            )
        return card.method

    async def charge(self, request: ChargeRequest) -> Outcome:
        card = card_of(request.method)
        if card.number not in _CARDS or request.amount <= 0:
            raise Invalid(fields={"card_number": Message("Only test cards work here.")})
        status, reason = _CARDS[card.number]
        ref = f"{request.order}_{secrets.token_urlsafe(12)}"
        before = card.number == _SILENT and bool(await self.ledger.entry(request.order))
        outcome = await self.ledger.charge(
            request.order,
            [ref, request.amount, request.currency, status, reason, request.return_url, card.last4],
        )
        if card.number == _SILENT and not before:
            await asyncio.sleep(self._silence)
            raise Unavailable(Message("Our bank does not answer. We are asking what became of it."), in_doubt=True)
        if card.number == _TWICE:
            event = self._event(request.order, "payment")
            self._send(event)
            self._send(event)
        return outcome

    async def look_up(self, order: str) -> Outcome:
        return await self.ledger.look_up(order)

    async def cancel(self, order: str) -> Outcome:
        return await self.ledger.cancel(order)

    async def refund(self, order: str, amount: int, key: str) -> RefundOutcome:
        if amount <= 0:
            raise ValueError("a refund gives something back")
        return await self.ledger.refund(order, amount, key, f"rf_{secrets.token_urlsafe(12)}")

    async def decide(self, ref: str, *, approved: bool) -> str:
        """The shopper has said yes or no to the bank. Returns where to go on. Raises `NotFound`."""
        order = order_of(ref)
        await self.ledger.decide(order, ref, approved=approved)
        self._send(self._event(order, "payment"))
        return (await self.ledger.entry(order)).get("back", "/")

    async def asked(self, ref: str) -> dict[str, str]:
        """The entry of a payment, for the bank's own page. Raises `NotFound`."""
        entry = await self.ledger.entry(order_of(ref))
        if not ref or entry.get("ref") != ref:
            raise NotFound
        return entry

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        if not is_genuine(headers.get(SIGNATURE, ""), self._keys, body, self._clock()):
            raise Forbidden
        told = msgspec.json.decode(body, type=_Told)
        return WebhookEvent(told.id, told.order, told.kind)

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers of a webhook with that body."""
        return {"content-type": "application/json", SIGNATURE: sign(self._keys[0], body, self._clock())}

    async def close(self) -> None:
        """What has not been told by now never is."""
        for task in self._messages:
            task.cancel()
        await asyncio.gather(*self._messages, return_exceptions=True)

    def _event(self, order: str, kind: Literal["payment", "refund"]) -> bytes:
        return msgspec.json.encode(_Told(f"evt_{secrets.token_urlsafe(12)}", order, kind))

    def _send(self, body: bytes) -> None:
        if self.tell is None:
            return
        task = asyncio.ensure_future(self._deliver(self.tell, body))
        self._messages.add(task)
        task.add_done_callback(self._messages.discard)

    async def _deliver(self, tell: Tell, body: bytes) -> None:
        try:
            async with asyncio.timeout(10):
                await tell(self.signed(body), body)
        except Exception as error:
            log.warning("a webhook of the test bank did not arrive", exc_info=error)


def order_of(ref: str) -> str:
    return ref.partition("_")[0]
