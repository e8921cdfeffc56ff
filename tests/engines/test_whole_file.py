"""What is read while it is written is the file as it was, or as it will be."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from myclothes.engines.whole_file import write_whole

TEXTS = {"1234", "98765"}


def seen_meanwhile(path: Path, write: Callable[[Path, str], object]) -> set[str]:
    """All that a reader finds while the file is written again and again."""
    write(path, "1234")
    done = threading.Event()

    def writing() -> None:
        for _ in range(300):
            for text in TEXTS:
                write(path, text)
        done.set()

    writer = threading.Thread(target=writing)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(path.read_text())
    writer.join()
    return seen


def test_a_reader_never_finds_half_a_file(tmp_path: Path) -> None:
    """As happened: whoever asked for the process of a node that was just starting found an empty file."""
    assert seen_meanwhile(tmp_path / "pid", write_whole) <= TEXTS


def test_without_that_a_reader_finds_an_empty_one(tmp_path: Path) -> None:
    assert "" in seen_meanwhile(tmp_path / "pid", Path.write_text)


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_it_is_open_to_no_others_than_it_should_be(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "file"
    file.touch(0o666)
    write_whole(file, b"\0", mode=mode)
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert file.read_bytes() == b"\0"
    assert list(tmp_path.iterdir()) == [file]
