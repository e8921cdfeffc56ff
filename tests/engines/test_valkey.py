"""The durable Valkey keeps what it acknowledged, the cache may forget, and both say plainly why they cannot start."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.engines.address import free_port
from myclothes.engines.errors import EngineError
from myclothes.engines.valkey import CACHE, DURABLE, Valkey
from tests.engines.elsewhere import gone, on_small_disk, start


@pytest.fixture
def durable(engines_folder: Path, prefix: str) -> Iterator[Valkey]:
    engine = Valkey(engines_folder / f"valkey-{prefix.strip(':')}", DURABLE)
    yield engine
    engine.stop()


def ask(engine: Valkey, command: str, seconds: float = 5) -> str:
    """The first kilobyte of the raw answer to one inline command."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(seconds)
        connection.connect(str(engine.socket))
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(1024).decode()


def test_the_durable_one_keeps_what_it_acknowledged_through_a_kill(durable: Valkey) -> None:
    durable.start()
    assert ask(durable, "SET cart full") == "+OK\r\n"
    durable.kill()
    durable.start()
    assert ask(durable, "GET cart") == "$4\r\nfull\r\n"


def test_the_durable_one_waits_for_the_disk_and_never_evicts(durable: Valkey) -> None:
    durable.start()
    assert "always" in ask(durable, "CONFIG GET appendfsync")
    assert "noeviction" in ask(durable, "CONFIG GET maxmemory-policy")


def test_a_file_that_was_cut_off_by_a_power_loss_is_read_up_to_there(durable: Valkey) -> None:
    durable.start()
    ask(durable, "SET cart full")
    durable.kill()
    log = next((durable.folder.path / "appendonlydir").glob("*.incr.aof"))
    log.write_bytes(log.read_bytes() + b"*3\r\n$3\r\nSET\r\n$4\r\nca")
    durable.start()
    assert ask(durable, "GET cart") == "$4\r\nfull\r\n"


def test_the_cache_forgets_at_a_restart_and_is_bounded(engines_folder: Path) -> None:
    cache = Valkey(engines_folder / "forgetful", CACHE)
    cache.start()
    ask(cache, "SET page html")
    assert str(256 * 1024 * 1024) in ask(cache, "CONFIG GET maxmemory")
    cache.stop()
    cache.start()
    assert ask(cache, "GET page") == "$-1\r\n"
    cache.stop()


def test_an_orphan_is_ended_at_the_next_start(durable: Valkey) -> None:
    parent = start(
        f"""
        import time
        from pathlib import Path
        from myclothes.engines import process
        from myclothes.engines.valkey import DURABLE, Valkey
        process._can_die_with_parent = lambda: False
        Valkey(Path("{durable.folder.path}"), DURABLE).start()
        print("ready", flush=True)
        time.sleep(60)
        """
    )
    ask(durable, "SET cart full")
    orphan = int((durable.folder.path / "pid").read_text())
    parent.kill()
    parent.communicate(timeout=60)
    assert not gone(orphan), "this test needs an orphan"
    durable.start()
    assert gone(orphan)
    assert ask(durable, "GET cart") == "$4\r\nfull\r\n"


def test_a_stale_pid_that_now_belongs_to_somebody_else_is_left_alone(durable: Valkey) -> None:
    durable.folder.path.mkdir()
    with subprocess.Popen(["sleep", "60"]) as other:
        (durable.folder.path / "pid").write_text(str(other.pid))
        durable.start()
        assert other.poll() is None
        other.kill()


def test_one_folder_serves_one_process(durable: Valkey) -> None:
    durable.start()
    with pytest.raises(EngineError, match="already in use"):
        Valkey(durable.folder.path, DURABLE).start()


def test_it_listens_on_a_port_if_one_is_given(engines_folder: Path) -> None:
    engine = Valkey(engines_folder / "with-port", CACHE, port=free_port())
    engine.start()
    with socket.create_connection(("127.0.0.1", engine.port or 0), 5) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(64) == b"+PONG\r\n"
    assert engine.url == f"valkey://127.0.0.1:{engine.port}/0"
    engine.stop()


def test_a_taken_port_is_named(engines_folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(EngineError, match=f"cannot listen on 127.0.0.1:{port}: another program does"):
            Valkey(engines_folder / "port-taken", CACHE, port=port).start()


def test_data_of_a_newer_version_are_refused(durable: Valkey) -> None:
    durable.start()
    durable.stop()
    base = next((durable.folder.path / "appendonlydir").glob("*.base.rdb"))
    magic = base.read_bytes()
    base.write_bytes(magic[:6] + b"999" + magic[9:])
    with pytest.raises(EngineError, match="newer version of Valkey"):
        durable.start()


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    said = on_small_disk(
        tmp_path,
        64,
        f"""
        from pathlib import Path
        from myclothes.engines.errors import EngineError
        from myclothes.engines.valkey import DURABLE, Valkey
        with open("{tmp_path}/filler", "wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096) == 4096: pass
            except OSError:
                pass
        try:
            Valkey(Path("{tmp_path}/shop"), DURABLE).start()
        except EngineError as error:
            print(error)
        """,
    )
    assert f"Valkey has no room left on the disk that holds {tmp_path}/shop" in said


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "shop").touch()
    with pytest.raises(EngineError, match="Valkey cannot write to"):
        Valkey(tmp_path / "shop", CACHE).start()


def test_a_frozen_engine_is_alive_but_answers_nothing_until_it_thaws(durable: Valkey) -> None:
    durable.start()
    durable.freeze()
    assert durable.alive
    with pytest.raises(TimeoutError):
        ask(durable, "PING", seconds=0.2)
    durable.thaw()
    assert ask(durable, "PING") == "+PONG\r\n"


def test_with_a_password_it_answers_nobody_who_does_not_know_it_and_keeps_it_from_the_process_list(
    engines_folder: Path,
) -> None:
    guarded = Valkey(engines_folder / "guarded", CACHE, password="open-sesame")
    guarded.start()
    try:
        assert ask(guarded, "PING").startswith("-NOAUTH")
        assert "open-sesame" not in Path(f"/proc/{guarded.pid}/cmdline").read_text()
        assert (guarded.folder.path / "password.conf").stat().st_mode & 0o077 == 0
    finally:
        guarded.stop()
