"""The smallest application that `serve` can be tested with, and how to start it."""

import asyncio
import os
import signal
from pathlib import Path

from prometheus_client import Counter
from starlette.types import ASGIApp, Receive, Scope, Send

ANSWERS = Counter("tiny_answers", "Answers of the tiny application.")


def build() -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        if scope["path"] == "/slow":
            await asyncio.sleep(1.5)
        ANSWERS.inc()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(os.getpid()).encode()})

    return app


def broken() -> ASGIApp:
    raise RuntimeError("this application never starts")


def sleep_through_signals() -> None:
    """The main thread of the supervisor hears none, once its workers are there; other threads take them."""
    from myclothes import serve

    class Deaf(serve.Supervisor):
        def _serve_loop(self, *args: object) -> None:
            signal.pthread_sigmask(signal.SIG_BLOCK, serve.ENDING)
            super()._serve_loop(*args)

    serve.Supervisor = Deaf  # type: ignore[misc]


def serve_tiny(folder: str, port: int, metrics_port: int, drain_seconds: float, app: str) -> None:
    from myclothes.serve import serve
    from myclothes.settings import Settings

    settings = Settings(
        database="postgresql://nobody@/none",
        durable="unix:///none",
        cache="unix:///none",
        secrets=("x" * 32,),
        port=port,
        workers=2,
        metrics_port=metrics_port,
        runtime_dir=Path(folder),
        drain_seconds=drain_seconds,
    )
    serve(settings, app=f"tests.tiny:{app}")
