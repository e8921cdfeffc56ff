"""The settings of the shop: one frozen dataclass, and the only reader of the environment.

`Settings.from_env` checks everything and reports every mistake at once, so that a wrong deployment is mended in one
go and never starts half right.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from myclothes import setting_kinds as kind

CART_STORES = ("valkey", "sql", "cookie", "memory", "dynamodb")


class SettingsError(ValueError):
    """`mistakes` lists all that is wrong, one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one web instance is set up. Each field is read from `MYCLOTHES_` and its name in capitals."""

    database: str
    """PostgreSQL primary, `postgresql://user@host:port/name`. Where another may become it, all that may, separated by
    commas, and `?target_session_attrs=read-write`."""
    replicas: tuple[str, ...] = field(default=(), repr=False)
    """Every database that may be read from, as `zone=postgresql://…`, separated by commas; one that is, or becomes, the
    primary among them does no harm. Without it, all is read from the primary."""
    replica_lag: float = 2.0
    """How many seconds a replica may be behind, with what a shopper did not do themselves."""
    database_schema: str = "public"
    durable: str
    """Valkey that keeps: carts and sessions. `valkey://host:port/0`, `unix:///path`, `valkey+cluster://h:p,h:p`."""
    cache: str
    """Valkey that may forget: cached pages and products."""
    key_prefix: str = "mc:"
    """Put before every key, so that several shops can share one Valkey."""
    durable_replicas: int = 0
    """How many replicas must acknowledge a cart change before the shopper's answer leaves."""
    secrets: tuple[str, ...] = field(repr=False)
    """Keys that seal cookies, newest first, each of at least 32 characters. Older ones still open what they sealed."""
    carts: str = "valkey"
    cart_days: int = 90
    session_days: int = 30
    dynamodb_endpoint: str | None = None
    """Only for a DynamoDB that is not AWS's own."""
    dynamodb_table: str = "myclothes-carts"
    dynamodb_region: str = "eu-central-1"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    metrics_port: int = 0
    """Prometheus metrics, on the loopback address unless `metrics_host` says otherwise; 0 is off."""
    metrics_host: str = "127.0.0.1"
    base_url: str = "http://127.0.0.1:8000"
    """How shoppers reach the shop: for canonical addresses, the sitemap and mail."""
    currency: str = "USD"
    instance: str = ""
    """Name and zone of this instance, sent as `X-Instance` and `X-Zone` when set."""
    zone: str = ""
    runtime_dir: Path = Path("/tmp/myclothes")  # noqa: S108  (only a default; holds the drain marker, nothing secret)
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of our balancers, whose `X-Forwarded-For` is believed when tries to sign in are counted."""
    mail: str = field(default="", repr=False)
    """Where mail is handed in: `smtp://user:password@host:587?tls=starttls` (or `implicit`, `none`). `inbox:` shows it
    to everybody at `/inbox` instead, for trying the shop out. Without it, mail waits."""
    mail_from: str = "MyClothes <shop@myclothes.example>"
    """Who mail is from, as `Name <address>`."""
    payment: str = "test"
    """Who takes the money: `test` is a bank that takes test cards only, for trying the shop out; or `stripe`. Leave the
    keys of Stripe set when changing back, so that its orders can still be settled and refunded."""
    stripe_secret_key: str = field(default="", repr=False)
    """Stripe's key for our server, `sk_…` or `rk_…`. Needed for `stripe`, as the next two."""
    stripe_publishable_key: str = ""
    """Stripe's key for browsers, `pk_…`."""
    stripe_webhook_secret: str = field(default="", repr=False)
    """What Stripe signs its webhooks to `/payments/stripe/webhook` with, `whsec_…`."""
    stripe_api_base: str = ""
    """Only for a server like Stripe's that is not Stripe's own."""
    seller_name: str = "MyClothes"
    """Who sells, as invoices name it."""
    seller_address: str = ""
    """Where the seller is, for invoices; lines separated by `|`."""
    seller_number: str = ""
    """The seller's tax or business registration number, for invoices."""
    drain_seconds: float = 0.0
    """How long an instance that is asked to stop answers "not ready" before it closes, so that balancers notice."""
    crash_at: str = ""
    """Only for drills: the step of placing an order at which the process kills itself, such as `after_charge`."""
    log_level: str = "info"
    log_json: bool = True

    @property
    def replica_places(self) -> list[tuple[str, str]]:
        """Zone and address of each of `replicas`."""
        return [(zone, dsn) for zone, _, dsn in (one.partition("=") for one in self.replicas)]

    def on_primary(self) -> "Settings":
        """For whoever works behind the counter: nothing is read where it may be old."""
        return replace(self, replicas=())

    @property
    def secure_cookies(self) -> bool:
        """Whether shoppers come over TLS, where cookies can be `__Host-` and `Secure`."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the `MYCLOTHES_*` variables. Raises `SettingsError` with every mistake."""
        values: dict[str, Any] = {}
        mistakes: list[str] = []
        for name, read in _READERS.items():
            variable = "MYCLOTHES_" + name.upper()
            text = environ.get(variable, "")
            if not text:
                if name in _REQUIRED:
                    mistakes.append(f"{variable} is not set: {_REQUIRED[name]}.")
                continue
            try:
                values[name] = read(text)
            except ValueError as error:
                mistakes.append(f"{variable} {error}.")
        if values.get("payment") == "stripe":
            mistakes += [
                f"MYCLOTHES_{name.upper()} is not set: MYCLOTHES_PAYMENT=stripe needs it."
                for name in _STRIPE_NEEDS
                if not environ.get("MYCLOTHES_" + name.upper())
            ]
        unknown = {v for v in environ if v.startswith("MYCLOTHES_")} - {"MYCLOTHES_" + n.upper() for n in _READERS}
        mistakes += [f"{variable} is not a setting of MyClothes; is it misspelt?" for variable in sorted(unknown)]
        if mistakes:
            raise SettingsError(mistakes)
        return cls(**values)

    def to_env(self) -> dict[str, str]:
        """The same settings as environment variables, to start another process with."""
        return {
            "MYCLOTHES_" + name.upper(): ",".join(value) if isinstance(value, tuple) else str(value)
            for name in _READERS
            if (value := getattr(self, name)) not in (None, "", ())
        }


_READERS: dict[str, Callable[[str], Any]] = {
    "database": kind.url("postgresql", "postgres"),
    "replicas": kind.replicas,
    "replica_lag": kind.seconds,
    "database_schema": kind.matching(r"[a-z_][a-z0-9_]{0,62}", "a plain schema name"),
    "durable": kind.VALKEY,
    "cache": kind.VALKEY,
    "key_prefix": kind.matching(r"[A-Za-z0-9:_.-]{1,64}", "a short key prefix"),
    "durable_replicas": kind.whole(0, 5),
    "secrets": kind.secrets,
    "carts": kind.one_of(*CART_STORES),
    "cart_days": kind.whole(1, 365),
    "session_days": kind.whole(1, 365),
    "dynamodb_endpoint": kind.url("http", "https"),
    "dynamodb_table": kind.matching(r"[A-Za-z0-9_.-]{3,255}", "a DynamoDB table name"),
    "dynamodb_region": kind.NAME,
    "host": kind.matching(r"[A-Za-z0-9.:_-]{1,255}", "a host name or address"),
    "port": kind.whole(0, 65535),
    "workers": kind.whole(1, 64),
    "metrics_port": kind.whole(0, 65535),
    "metrics_host": kind.matching(r"[A-Za-z0-9.:_-]{1,255}", "a host name or address"),
    "base_url": kind.url("http", "https"),
    "currency": kind.matching(r"[A-Z]{3}", "an ISO 4217 currency code such as USD"),
    "instance": kind.NAME,
    "zone": kind.NAME,
    "runtime_dir": Path,
    "trusted_proxies": kind.networks,
    "mail": kind.mail,
    "mail_from": kind.sender,
    "payment": kind.one_of("test", "stripe"),
    "stripe_secret_key": kind.matching_secret(
        r"[sr]k_[A-Za-z0-9_]{3,250}", "a key of Stripe's that begins with sk_ or rk_"
    ),
    "stripe_publishable_key": kind.matching(r"pk_[A-Za-z0-9_]{3,250}", "a key of Stripe's that begins with pk_"),
    "stripe_webhook_secret": kind.matching_secret(r"whsec_[A-Za-z0-9_+/=]{3,250}", "what begins with whsec_ at Stripe"),
    "stripe_api_base": kind.url("http", "https"),
    "seller_name": kind.LINE,
    "seller_address": kind.LINE,
    "seller_number": kind.LINE,
    "drain_seconds": kind.seconds,
    "crash_at": kind.matching(r"[a-z_]+[12]?", "a step of placing an order"),
    "log_level": kind.one_of("debug", "info", "warning", "error"),
    "log_json": kind.yes_or_no,
}
_STRIPE_NEEDS = ("stripe_secret_key", "stripe_publishable_key", "stripe_webhook_secret")
_REQUIRED = {
    "database": "the address of the PostgreSQL primary, such as postgresql://shop@db.internal:5432/shop",
    "durable": "the address of the Valkey that keeps carts and sessions, such as valkey://carts.internal:6379/0",
    "cache": "the address of the Valkey for cached pages, such as valkey://pages.internal:6379/0",
    "secrets": "one or more keys of at least 32 characters; `openssl rand -hex 32` makes one",
}
