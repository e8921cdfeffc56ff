"""Making a standby of a running primary: a fresh copy, or what an old primary has of its own undone."""

import shutil
import subprocess
import sys

from myclothes.engines.errors import EngineError
from myclothes.engines.postgres import program
from myclothes.engines.postgres_node import ADMIN, UNFINISHED, PostgresNode


def clone(node: PostgresNode, source: PostgresNode, *, seconds: float = 300) -> None:
    """Replace all that `node` has by a copy of `source`. `node` must be stopped. Raises `EngineError`."""
    node.folder.claim()
    fresh = node.data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    node.user.own(node.folder.path)
    node.user.own(fresh)
    _run(
        node,
        "pg_basebackup",
        "-D",
        str(fresh),
        "-d",
        _conninfo(source),
        "-c",
        "fast",
        "-X",
        "stream",
        *_to_disk(node),
        seconds=seconds,
    )
    shutil.rmtree(node.data, ignore_errors=True)
    fresh.rename(node.data)
    (node.folder.path / UNFINISHED).unlink(missing_ok=True)


def rewind(node: PostgresNode, source: PostgresNode, *, seconds: float = 120) -> None:
    """Undo what `node` has written since it and `source` went apart. `node` must be stopped.

    Raises `EngineError`; then, and if we are killed meanwhile, only `clone` helps.
    """
    node.folder.claim()
    marker = node.folder.path / UNFINISHED
    if marker.exists():
        raise EngineError(f"{node.what} is half rewound.", "Clone it.")
    (node.data / "standby.signal").unlink(missing_ok=True)  # else it does not recover from a crash by itself
    marker.touch()
    _run(
        *(node, "pg_rewind", "-D", str(node.data), f"--source-server={_conninfo(source)}"),
        # It ends the crash of an old primary first; without our settings that would throw away log it needs then.
        f"--config-file={node.write_config()}",
        *_to_disk(node),
        seconds=seconds,
    )
    marker.unlink()


def _to_disk(node: PostgresNode) -> tuple[str, ...]:
    """All at once rather than file by file, where the system can do that."""
    if node.settings.get("fsync") == "off":
        return ("--no-sync",)
    return ("--sync-method=syncfs",) if sys.platform == "linux" else ()


def last_checkpoint(node: PostgresNode) -> int:
    """Where the log of a stopped server has its last checkpoint, in bytes."""
    said = _run(node, "pg_controldata", "-D", str(node.data), seconds=20)
    [line] = [line for line in said.splitlines() if line.startswith("Latest checkpoint location:")]
    high, low = line.split(":")[1].strip().split("/")
    return (int(high, 16) << 32) + int(low, 16)


def _conninfo(source: PostgresNode) -> str:
    return (
        f"host={source.place.address} port={source.port} user={ADMIN} dbname=postgres connect_timeout=3"
        " options='-c wal_sender_timeout=60s'"  # a disk that is busy with the copy may keep us longer than a standby
    )


def _run(node: PostgresNode, name: str, *words: str, seconds: float) -> str:
    """One of PostgreSQL's programs as the user and in the network of `node`. What it printed."""
    command = [*node.place.within, *node.user.wrap, program(name), *words]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            cwd="/",
            env=node.environment(),
            **node.user.switch(),
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"{name} for {node.what} took more than {seconds:.0f} s.", "It was ended.") from error
    if done.returncode:
        raise EngineError(f"{name} for {node.what} failed.", done.stderr.strip())
    return done.stdout
