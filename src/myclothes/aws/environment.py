"""The environment of the shop on an instance: pure, from what the deployment wrote down and what the secrets say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from myclothes.aws.boot import CERTIFICATES

Secret = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Instance:
    id: str
    zone: str
    """Such as eu-central-1a."""


@dataclass(frozen=True, slots=True)
class Secrets:
    database: Secret
    """`username` and `password` of the shop's own role."""
    carts: Secret
    pages: Secret
    shop: Secret
    """`MYCLOTHES_SECRETS`, and whatever else the shopkeeper put there: `MYCLOTHES_MAIL`, keys of Stripe."""
    shop_before: Secret
    """The same before its last change, since its keys still have to open what they sealed."""


def environment(
    deployed: Mapping[str, Any],
    secrets: Secrets,
    instance: Instance,
    edge: Sequence[str] = (),
    certificates: str = CERTIFICATES,
) -> dict[str, str]:
    """`MYCLOTHES_*` by name. `edge` are the networks of CloudFront, whose word on who asks is taken."""
    database = deployed["database"]

    def dsn(host: str) -> str:
        return dsn_of(host, database["name"], secrets.database, certificates)

    settings = {
        **deployed["settings"],
        **{name: str(value) for name, value in secrets.shop.items() if name.startswith("MYCLOTHES_")},
        "MYCLOTHES_SECRETS": _keys(secrets.shop, secrets.shop_before),
        "MYCLOTHES_DATABASE": dsn(database["host"]),
        "MYCLOTHES_REPLICAS": ",".join(f"{zone}={dsn(host)}" for zone, host in database["replicas"]),
        "MYCLOTHES_DURABLE": _valkey(deployed["carts"], secrets.carts),
        "MYCLOTHES_CACHE": _valkey(deployed["pages"], secrets.pages),
        "MYCLOTHES_INSTANCE": instance.id,
        "MYCLOTHES_ZONE": instance.zone,
    }
    settings["MYCLOTHES_TRUSTED_PROXIES"] = ",".join([settings["MYCLOTHES_TRUSTED_PROXIES"], *edge])
    return {name: value for name, value in settings.items() if value}


def dsn_of(host: str, name: str, login: Secret, certificates: str) -> str:
    """TLS, with the server's name checked. `role` makes whatever is created belong to the shop's role, although the
    rotation alternates between two logins that are both members of it.
    """
    user, password = quote(login["username"], safe=""), quote(login["password"], safe="")
    return (
        f"postgresql://{user}:{password}@{host}:5432/{name}"
        f"?sslmode=verify-full&sslrootcert={quote(certificates, safe='/')}&role={OWNER}"
    )


OWNER = "shop"
"""The role in PostgreSQL that everything belongs to."""


def _valkey(cache: Mapping[str, str], login: Secret) -> str:
    scheme = "valkeys+cluster" if cache["mode"] == "cluster" else "valkeys"
    user, password = quote(login["username"], safe=""), quote(login["password"], safe="")
    return f"{scheme}://{user}:{password}@{cache['host']}:6379"


def _keys(now: Secret, before: Secret) -> str:
    """Newest first, each once."""
    found = [*now["MYCLOTHES_SECRETS"].split(","), *before.get("MYCLOTHES_SECRETS", "").split(",")]
    return ",".join(dict.fromkeys(key for key in found if key))
