import asyncio
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from myclothes.kernel.web import health as health_module
from myclothes.kernel.web.health import Health
from tests.conftest import Run


class Engine:
    def __init__(self) -> None:
        self.asked = 0
        self.failure: Exception | None = None
        self.hangs = False

    async def ping(self) -> None:
        self.asked += 1
        if self.hangs:
            await asyncio.sleep(60)
        if self.failure:
            raise self.failure


async def ask(health: Health, path: str = "/health/ready") -> tuple[int, Any]:
    app = Starlette(routes=health.routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        answer = await client.get(path)
        assert "no-store" in answer.headers["cache-control"]
        return answer.status_code, answer.json()


def test_ready_when_every_engine_answers(run: Run, tmp_path: Path) -> None:
    postgres, valkey = Engine(), Engine()
    health = Health({"postgresql": postgres.ping, "durable_valkey": valkey.ping}, tmp_path / "draining")
    assert run(ask(health)) == (200, {"ready": True, "reasons": {}})


def test_not_ready_says_which_engine_and_no_more(run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(health_module, "CHECK_SECONDS", 0.05)
    postgres, valkey = Engine(), Engine()
    postgres.failure, valkey.hangs = ConnectionRefusedError("10.0.0.7:5432 refused"), True
    health = Health({"postgresql": postgres.ping, "durable_valkey": valkey.ping}, tmp_path / "draining")
    reasons = {"postgresql": "ConnectionRefusedError", "durable_valkey": "did not answer in time"}
    assert run(ask(health)) == (503, {"ready": False, "reasons": reasons})
    assert run(ask(health, "/health/live")) == (200, {"live": True})


def test_engines_are_asked_at_most_once_a_second(run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    engine = Engine()
    health = Health({"postgresql": engine.ping}, tmp_path / "draining")

    async def many() -> None:
        await asyncio.gather(*(ask(health) for _ in range(20)))

    run(many())
    assert engine.asked == 1
    monkeypatch.setattr(health_module, "REMEMBER_SECONDS", 0.0)
    engine.failure = OSError()
    assert run(ask(health))[0] == 503
    engine.failure = None
    assert run(ask(health))[0] == 200, "it comes back by itself"


def test_a_draining_instance_says_so_at_once(run: Run, tmp_path: Path) -> None:
    health = Health({}, tmp_path / "draining")
    assert run(ask(health))[0] == 200
    (tmp_path / "draining").touch()
    assert run(ask(health)) == (
        503,
        {"ready": False, "reasons": {"draining": "this instance is being taken out of service"}},
    )
    (tmp_path / "draining").unlink()
    assert run(ask(health))[0] == 200
