"""What dies is started again, later each time, and not while it must not be."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from myclothes.cluster import reviver
from myclothes.cluster.plan import Plan
from myclothes.cluster.reviver import Reviver
from myclothes.engines.valkey import CACHE, Valkey


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Valkey]:
    engine = Valkey(tmp_path / "v", CACHE)
    engine.start()
    yield engine
    engine.stop()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def test_the_pause_grows_and_ends_at_once_when_a_start_is_allowed_again(
    engine: Valkey, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reviver, "PAUSE_SECONDS", 0.1)
    node = Plan.of(tmp_path, base_port=8100)["pages-1-a"]
    said: list[str] = []
    allowed = True
    care = Reviver(lambda node: allowed, lambda name, text: said.append(text))
    care.watch(node, engine)
    for _ in range(2):
        engine.kill()
        until(lambda: (care.step(), engine.alive)[1])
        care.wait(10)
    assert said[::2] == ["ended; it is started again in 0 s"] * 2
    assert said[1::2] == ["runs again"] * 2

    allowed = False
    engine.kill()
    until(lambda: (care.step(), time.sleep(0.1), True)[2])
    assert not engine.alive
    assert len(said) == 4, "nothing is promised that is not allowed"
    allowed = True
    until(lambda: (care.step(), engine.alive)[1])
    care.wait(10)
