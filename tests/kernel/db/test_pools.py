"""Connections by intent, with an end to every wait, on a real PostgreSQL that is killed, frozen and cut off."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from myclothes.engines.postgres import Postgres
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@asynccontextmanager
async def opened(dsn: str, **limits: Any) -> AsyncIterator[Database]:
    database = Database(dsn, **limits)
    try:
        async with database.writing() as connection:
            await connection.execute("CREATE TABLE IF NOT EXISTS note (text text PRIMARY KEY)")
        yield database
    finally:
        await database.close()


async def write(database: Database, text: str) -> None:
    async with database.writing() as connection:
        await connection.execute("INSERT INTO note VALUES ($1)", text)


async def notes(database: Database) -> set[str]:
    async with database.reading() as connection:
        return {row["text"] for row in await connection.fetch("SELECT text FROM note")}


def test_what_reads_cannot_write(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        async with opened(database_dsn) as database:
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                async with database.reading() as connection:
                    await connection.execute("INSERT INTO note VALUES ('sneaked in')")
            assert await notes(database) == set()
            await write(database, "meant")  # the guard off: the same statement where writing is meant
            assert await notes(database) == {"meant"}

    run(scenario())


def test_a_block_that_raises_writes_nothing(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        async with opened(database_dsn) as database:

            async def change_my_mind() -> None:
                async with database.writing() as connection:
                    await connection.execute("INSERT INTO note VALUES ('half')")
                    raise RuntimeError("changed my mind")

            with pytest.raises(RuntimeError, match="changed my mind"):
                await change_my_mind()
            assert await notes(database) == set()

    run(scenario())


def test_a_mistake_in_the_sql_is_not_called_an_outage(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        async with opened(database_dsn) as database:
            for statement, arguments in (("SELECT nonsense", ()), ("SELECT $1::int", ("x",)), ("SELECT $1", ())):
                with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
                    async with database.reading() as connection:
                        await connection.fetch(statement, *arguments)

    run(scenario())


def test_a_statement_that_takes_too_long_is_given_up(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        async with opened(database_dsn, statement_seconds=0.3) as database:
            began = time.monotonic()
            with pytest.raises(Unavailable) as raised:
                async with database.reading() as connection:
                    await connection.execute("SELECT pg_sleep(30)")
            assert time.monotonic() - began < 10
            assert not raised.value.in_doubt
            assert await notes(database) == set()

    run(scenario())


def test_a_block_that_takes_too_long_as_a_whole_is_given_up_and_writes_nothing(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        async with opened(database_dsn, whole_seconds=0.5) as database:

            async def dawdle() -> None:
                async with database.writing() as connection:
                    await connection.execute("INSERT INTO note VALUES ('slow')")
                    await asyncio.sleep(30)

            with pytest.raises(Unavailable) as raised:
                await dawdle()
            assert not raised.value.in_doubt
            assert await notes(database) == set()

    run(scenario())


def test_nobody_waits_long_for_a_free_connection(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        async with opened(database_dsn, most=1, wait_seconds=0.3) as database, database.reading():
            with pytest.raises(Unavailable):
                await notes(database)

    run(scenario())


def test_a_deadlock_is_undone_and_may_be_repeated(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        async with opened(database_dsn) as database:
            await write(database, "a")
            await write(database, "b")

            async def lock(first: str, second: str) -> None:
                async with database.writing() as connection:
                    await connection.execute("SELECT * FROM note WHERE text = $1 FOR UPDATE", first)
                    await asyncio.sleep(0.2)
                    await connection.execute("SELECT * FROM note WHERE text = $1 FOR UPDATE", second)

            done = await asyncio.gather(lock("a", "b"), lock("b", "a"), return_exceptions=True)
            failed = [error for error in done if error is not None]
            assert [type(error) for error in failed] == [Unavailable]
            assert not failed[0].in_doubt  # type: ignore[union-attr]

    run(scenario())


def test_no_database_at_all_is_unavailable_at_once(run: Run) -> None:
    async def scenario() -> None:
        database = Database("postgresql://postgres@127.0.0.1:1/none")
        with pytest.raises(Unavailable):
            await notes(database)
        with pytest.raises(Unavailable):
            await database.answers()
        await database.close()

    run(scenario())


def test_statements_can_be_counted(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        async with opened(database_dsn) as database:
            await notes(database)
            with database.counting() as statements:
                await notes(database)
                await notes(database)
            await notes(database)
            assert statements == ["SELECT text FROM note"] * 2

    run(scenario())


@pytest.fixture
def own_postgres(tmp_path_factory: pytest.TempPathFactory, engines_folder: Path) -> Iterator[Postgres]:
    """One that may be hurt."""
    engine = Postgres(engines_folder / f"hurt{time.monotonic_ns() % 1000}")
    engine.start()
    yield engine
    engine.stop()


def test_a_killed_postgresql_is_unavailable_and_found_again_by_itself(run: Run, own_postgres: Postgres) -> None:
    async def scenario() -> None:
        async with opened(own_postgres.dsn(), wait_seconds=1) as database:
            await write(database, "before")
            own_postgres.kill()
            with pytest.raises(Unavailable):
                await notes(database)
            with pytest.raises(Unavailable) as raised:
                await write(database, "into the void")
            assert not raised.value.in_doubt
            await asyncio.to_thread(own_postgres.start)
            assert await notes(database) == {"before"}
            await write(database, "after")
            assert await notes(database) == {"before", "after"}

    run(scenario())


def test_a_frozen_postgresql_is_unavailable_in_bounded_time(run: Run, own_postgres: Postgres) -> None:
    limits = {"statement_seconds": 0.5, "wait_seconds": 0.5, "whole_seconds": 1.0}

    async def scenario() -> None:
        async with opened(own_postgres.dsn(), **limits) as database:
            assert await notes(database) == set()
            async with database.reading() as connection:
                backend = await connection.fetchval("SELECT pg_backend_pid()")
            os.kill(backend, signal.SIGSTOP)
            try:
                began = time.monotonic()
                with pytest.raises(Unavailable):
                    await notes(database)
                assert time.monotonic() - began < 10
                assert await notes(database) == set()  # on another connection
            finally:
                os.kill(backend, signal.SIGCONT)

    run(scenario())


class Cut:
    """Stands between the shop and PostgreSQL, and cuts the line after a word has gone through, or before it."""

    def __init__(self, dsn: str, word: bytes, *, deliver: bool) -> None:
        self._dsn, self._word, self._deliver = dsn, word, deliver
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"postgresql://postgres@127.0.0.1:{port}/{urlsplit(self._dsn).path.lstrip('/')}?sslmode=disable"

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        host, port = _address(self._dsn)
        opening = (
            asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            if host.startswith("/")
            else asyncio.open_connection(host, port)
        )
        server, ask = await opening

        async def back() -> None:
            while data := await server.read(65536):
                answer.write(data)

        task = asyncio.create_task(back())
        while data := await client.read(65536):
            if self._word in data:
                task.cancel()
                if self._deliver:
                    ask.write(data)
                    await asyncio.sleep(0.3)
                break
            ask.write(data)
        answer.transport.abort()
        ask.close()


def _address(dsn: str) -> tuple[str, int]:
    parts = urlsplit(dsn)
    query = parse_qs(parts.query)
    host = query.get("host", [parts.hostname or "127.0.0.1"])[0]
    return host, int(query.get("port", [parts.port or 5432])[0])


@pytest.mark.parametrize(
    ("word", "deliver", "in_doubt", "there"),
    [
        (b"INSERT", True, False, False),
        (b"COMMIT", False, True, False),
        (b"COMMIT", True, True, True),
    ],
    ids=["cut before the commit", "commit lost on its way", "answer to the commit lost"],
)
def test_only_a_commit_without_an_answer_is_in_doubt(
    run: Run, database_dsn: str, word: bytes, deliver: bool, in_doubt: bool, there: bool
) -> None:
    async def scenario() -> None:
        async with opened(database_dsn) as direct:
            await notes(direct)
            async with Cut(database_dsn, word, deliver=deliver) as through:
                database = Database(through)
                with pytest.raises(Unavailable) as raised:
                    await write(database, "perhaps")
                await database.close()
            assert raised.value.in_doubt is in_doubt
            assert (await notes(direct) == {"perhaps"}) is there

    run(scenario())
