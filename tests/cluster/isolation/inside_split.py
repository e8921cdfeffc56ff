"""Two real databases in an enclosure: a primary in zone a, whose commits wait for its standby in zone b."""

import asyncio
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg

from myclothes.cluster.namespaces import Network
from myclothes.cluster.plan import Plan
from myclothes.engines.postgres_copy import clone
from myclothes.engines.postgres_node import PostgresNode
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable
from tests.cluster.isolation.serving import serve

FOLDER = Path(tempfile.mkdtemp(prefix="mc-split-"))
subprocess.run(["mount", "-t", "tmpfs", "tmpfs", FOLDER], check=True)  # seen in here only, and quick
QUICK = {"fsync": "off", "shared_buffers": "32MB"}
plan = Plan.of(FOLDER, base_port=8100, web=2, replicas=0, isolated=True)
network = Network.build(plan)
plan = plan.placed(network.place)


def database(name: str) -> PostgresNode:
    node = plan[name]
    return PostgresNode(plan.home(node), name=name, port=node.port, secret="s", place=node.place, settings=QUICK)


primary, standby = database("db-a"), database("db-b")


def start() -> None:
    primary.leads = True
    primary.start()
    primary.sql("CREATE TABLE line (id int)")
    upstream = f"host={primary.place.address} user=postgres password={primary.password()}"
    primary.sql(f"ALTER SYSTEM SET primary_conninfo = '{upstream}'")
    clone(standby, primary)
    standby.start()
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (\"db-b\")'")
    primary.sql("SELECT pg_reload_conf()")


def write(source: str, seconds: float, *, synchronous_commit: str = "on") -> str:
    """What a client at node `source` hears of a commit at the primary: "nobody" if there is nobody to talk to."""

    async def commit() -> str:
        try:
            connection = await asyncpg.connect(primary.network_dsn(), timeout=seconds, command_timeout=seconds)
        except TimeoutError:
            return "nobody"
        try:
            await connection.execute(f"SET synchronous_commit = {synchronous_commit}")
            await connection.execute("INSERT INTO line VALUES (1)")
        except TimeoutError:
            return "nothing"
        finally:
            connection.terminate()
        return "acknowledged"

    return network.namespace(plan[source]).do(lambda: asyncio.run(commit()))


def write_carelessly(source: str, seconds: float) -> str:
    return write(source, seconds, synchronous_commit="local")


def cut_short(source: str) -> list[float]:
    """A client of the shop at node `source` begins to write a line that others want as well; then its zone is cut. How
    long it waits for its next answer, and how long the others wait for the line.
    """

    async def client() -> float:
        database = Database(primary.network_dsn(), statement_seconds=8, whole_seconds=9)
        try:
            async with database.writing() as connection:
                await connection.execute("UPDATE line SET id = 2")
                network.cut(plan[source].zone)
                began = time.monotonic()
                await connection.execute("SELECT 1")
        except Unavailable:
            return time.monotonic() - began
        finally:
            await database.close()
        return 0

    waited = network.namespace(plan[source]).do(lambda: asyncio.run(client()))
    began = time.monotonic()
    primary.sql("SET synchronous_commit = local; UPDATE line SET id = 3")
    return [waited, waited + time.monotonic() - began]


def lines_after(name: str, expected: int, seconds: float) -> int:
    """How many there are, at once or as soon as they are as expected. Seen through a socket, which no cut reaches."""
    deadline = time.monotonic() + seconds
    node = {"db-a": primary, "db-b": standby}[name]
    while (count := int(node.sql("SELECT count(*) FROM line"))) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    return count


def cut(zone: str) -> None:
    network.cut(zone)


def heal(zone: str) -> None:
    network.heal(zone)


def stop() -> None:
    for node in (primary, standby):
        node.kill()
    subprocess.run(["umount", "--lazy", FOLDER], check=True)
    FOLDER.rmdir()


if __name__ == "__main__":
    serve(globals())
