"""A folder belongs to one process at a time, and its sockets to nobody else."""

from pathlib import Path

import pytest

from myclothes.engines.errors import EngineError
from myclothes.engines.folder import Folder, socket_folder
from tests.engines.elsewhere import start


def test_the_lock_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    holder = start(
        f"""
        import time
        from pathlib import Path
        from myclothes.engines.folder import Folder
        folder = Folder(Path("{tmp_path}"), "A shop")
        folder.claim()
        print("claimed", flush=True)
        time.sleep(60)
        """
    )
    folder = Folder(tmp_path, "A shop")
    with pytest.raises(EngineError, match=f"A shop in {tmp_path} is already in use, by process {holder.pid}"):
        folder.claim()
    holder.kill()
    holder.communicate(timeout=60)
    folder.claim()
    folder.release()


def test_sockets_stay_in_a_folder_with_a_short_path(tmp_path: Path) -> None:
    assert socket_folder(Path("/tmp/shop"), "valkey.sock") == Path("/tmp/shop")


def test_a_short_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100)
    short = socket_folder(long, "valkey.sock")
    assert socket_folder(long, "valkey.sock") == short, "the next start finds the same one"
    short.chmod(0o777)
    try:
        with pytest.raises(EngineError, match="is not private"):
            socket_folder(long, "valkey.sock")
    finally:
        short.rmdir()
