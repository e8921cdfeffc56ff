"""One command opens the whole shop; closing it, or killing it, loses nothing; and it says why it cannot open."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from myclothes.engines.address import free_port
from tests.engines.elsewhere import NOBODY, ROOT, folder_of_nobody, gone
from tests.plain import PLAIN
from tests.window import Window

JSON = {"Accept": "application/json"}


class Open:
    """A `myclothes run` in the background, as somebody without a terminal would start it."""

    def __init__(self, data: Path, *arguments: str, nobody: bool = False) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        switch = {"user": NOBODY, "group": NOBODY, "extra_groups": ()} if nobody and ROOT else {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "myclothes", "run", "--data", data, "--port", str(self.port), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.environ["PATH"]},
            **switch,
        )

    def wait(self) -> "Open":
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        if "open at" not in first:
            raise AssertionError(f"{first}{self.process.stderr.read() if self.process.stderr else ''}{logs(self.data)}")
        assert first == f"The shop is open at {self.url}\n"
        return self

    def close(self, number: signal.Signals = signal.SIGINT) -> str:
        """What it said besides, on standard error."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=60)
        return said

    def pids(self) -> dict[str, int]:
        return {path.parent.name: int(path.read_text()) for path in self.data.glob("*/pid")}


def logs(data: Path) -> str:
    return "\n".join(f"--- {log}\n{log.read_text()[-2000:]}" for log in data.glob("*/*.log"))


Opens = Callable[..., Open]


@pytest.fixture
def opened() -> Iterator[Opens]:
    shops: list[Open] = []

    def open_shop(data: Path, *arguments: str, nobody: bool = False) -> Open:
        shops.append(Open(data, *arguments, nobody=nobody))
        return shops[-1]

    yield open_shop
    for shop in shops:
        if shop.process.poll() is None:
            shop.close(signal.SIGTERM)
        for pipe in (shop.process.stdout, shop.process.stderr):
            if pipe:
                pipe.close()


@pytest.fixture(scope="module")
def data(engines_folder: Path) -> Path:
    """One shop for this file: making a new one is what takes the time."""
    return engines_folder / "run"


def a_sku(shop: Open) -> str:
    product = httpx.get(f"{shop.url}/search", headers=JSON, verify=PLAIN).json()["products"][0]["slug"]
    variants = httpx.get(f"{shop.url}/p/{product}", headers=JSON, verify=PLAIN).json()["variants"]
    return str(next(variant["sku"] for variant in variants if variant["available"]))


def test_the_next_start_finds_everything_again_after_closing_and_after_a_kill(data: Path, opened: Opens) -> None:
    shop = opened(data).wait()
    shopper = httpx.Client(headers=JSON, verify=PLAIN)
    assert shopper.post(f"{shop.url}/cart/lines", data={"sku": a_sku(shop), "quantity": "2"}).status_code == 200
    pids = shop.pids()
    assert set(pids) == {"postgres", "durable", "cache", "web", "relay"}
    assert shop.close() == ""
    assert shop.process.returncode == 0
    assert all(gone(pid) for pid in pids.values())

    shop = opened(data).wait()
    assert shopper.get(f"{shop.url}/cart").json()["count"] == 2
    shop.close(signal.SIGKILL)

    shop = opened(data).wait()
    assert shopper.get(f"{shop.url}/cart").json()["count"] == 2
    shop.close(signal.SIGTERM)
    assert shop.process.returncode == 0
    shopper.close()


def test_a_part_that_dies_is_started_again(data: Path, opened: Opens) -> None:
    shop = opened(data).wait()
    before = shop.pids()
    for victim in ("durable", "web"):
        os.kill(before[victim], signal.SIGKILL)
        deadline = time.monotonic() + 30
        while shop.pids()[victim] == before[victim] or not ready(shop):
            assert time.monotonic() < deadline, f"{victim} stays dead"
            time.sleep(0.1)
    said = shop.close()
    assert "Valkey ended unexpectedly. Starting it again." in said
    assert "The web instance ended unexpectedly. Starting it again." in said


def ready(shop: Open) -> bool:
    try:
        return httpx.get(f"{shop.url}/health/ready", timeout=3, verify=PLAIN).status_code == 200
    except httpx.TransportError:
        return False


def test_a_second_run_of_the_same_shop_is_refused(data: Path, opened: Opens) -> None:
    shop = opened(data).wait()
    second = opened(data)
    _, said = second.process.communicate(timeout=30)
    assert second.process.returncode == 1
    assert f"A shop in {data} is already in use, by process {shop.process.pid}" in said
    assert ready(shop)


def test_a_taken_port_is_named(data: Path, opened: Opens) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        shop = opened(data, "--port", str(other.getsockname()[1]))
        _, said = shop.process.communicate(timeout=30)
    assert shop.process.returncode == 1
    assert "another program does" in said


def test_data_of_another_version_are_named(data: Path, opened: Opens) -> None:
    version = data / "postgres" / "data" / "PG_VERSION"
    version.write_text("17\n")
    shop = opened(data)
    _, said = shop.process.communicate(timeout=30)
    version.write_text("18\n")
    assert shop.process.returncode == 1
    assert "belongs to PostgreSQL 17" in said


def test_carts_in_memory_come_with_one_worker_and_a_warning(data: Path, opened: Opens) -> None:
    shop = opened(data, "--carts", "memory").wait()
    assert "in the memory of one worker" in shop.close()


def test_carts_in_dynamodb_come_with_a_stand_in_and_a_warning(data: Path, opened: Opens) -> None:
    shop = opened(data, "--carts", "dynamodb").wait()
    assert "dynamodb" in shop.pids()
    assert "stand-in for development" in shop.close()


def test_other_commands_work_on_the_open_shop_through_its_folder(data: Path, opened: Opens) -> None:
    shop = opened(data).wait()
    had = httpx.get(f"{shop.url}/search", headers=JSON, verify=PLAIN).json()["total"]
    command = [sys.executable, "-m", "myclothes", "seed", "--products", str(had + 5), "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines()[-1] == "5 products added", done.stderr
    assert httpx.get(f"{shop.url}/search", headers=JSON, verify=PLAIN).json()["total"] == had + 5
    photo = data / "photo.png"
    Image.new("RGB", (40, 50), "red").save(photo)
    product = httpx.get(f"{shop.url}/search", headers=JSON, verify=PLAIN).json()["products"][0]["slug"]
    colour = httpx.get(f"{shop.url}/p/{product}", headers=JSON, verify=PLAIN).json()["variants"][0]["colour"]
    command = [sys.executable, "-m", "myclothes", "photo", "add", product, colour, str(photo), "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "/pictures/photo/" in httpx.get(f"{shop.url}/p/{product}", verify=PLAIN).text
    photo.write_text("no photo")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "This is not a JPEG, PNG or WebP photo that can be read.\n")


def test_the_secret_is_made_once_and_readable_by_its_owner_only(data: Path) -> None:
    assert stat.S_IMODE((data / "secret").stat().st_mode) == 0o600
    assert len((data / "secret").read_text()) == 64


def test_a_terminal_sees_the_steps_and_then_the_address_and_in_the_end_that_all_is_closed(data: Path) -> None:
    port = free_port()
    window = Window("run", "--data", data, "--port", str(port))
    window.wait_for("Ctrl-C closes the shop")
    assert f"http://127.0.0.1:{port}" in window.screen
    assert window.screen.count("✓") == 4
    window.process.send_signal(signal.SIGINT)
    window.wait_for("The shop is closed")
    assert window.process.wait(60) == 0
    window.close()
    told = [window.screen.index(words) for words in ("PostgreSQL and Valkey", "Database", "The shop is open at")]
    assert told == sorted(told)


def test_a_terminal_that_goes_away_takes_the_shop_with_it(data: Path) -> None:
    window = Window("run", "--data", data, "--port", str(free_port()))
    window.wait_for("Ctrl-C closes the shop")
    pids = [int(path.read_text()) for path in data.glob("*/pid")]
    assert len(pids) >= 3
    window.close()
    window.process.send_signal(signal.SIGHUP)
    assert window.process.wait(60) == 0  # in order, not ended with it
    assert all(gone(pid) for pid in pids)


def test_an_ordinary_user_opens_an_empty_shop(opened: Opens) -> None:
    with folder_of_nobody() as folder:
        shop = opened(folder / "shop", "--no-demo", nobody=True).wait()
        assert httpx.get(f"{shop.url}/search", headers=JSON, verify=PLAIN).json()["total"] == 0
        assert shop.close() == ""


def test_a_folder_that_cannot_be_written_is_named(opened: Opens) -> None:
    with folder_of_nobody() as folder:
        folder.chmod(0o500)
        shop = opened(folder / "shop", nobody=True)
        _, said = shop.process.communicate(timeout=30)
        assert shop.process.returncode == 1
        assert f"A shop cannot write to {folder}/shop: Permission denied" in said
