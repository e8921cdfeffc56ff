"""What an instance makes of what the deployment wrote down: settings that the shop takes."""

import asyncio
from typing import Any

import asyncpg
import pytest

from myclothes.aws import environment as environment_
from myclothes.aws.boot import plain_settings
from myclothes.aws.config import Config
from myclothes.aws.environment import Instance, Secrets, environment
from myclothes.aws.owner import make_owner
from myclothes.engines.postgres import Postgres
from myclothes.kernel.cache.url import endpoints
from myclothes.settings import Settings
from tests.conftest import Run

LOGIN = {"username": "shop", "password": "p,w@:/%"}
SEALS = "s" * 64
SECRETS = Secrets(
    database=LOGIN,
    carts=LOGIN,
    pages=LOGIN,
    shop={"MYCLOTHES_SECRETS": SEALS, "MYCLOTHES_MAIL": "inbox:"},
    shop_before={},
)
INSTANCE = Instance("i-0123456789abcdef0", "eu-central-1b")


def deployed(config: Config, **changes: Any) -> dict[str, Any]:
    return {
        "settings": plain_settings(
            config, base_url="https://shop.example.com", table="carts-1", network="10.40.0.0/16"
        ),
        "cdn": config.cdn,
        "database": {"host": "db.internal", "name": "shop", "replicas": [["eu-central-1a", "r1.internal"]]},
        "carts": {"host": "carts.internal", "mode": config.cart_cache_mode},
        "pages": {"host": "pages.internal", "mode": config.page_cache_mode},
        **changes,
    }


def settings_of(found: dict[str, str]) -> Settings:
    return Settings.from_env(found)


@pytest.mark.parametrize("preset", ["lesson", "small", "large", "ephemeral"])
def test_the_shop_takes_the_settings_of_every_preset(preset: str) -> None:
    config = Config.preset(preset)
    settings = settings_of(environment(deployed(config), SECRETS, INSTANCE))
    assert settings.carts == config.carts
    assert settings.workers == config.vcpus
    assert settings.durable_replicas == config.durable_replicas
    assert (settings.instance, settings.zone) == (INSTANCE.id, INSTANCE.zone)
    assert settings.drain_seconds == config.drain_seconds
    assert settings.secure_cookies
    assert settings.mail == "inbox:"


def test_the_shop_reads_from_the_replicas_of_its_zone() -> None:
    settings = settings_of(environment(deployed(Config()), SECRETS, INSTANCE))
    [(zone, dsn)] = settings.replica_places
    assert zone == "eu-central-1a"
    assert "@r1.internal:5432/shop?" in dsn


def test_no_replica_is_no_setting() -> None:
    database = {"host": "db.internal", "name": "shop", "replicas": []}
    assert "MYCLOTHES_REPLICAS" not in environment(deployed(Config(), database=database), SECRETS, INSTANCE)


def test_the_database_is_asked_by_tls_alone_and_its_name_is_checked() -> None:
    found = environment(deployed(Config()), SECRETS, INSTANCE)["MYCLOTHES_DATABASE"]
    assert found.startswith("postgresql://shop:p%2Cw%40%3A%2F%25@db.internal:5432/shop?")
    assert "sslmode=verify-full" in found


@pytest.mark.parametrize(("mode", "cluster"), [("cluster", True), ("single", False)])
def test_the_cache_mode_is_in_the_address(mode: str, cluster: bool) -> None:
    carts = {"host": "carts.internal", "mode": mode}
    found = environment(deployed(Config(), carts=carts), SECRETS, INSTANCE)
    is_cluster, [endpoint] = endpoints(found["MYCLOTHES_DURABLE"])
    assert is_cluster is cluster
    assert (endpoint.arguments["username"], endpoint.arguments["password"]) == ("shop", "p,w@:/%")
    assert endpoint.kind.__name__ == "SSLConnection"


def test_seals_that_were_replaced_still_open_what_they_sealed() -> None:
    before = Secrets(LOGIN, LOGIN, LOGIN, SECRETS.shop, {"MYCLOTHES_SECRETS": "o" * 64})
    found = environment(deployed(Config()), before, INSTANCE)
    assert settings_of(found).secrets == (SEALS, "o" * 64)


def test_the_word_of_cloudfront_is_taken_on_who_asks() -> None:
    found = environment(deployed(Config()), SECRETS, INSTANCE, edge=["130.176.0.0/17", "15.158.0.0/16"])
    assert settings_of(found).trusted_proxies == ("10.40.0.0/16", "130.176.0.0/17", "15.158.0.0/16")


def test_the_shops_role_owns_its_tables_and_nothing_else(postgres: Postgres, run: Run[Any]) -> None:
    async def story() -> None:
        admin = await asyncpg.connect(postgres.dsn())
        await admin.execute("DROP DATABASE IF EXISTS onaws")
        await admin.execute("CREATE ROLE aws_admin LOGIN CREATEROLE CREATEDB PASSWORD 'm'")
        await admin.execute("CREATE DATABASE onaws OWNER aws_admin")
        try:
            await both_logins_share_everything()
        finally:
            await admin.execute("DROP DATABASE onaws WITH (FORCE)")
            await admin.execute("DROP ROLE IF EXISTS shop_clone, shop, aws_admin")
            await admin.close()

    def place(user: str) -> dict[str, Any]:
        return {"dsn": postgres.dsn("onaws"), "user": user, "timeout": 10}

    async def both_logins_share_everything() -> None:
        master = await asyncpg.connect(**place("aws_admin"))
        await asyncio.gather(*(master_makes(place("aws_admin")) for _ in range(3)))
        # What AWS's rotation does: a twin that is a member.
        await master.execute("CREATE ROLE shop_clone LOGIN PASSWORD 't'")
        await master.execute("GRANT shop TO shop_clone")
        await master.close()
        role = {"server_settings": {"role": environment_.OWNER}}
        twin = await asyncpg.connect(**place("shop_clone"), **role)
        await twin.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public")
        await twin.execute("CREATE TABLE made_by_twin (id int)")
        await twin.close()
        shop = await asyncpg.connect(**place("shop"), **role)
        await shop.execute("ALTER TABLE made_by_twin ADD COLUMN more int")
        assert await shop.fetchval("SELECT tableowner FROM pg_tables WHERE tablename = 'made_by_twin'") == "shop"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await shop.execute("CREATE ROLE another")
        await shop.close()

    async def master_makes(at: dict[str, Any]) -> None:
        connection = await asyncpg.connect(**at)
        await make_owner(connection, "onaws", "it's a password")
        await connection.close()

    run(story())
