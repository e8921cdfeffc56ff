"""A server like Stripe's as a process of its own, and what a browser would do with it."""

import http.client
import sys
from pathlib import Path
from typing import Any

import httpx

from myclothes.engines.address import free_port
from myclothes.engines.engine import Engine
from myclothes.engines.process import Process
from tests.plain import PLAIN

KEY = "sk_test_ours"
# It would write all it holds after every request, into a file under /tmp that all who run it share.
_START = "from localstripe import resources, server; resources.Store.dump_to_disk = lambda store: None; server.start()"
GOOD, BAD, ASKS, CHECKED_AND_BAD = "4242424242424242", "4000000000000341", "4000000000003220", "4000008260003178"
"""Cards as localstripe knows them. The number 0002 it refuses only when a customer keeps it, so ours is 0341."""


class LocalStripe(Engine):
    what = "localstripe"
    stop_seconds = 3

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, free_port())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _prepare(self) -> Process:
        return Process(
            [sys.executable, "-c", _START, "--from-scratch", "--port", str(self.port)],
            self.folder.path / "localstripe.log",
        )

    def _ready(self) -> bool:
        assert self.port is not None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/js.stripe.com/v3/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def method(self, number: str) -> str:
        """What Stripe's page in the browser makes of a card: a name for it."""
        card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        return str(self.ask("POST", "/v1/payment_methods", {"type": "card", "card": card})["id"])

    def pay_on_page(self, intent: str, number: str) -> str:
        """What Stripe's payment element does when the shopper presses Pay. The status afterwards."""
        self.ask("POST", f"/v1/payment_intents/{intent}", {"payment_method": self.method(number)})
        return str(self.ask("POST", f"/v1/payment_intents/{intent}/confirm", {})["status"])

    def authenticate(self, intent: str, *, success: bool) -> None:
        """What the shopper's bank does in 3-D Secure."""
        secret = self.ask("GET", f"/v1/payment_intents/{intent}")["client_secret"]
        answer = httpx.post(
            f"{self.url}/v1/payment_intents/{intent}/_authenticate",
            json={"client_secret": secret, "success": success},
            headers={"authorization": f"Bearer {KEY}"},
            verify=PLAIN,
        )
        assert answer.status_code in (200, 402), answer.text

    def charged(self, order: str, intent: str) -> list[int]:
        """The amounts of all charges that went well, with the intent or any other that was made for the order."""
        intents = {found["id"] for found in self._all("payment_intents") if found["metadata"].get("order") == order}
        charges = [charge for charge in self._all("charges") if charge["payment_intent"] in {*intents, intent}]
        return [charge["amount"] for charge in charges if charge["status"] == "succeeded"]

    def refunds(self, intent: str) -> list[int]:
        return [
            refund["amount"] for refund in self.ask("GET", f"/v1/refunds?payment_intent={intent}&limit=100")["data"]
        ]

    def send_webhooks_to(self, url: str, secret: str) -> None:
        self.ask("POST", "/_config/webhooks/ours", {"url": url, "secret": secret})

    def ask(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = httpx.request(
            verb, self.url + path, json=body, headers={"authorization": f"Bearer {KEY}"}, timeout=20, verify=PLAIN
        )
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.content else None

    def _all(self, what: str) -> list[Any]:
        found: list[Any] = self.ask("GET", f"/v1/{what}?limit=100")["data"]
        return found
