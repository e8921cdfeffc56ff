"""The door for those who look at a running cluster or hurt it: a socket in its folder, one JSON object a line.

{"do": "kill", "name": "db-a"}  →  {"ok": true}
{"do": "rollout"}               →  {"progress": "…"} …, {"ok": true}
{"do": "nonsense"}              →  {"ok": false, "error": "…", "advice": "…"}
"""

import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from myclothes.engines.errors import EngineError
from myclothes.engines.folder import socket_folder

SOCKET = "control.sock"
Answer = dict[str, Any]
Serve = Callable[[Answer], Iterator[Answer]]
"""Gives what there is to say, the last of it being the answer. Raises `EngineError`."""
SECONDS = 180.0
"""For one answer; a rollout takes longest."""


def socket_of(folder: Path) -> Path:
    return socket_folder(folder.absolute(), SOCKET) / SOCKET


class Control(socketserver.ThreadingUnixStreamServer):
    """Listens from the beginning, in threads of its own; only who may use the folder may use it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder: Path, serve: Serve) -> None:
        self.serve = serve
        self._path = socket_of(folder)
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            super().__init__(str(self._path), _Handler)
        finally:
            os.umask(before)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._path.unlink(missing_ok=True)


class _Handler(socketserver.StreamRequestHandler):
    server: Control
    timeout = SECONDS

    def handle(self) -> None:
        for line in self.rfile:
            for answer in self._answers(line):
                self.wfile.write(json.dumps(answer).encode() + b"\n")

    def _answers(self, line: bytes) -> Iterator[Answer]:
        try:
            asked = json.loads(line)
            if not isinstance(asked, dict):
                raise EngineError("That is no JSON object.", 'Say {"do": "status"}.')
            yield from self.server.serve(asked)
        except EngineError as error:
            yield {"ok": False, "error": error.message, "advice": error.advice}
        except Exception as error:  # whoever asked is told, and the next may ask
            yield {"ok": False, "error": f"{type(error).__name__}: {error}", "advice": "This is a fault of MyClothes."}


def ask(
    folder: Path, do: str, *, progress: Callable[[str], None] = lambda text: None, seconds: float = SECONDS, **more: Any
) -> Answer:
    """Have the cluster in `folder` do something. Raises `EngineError` when it refuses, or when there is none."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(seconds)
        try:
            connection.connect(str(socket_of(folder)))
            connection.sendall(json.dumps({"do": do, **more}).encode() + b"\n")
            for line in connection.makefile("rb"):
                answer: Answer = json.loads(line)
                if "progress" not in answer:
                    break
                progress(answer["progress"])
            else:
                raise EngineError(f"The cluster in {folder} went away.", "Look at what `myclothes cluster up` said.")
        except TimeoutError as error:
            raise EngineError(f"The cluster does not answer within {seconds:.0f} s.", "Look at its logs.") from error
        except OSError as error:
            raise EngineError(
                f"No cluster runs in {folder}: {error.strerror}.",
                "Start one with `myclothes cluster up`, or name its folder with --data.",
            ) from error
    if not answer.pop("ok"):
        raise EngineError(answer["error"], answer["advice"])
    return answer
