"""The coalescer against plain valkey-py: the same server, the same 64 tasks, in interleaved rounds of one run."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop
from valkey.asyncio import Valkey as Plain

from myclothes.engines.valkey import CACHE
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Script, Valkey

TASKS, ROUNDS, SECONDS = 64, 5, 0.6
ADD = Script("redis.call('HINCRBY', KEYS[1], ARGV[1], 1) redis.call('EXPIRE', KEYS[1], 60) return 1")

Operation = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Row:
    """Medians over the rounds. `cpu` is processor time of the client in microseconds an operation."""

    operation: str
    coalescer_rate: float
    plain_rate: float
    coalescer_cpu: float
    plain_cpu: float

    @property
    def ratio(self) -> float:
        return self.coalescer_rate / self.plain_rate


def measure() -> list[Row]:
    """Operations a second of one process with 64 tasks on uvloop. Starts a Valkey of its own; takes about 20 s."""
    with tempfile.TemporaryDirectory(prefix="mc-bench-") as folder:
        engine = Engine(Path(folder), CACHE)
        engine.start()
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(_measure(engine))
        finally:
            engine.stop()


async def _measure(engine: Engine) -> list[Row]:
    coalescer = Valkey(engine.url)
    plain = Plain.from_url(engine.url)
    script = plain.register_script(ADD.source)
    await coalescer.execute("SET", "page", "x" * 200)
    await coalescer.execute("HSET", "cart", *(word for n in range(10) for word in (f"TEE{n:02}-INK-M", f"{n}|4900")))
    operations: list[tuple[str, Operation, Operation]] = [
        ("GET of 200 bytes", lambda: coalescer.execute("GET", "page"), lambda: plain.get("page")),
        ("HGETALL of 10 fields", lambda: coalescer.execute("HGETALL", "cart"), lambda: plain.hgetall("cart")),
        ("script that changes a hash", lambda: coalescer.script(ADD, ["n"], ["a"]), lambda: script(["n"], ["a"])),
    ]
    rows = [await _compare(name, *both) for name, *both in operations]
    await coalescer.close()
    await plain.aclose()
    return rows


async def _compare(name: str, coalescer: Operation, plain: Operation) -> Row:
    samples: dict[Operation, list[tuple[float, float]]] = {coalescer: [], plain: []}
    for _ in range(ROUNDS):
        for operation in (coalescer, plain):
            samples[operation].append(await _rate(operation))
    (fast, light), (slow, heavy) = (
        (statistics.median(rate for rate, _ in taken), statistics.median(cpu for _, cpu in taken))
        for taken in (samples[coalescer], samples[plain])
    )
    return Row(name, fast, slow, light, heavy)


async def _rate(operation: Operation) -> tuple[float, float]:
    """Operations a second, and microseconds of this process for each."""
    done = 0
    until = time.perf_counter() + SECONDS

    async def task() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await operation()
            done += 1

    began, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(task() for _ in range(TASKS)))
    took, spent = time.perf_counter() - began, time.process_time() - spent
    return done / took, spent / done * 1e6
