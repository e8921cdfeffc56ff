"""`myclothes relay` as a process of its own: it sends, ends when asked to, and may be killed at any moment."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey
from myclothes.kernel.db.migrate import migrate
from myclothes.kernel.db.pools import Database
from myclothes.kernel.mail.mailer import OutboxMailer
from tests.conftest import Run
from tests.kernel.mail.server import SmtpServer

PARAMS = {"url": "https://shop.example/", "minutes": 30}


@pytest.fixture(scope="module")
def relay_dsn(postgres: Postgres, runner: asyncio.Runner) -> str:
    postgres.create_database("relay")
    runner.run(migrate(postgres.dsn("relay"), "public"))
    return postgres.dsn("relay")


@pytest.fixture
def database(relay_dsn: str, run: Run[Any]) -> Iterator[Database]:
    database = Database(relay_dsn)

    async def empty() -> None:
        async with database.writing() as conn:
            await conn.execute("TRUNCATE outbox, sent_mail")

    run(empty())
    yield database
    run(database.close())


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


class Relays:
    """Starts relays over one shop."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        relay = subprocess.Popen(
            [sys.executable, "-m", "myclothes", "relay", *arguments],
            env=self._environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(relay)
        return relay

    def say(self, *arguments: str, **settings: str) -> str:
        relay = self.start(*arguments, **settings)
        out, err = relay.communicate(timeout=60)
        assert relay.returncode == 0, err
        return out


@pytest.fixture
def relays(
    relay_dsn: str, durable_valkey: Valkey, cache_valkey: Valkey, smtp: SmtpServer, tmp_path: Path
) -> Iterator[Relays]:
    relays = Relays(
        {
            "PATH": os.environ["PATH"],
            "MYCLOTHES_DATABASE": relay_dsn,
            "MYCLOTHES_DURABLE": durable_valkey.url,
            "MYCLOTHES_CACHE": cache_valkey.url,
            "MYCLOTHES_SECRETS": "k" * 32,
            "MYCLOTHES_MAIL": smtp.url,
        }
    )
    yield relays
    for relay in relays.started:
        if relay.poll() is None:
            relay.kill()
        relay.communicate(timeout=20)


async def ask(database: Database, *keys: str) -> None:
    async with database.writing() as conn:
        for key in keys:
            await OutboxMailer().enqueue(conn, "account_reset", "ada@example.com", "en", PARAMS, key)


async def end_leases(database: Database) -> None:
    """As if their time had passed."""
    async with database.writing() as conn:
        await conn.execute("UPDATE outbox SET due_at = now() WHERE done_at IS NULL")


async def undone(database: Database) -> int:
    async with database.reading() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM outbox WHERE done_at IS NULL"))


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_relays_side_by_side_send_each_mail_once_and_end_when_asked_to(
    run: Run[Any], database: Database, smtp: SmtpServer, relays: Relays
) -> None:
    running = [relays.start() for _ in range(2)]
    keys = [f"mail-{number}" for number in range(30)]
    run(ask(database, *keys[:15]))
    until(lambda: len(smtp.mails) >= 15)
    run(ask(database, *keys[15:]))
    until(lambda: run(undone(database)) == 0)
    for relay in running:
        relay.send_signal(signal.SIGTERM)
    for relay in running:
        _, said = relay.communicate(timeout=30)
        assert relay.returncode == 0, said
        assert "relay stopped" in said
        assert "ada@example.com" not in said
    assert len(smtp.mails) == 30
    assert len({mail["Message-ID"] for mail in smtp.mails}) == 30


def test_a_relay_that_is_killed_while_it_sends_loses_nothing(
    run: Run[Any], database: Database, smtp: SmtpServer, relays: Relays
) -> None:
    smtp.pause = 0.4  # the server has the mail, and the relay does not know yet
    victim = relays.start()
    run(ask(database, *(f"mail-{number}" for number in range(5))))
    until(lambda: bool(smtp.mails))
    victim.kill()
    victim.wait(10)
    smtp.pause = 0
    run(end_leases(database))
    relays.say("--once")
    assert run(undone(database)) == 0
    identities = [mail["Message-ID"] for mail in smtp.mails]
    assert len(set(identities)) == 5, "each arrived, and what came twice can be told by its id"


def test_a_relay_that_is_asked_to_stop_finishes_what_it_sends(
    run: Run[Any], database: Database, smtp: SmtpServer, relays: Relays
) -> None:
    smtp.pause = 0.5
    relay = relays.start()
    run(ask(database, "last"))
    until(lambda: bool(smtp.sessions))
    relay.send_signal(signal.SIGTERM)
    assert relay.wait(30) == 0
    assert len(smtp.mails) == 1
    assert run(undone(database)) == 0


def test_a_relay_outlives_postgresql_being_away(
    run: Run[Any], database: Database, smtp: SmtpServer, relays: Relays
) -> None:
    relay = relays.start()
    run(ask(database, "before"))
    until(lambda: len(smtp.mails) == 1)

    async def cut() -> None:
        async with database.writing() as conn:
            await conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    run(cut())
    run(ask(database, "after"))
    until(lambda: len(smtp.mails) == 2)
    assert relay.poll() is None


def test_what_is_parked_is_listed_with_its_reason_and_tried_again_on_request(
    run: Run[Any], database: Database, smtp: SmtpServer, relays: Relays
) -> None:
    assert relays.say("--parked") == "Nothing is parked.\n"
    smtp.refuse_recipient = "550 5.1.1 No such mailbox"
    run(ask(database, "refused"))
    relays.say("--once")
    said = relays.say("--parked")
    assert "mail:refused" in said
    assert "No such mailbox" in said
    assert "1 parked" in said
    smtp.refuse_recipient = ""
    assert relays.say("--retry") == "1 to be tried again\n"
    relays.say("--once")
    assert len(smtp.mails) == 1


def test_mail_waits_while_nobody_has_said_where_it_goes(
    run: Run[Any], database: Database, smtp: SmtpServer, relays: Relays
) -> None:
    run(ask(database, "waits"))
    relays.say("--once", MYCLOTHES_MAIL="")
    assert run(undone(database)) == 1
    relays.say("--once")
    assert len(smtp.mails) == 1
