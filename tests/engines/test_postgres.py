"""PostgreSQL starts from nothing, comes back from anything, and says plainly why it cannot."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import asyncpg
import pytest

from myclothes.engines.address import free_port
from myclothes.engines.errors import EngineError
from myclothes.engines.postgres import Postgres
from myclothes.engines.user import MAPPED, SWITCHED
from tests.conftest import FAST, Run
from tests.engines.elsewhere import NOBODY, ROOT, folder_of_nobody, gone, on_small_disk, python, start

SLEEPS_FOR_EVER = """
    import time
    from pathlib import Path
    from myclothes.engines import process
    from myclothes.engines.postgres import Postgres
    {before}
    engine = Postgres(Path("{folder}"))
    engine.start()
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def folder(engines_folder: Path) -> Path:
    return engines_folder / "hurt-postgres"


@pytest.fixture
def engine(folder: Path) -> Iterator[Postgres]:
    """With data of its own that lasts through this file, since making them is what takes the time."""
    engine = Postgres(folder, settings=FAST)
    yield engine
    engine.stop()


def test_it_finds_its_data_again_after_a_stop(engine: Postgres) -> None:
    engine.start()
    engine.sql("CREATE TABLE kept AS SELECT 1 AS one")
    engine.stop()
    assert not engine.alive
    engine.start()
    assert engine.sql("SELECT one FROM kept") == "1"


def test_it_finds_korean_by_trigrams(engine: Postgres) -> None:
    engine.start()
    engine.sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert engine.sql("SELECT similarity('린넨 셔츠', '린넨 셔스') > 0.3") == "t"
    assert engine.sql("SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['다','가','나']) x") == "가나다"


def test_it_starts_at_once_after_a_kill_with_clients_connected(engine: Postgres, run: Run[None]) -> None:
    engine.start()

    async def scenario() -> None:
        clients = [await asyncpg.connect(engine.dsn()) for _ in range(5)]
        engine.kill()
        engine.start()
        for client in clients:
            client.terminate()

    run(scenario())
    assert engine.sql("SELECT one FROM kept") == "1"


def test_its_pid_is_known_also_after_it_had_to_wait_for_the_last_of_its_own_children(engine: Postgres) -> None:
    last = outlived_by_a_child(engine)
    once_it_waits(engine, lambda: os.kill(last, signal.SIGKILL))
    engine.start()
    assert int((engine.folder.path / "pid").read_text()) == engine.pid
    assert gone(last), "it did not have to wait"


def test_a_disk_that_refuses_its_pid_during_that_wait_leaves_nothing_running(engine: Postgres) -> None:
    last, in_the_way = outlived_by_a_child(engine), engine.folder.path / "pid.new"

    def refuse() -> None:
        while not in_the_way.is_dir():
            with suppress(FileExistsError):
                in_the_way.mkdir()

    once_it_waits(engine, refuse)
    with pytest.raises(EngineError, match="cannot write to"):
        engine.start()
    assert not engine.alive
    in_the_way.rmdir()
    os.kill(last, signal.SIGKILL)
    engine.start()
    assert engine.sql("SELECT 1") == "1"


def outlived_by_a_child(engine: Postgres) -> int:
    """The pid of a process that holds the memory of a server which was killed."""
    engine.start()
    server = engine.pid
    assert server
    last = int(Path(f"/proc/{server}/task/{server}/children").read_text().split()[0])
    os.kill(last, signal.SIGSTOP)
    os.kill(server, signal.SIGKILL)
    while engine.alive:
        time.sleep(0.01)
    return last


def once_it_waits(engine: Postgres, act: Callable[[], None]) -> None:
    """Act as soon as its next start has found that somebody still holds that memory."""

    def times() -> int:
        return (engine.folder.path / "postgres.log").read_text().count("pre-existing shared memory block")

    before = times()

    def watch() -> None:
        while times() == before:
            time.sleep(0.01)
        act()

    Thread(target=watch, daemon=True).start()


def test_it_ends_when_the_process_that_started_it_is_killed(folder: Path) -> None:
    parent = start(SLEEPS_FOR_EVER.format(before="", folder=folder))
    pid = int((folder / "pid").read_text())
    parent.kill()
    parent.communicate(timeout=60)
    deadline = time.monotonic() + 20
    while not gone(pid):
        assert time.monotonic() < deadline, "PostgreSQL outlived its parent"
        time.sleep(0.02)


def test_an_orphan_is_ended_at_the_next_start(engine: Postgres, folder: Path) -> None:
    cannot = "process._can_die_with_parent = lambda: False"
    parent = start(SLEEPS_FOR_EVER.format(before=cannot, folder=folder))
    orphan = int((folder / "pid").read_text())
    parent.kill()
    parent.communicate(timeout=60)
    assert not gone(orphan), "this test needs an orphan"
    engine.start()
    assert gone(orphan)
    assert engine.sql("SELECT one FROM kept") == "1"


def test_a_stale_pid_that_now_belongs_to_somebody_else_is_left_alone(engine: Postgres, folder: Path) -> None:
    engine.start()
    engine.kill()
    with subprocess.Popen(["sleep", "60"]) as other:
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
        (folder / "data" / "postmaster.pid").write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        (folder / "pid").write_text(str(other.pid))
        engine.start()
        assert other.poll() is None
        other.kill()


def test_one_folder_serves_one_process(engine: Postgres, folder: Path) -> None:
    engine.start()
    with pytest.raises(EngineError, match=f"already in use, by process {os.getpid()}"):
        Postgres(folder).start()


def test_a_taken_port_is_named(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(EngineError, match=f"cannot listen on 127.0.0.1:{port}: another program does"):
            Postgres(folder, port=port).start()


def test_it_listens_on_a_port_if_one_is_given(folder: Path, run: Run[None]) -> None:
    engine = Postgres(folder, port=free_port(), settings=FAST)
    engine.start()

    async def scenario() -> None:
        client = await asyncpg.connect(host="127.0.0.1", port=engine.port, user="postgres")
        assert await client.fetchval("SELECT 1") == 1
        await client.close()

    run(scenario())
    engine.stop()


def test_data_of_another_version_are_refused(engine: Postgres, folder: Path) -> None:
    version = folder / "data" / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(EngineError, match="belongs to PostgreSQL 17, but this is PostgreSQL 18"):
            engine.start()
    finally:
        version.write_text("18\n")


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "diary.txt").touch()
    with pytest.raises(EngineError, match="holds no PostgreSQL data"):
        Postgres(tmp_path).start()
    assert (tmp_path / "data" / "diary.txt").exists()


def test_a_first_start_that_was_cut_short_is_begun_anew(folder: Path, engines_folder: Path) -> None:
    half = engines_folder / "half-postgres"
    (half / "data.new" / "base").mkdir(parents=True)
    engine = Postgres(half, settings=FAST)
    engine.start()
    engine.stop()
    assert (half / "data" / "PG_VERSION").exists()
    assert not (half / "data.new").exists()


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    said = on_small_disk(
        tmp_path,
        8_000,
        f"""
        from pathlib import Path
        from myclothes.engines.errors import EngineError
        from myclothes.engines.postgres import Postgres
        try:
            Postgres(Path("{tmp_path}/shop")).start()
        except EngineError as error:
            print(error)
        """,
    )
    assert f"PostgreSQL has no room left on the disk that holds {tmp_path}/shop" in said


def test_a_disk_that_fills_up_later_is_named_at_the_next_start(tmp_path: Path) -> None:
    said = on_small_disk(
        tmp_path,
        100_000,
        f"""
        import os
        from pathlib import Path
        from myclothes.engines.errors import EngineError
        from myclothes.engines.postgres import Postgres
        engine = Postgres(Path("{tmp_path}/shop"))
        engine.start()
        engine.stop()
        with open("{tmp_path}/filler", "wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 65536) == 65536: pass
            except OSError:
                pass
        try:
            engine.start()
        except EngineError as error:
            print(error)
        """,
    )
    assert "PostgreSQL has no room left on the disk" in said


def test_a_long_path_puts_the_socket_into_a_short_private_folder(folder: Path, engines_folder: Path) -> None:
    long = engines_folder / ("x" * 60) / ("y" * 40)
    long.mkdir(parents=True)
    shutil.copytree(folder / "data", long / "data")
    engine = Postgres(long, settings=FAST)
    try:
        engine.start()
        assert engine.sql("SELECT one FROM kept") == "1"
        assert len(str(engine.sockets)) < 60
        assert engine.sockets.stat().st_mode & 0o077 == 0
    finally:
        engine.stop()
        shutil.rmtree(engine.sockets)


ORDINARY = """
    from pathlib import Path
    from myclothes.engines.postgres import Postgres
    from myclothes.engines.valkey import DURABLE, Valkey
    engines = [Postgres(Path("{folder}/postgres")), Valkey(Path("{folder}/durable"), DURABLE)]
    for turn in range(2):
        for engine in engines:
            engine.start()
        engines[0].sql("CREATE TABLE IF NOT EXISTS turn ()")
        for engine in engines:
            engine.stop()
    print("twice")
"""


def test_an_ordinary_user_can_start_everything() -> None:
    with folder_of_nobody() as folder:
        done = python(ORDINARY.format(folder=folder), nobody=True)
        assert done.stdout == "twice\n", done.stderr


def test_a_folder_that_an_ordinary_user_may_not_write_is_named() -> None:
    with folder_of_nobody() as folder:
        folder.chmod(0o500)
        done = python(ORDINARY.format(folder=folder), nobody=True)
        assert f"PostgreSQL cannot write to {folder}/postgres: Permission denied" in done.stderr


@pytest.mark.skipif(not ROOT, reason="NOT TESTED: what root does where user namespaces are refused")
def test_where_user_namespaces_are_refused_root_becomes_nobody_and_can_change_back() -> None:
    with folder_of_nobody() as above:
        os.chown(above, 0, 0)
        above.chmod(0o711)
        folder = above / "postgres"
        for user, owner in ((SWITCHED, NOBODY), (MAPPED, 0), (SWITCHED, NOBODY)):
            engine = Postgres(folder, user=user)
            engine.start()
            assert (folder / "data" / "PG_VERSION").stat().st_uid == owner
            engine.sql("CREATE TABLE IF NOT EXISTS kept ()")
            engine.stop()


@pytest.mark.skipif(not ROOT, reason="NOT TESTED: what root does where user namespaces are refused")
def test_a_folder_that_nobody_cannot_reach_is_named() -> None:
    with folder_of_nobody() as above:
        os.chown(above, 0, 0)
        with pytest.raises(EngineError, match="the user `nobody` cannot reach"):
            Postgres(above / "postgres", user=SWITCHED).start()
