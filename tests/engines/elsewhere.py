"""Running a few lines of Python in another process: as another user, in a namespace, or to be killed."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534
ROOT = os.geteuid() == 0


def python(code: str, *, wrap: Sequence[str] = (), nobody: bool = False) -> "subprocess.CompletedProcess[str]":
    """What `code` printed. `nobody`: run it as an ordinary user even if we are root."""
    switch = {"user": NOBODY, "group": NOBODY, "extra_groups": ()} if nobody and ROOT else {}
    return subprocess.run(
        [*wrap, sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        cwd="/",
        **switch,
    )


def start(code: str) -> "subprocess.Popen[str]":
    """The same, but running; it is done with the beginning when it prints a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True, cwd="/"
    )
    assert process.stdout is not None
    assert process.stdout.readline(), "it ended before it was ready"
    return process


@contextmanager
def folder_of_nobody() -> Iterator[Path]:
    """A folder that an ordinary user owns: ourselves, or `nobody` if we are root."""
    folder = Path(tempfile.mkdtemp(prefix="mc-nobody-", dir="/tmp"))
    if ROOT:
        os.chown(folder, NOBODY, NOBODY)
        if python("import myclothes.settings", nobody=True).returncode:
            pytest.skip("NOT TESTED as an ordinary user: `nobody` cannot read this Python environment")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def on_small_disk(folder: Path, kilobytes: int, code: str) -> str:
    """What `code` prints with a file system of that size mounted at `folder`, in a namespace of its own."""
    namespace = ["unshare", "--mount"] if ROOT else ["unshare", "--user", "--map-root-user", "--mount"]
    mount = f"mount -t tmpfs -o size={kilobytes}k tmpfs {folder}"
    if subprocess.run([*namespace, "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("NOT TESTED: a full disk, as this machine lets us mount no file system")
    done = python(code, wrap=[*namespace, "sh", "-c", f'{mount} && exec "$0" "$@"'])
    assert done.returncode == 0, done.stderr
    return done.stdout


def gone(pid: int) -> bool:
    """Whether no such process runs; a corpse nobody has collected yet counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
