"""An instance replaces workers that die, drains before it ends, finishes what it began, and leaves nothing behind."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from myclothes.engines.address import free_port
from myclothes.serve import ask_again
from tests.engines.elsewhere import gone

REPOSITORY = Path(__file__).parent.parent


def read(port: int, path: str) -> str:
    """On a connection of its own, so that each worker gets its turn."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


@dataclass
class Tiny:
    process: "subprocess.Popen[str]"
    folder: Path
    port: int
    metrics_port: int

    def get(self, path: str = "/") -> str:
        return read(self.port, path)

    def answers(self) -> bool:
        return bool(self.get())

    def metrics(self) -> str:
        return read(self.metrics_port, "/metrics")

    def workers(self) -> set[int]:
        """Those that were seen to answer."""
        return {int(self.get()) for _ in range(20)}

    @property
    def draining(self) -> bool:
        return (self.folder / "draining").exists()


Start = Callable[..., Tiny]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start_tiny(
        *, drain_seconds: float = 0, app: str = "build", folder: Path = tmp_path, port: int = 0, first: str = ""
    ) -> Tiny:
        tiny_port, metrics_port = port or free_port(), free_port()
        code = f"""if True:
            {first}
            from tests.tiny import serve_tiny
            serve_tiny({str(folder)!r}, {tiny_port}, {metrics_port}, {drain_seconds}, {app!r})"""
        process = subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return Tiny(process, folder, tiny_port, metrics_port)

    yield start_tiny
    for process in started:
        process.kill()
        process.communicate(timeout=60)


def soon(true: Callable[[], bool], seconds: float = 30) -> None:
    """A connection that was waiting for a worker when it was killed may be reset: balancers ask again, and so do we."""
    deadline = time.monotonic() + seconds

    def now() -> bool:
        try:
            return true()
        except (OSError, HTTPException):
            return False

    while not now():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def test_a_killed_worker_is_replaced_and_goes_on_counting(start: Start) -> None:
    tiny = start()
    soon(tiny.answers)
    victim = int(tiny.get())
    os.kill(victim, signal.SIGKILL)
    soon(lambda: len(tiny.workers() - {victim}) == 2)
    assert victim not in tiny.workers()
    metrics_files = list((tiny.folder / "metrics").iterdir())
    assert len(metrics_files) == 2, "a new worker takes over the file of the one it replaces"
    before = total(tiny.metrics())
    tiny.get()
    assert total(tiny.metrics()) == before + 1


def total(metrics: str) -> float:
    return next(float(line.split()[1]) for line in metrics.splitlines() if line.startswith("tiny_answers_total"))


def test_workers_may_die_now_and_then_but_not_all_the_time(start: Start) -> None:
    tiny = start()
    for _ in range(3):
        soon(tiny.answers)
        soon(lambda: killed(int(tiny.get())))
    soon(tiny.answers)
    assert tiny.process.poll() is None


def killed(worker: int) -> bool:
    os.kill(worker, signal.SIGKILL)
    return True


def test_an_application_that_cannot_start_ends_the_instance_with_an_error(start: Start) -> None:
    tiny = start(app="broken")
    _, said = tiny.process.communicate(timeout=120)
    assert tiny.process.returncode == 1
    assert "this application never starts" in said


def test_asked_to_stop_it_drains_answers_meanwhile_and_finishes_what_it_began(start: Start) -> None:
    tiny = start(drain_seconds=1)
    soon(tiny.answers)
    assert not tiny.draining
    tiny.process.terminate()
    soon(lambda: tiny.draining)
    assert tiny.answers(), "a balancer that has not noticed yet still gets answers"
    with ThreadPoolExecutor(1) as background:
        slow = background.submit(tiny.get, "/slow")
        assert int(slow.result(10)) > 0, "a request in flight is finished, though it takes longer than the draining"
    assert tiny.process.wait(20) == 0
    assert not tiny.draining, "the next start is not held back"


def test_ctrl_c_stops_without_draining(start: Start) -> None:
    tiny = start(drain_seconds=60)
    soon(tiny.answers)
    tiny.process.send_signal(signal.SIGINT)
    assert tiny.process.wait(20) == 0


def test_a_killed_supervisor_leaves_no_worker_on_the_port(start: Start) -> None:
    tiny = start()
    soon(tiny.answers)
    soon(lambda: len(tiny.workers()) == 2)
    workers = tiny.workers()
    tiny.process.kill()
    soon(lambda: all(gone(worker) for worker in workers))
    again = start(port=tiny.port)
    soon(again.answers)


def test_a_taken_port_is_named(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        tiny = start(port=other.getsockname()[1])
        _, said = tiny.process.communicate(timeout=30)
    assert f"cannot listen on 127.0.0.1:{tiny.port}" in said


def test_two_instances_do_not_share_a_runtime_folder(start: Start) -> None:
    tiny = start()
    soon(tiny.answers)
    _, said = start().process.communicate(timeout=30)
    assert f"already in use, by process {tiny.process.pid}" in said


def test_it_ends_however_many_signals_come_at_once(start: Start) -> None:
    tiny = start()
    soon(tiny.answers)
    for _ in range(300):
        tiny.process.send_signal(signal.SIGINT)
        tiny.process.send_signal(signal.SIGTERM)
    assert tiny.process.wait(60) == 0


def test_a_signal_is_obeyed_while_the_main_thread_sleeps_on(start: Start) -> None:
    """As when it comes in the moment in which that falls asleep: Python has marked it, and nobody looks."""
    tiny = start(first="from tests.tiny import sleep_through_signals; sleep_through_signals()")
    soon(lambda: len(tiny.workers()) == 2)
    tiny.process.send_signal(signal.SIGTERM)
    assert tiny.process.wait(60) == 0


def test_a_worker_that_misses_the_first_signal_is_asked_again() -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    worker = context.Process(target=hear_the_second, args=(ready,))
    worker.start()
    assert ready.wait(60)
    worker.terminate()
    ask_again([worker])
    assert worker.exitcode == 0


def hear_the_second(ready: Any) -> None:
    heard: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    ready.set()
    while len(heard) < 2:
        time.sleep(0.01)
