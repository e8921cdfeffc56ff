"""Web instances of a few lines, which do what a test wants of them, and remember what they were asked."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from myclothes.cluster.balancer_config import Web


class Moody(ThreadingHTTPServer):
    """`ready`: what its health check says. `mute`: it takes requests and closes the connection without an answer.
    `going_on`: while it is cleared, it answers nothing; `working`: nothing but health checks.
    """

    request_queue_size = 128
    daemon_threads = True

    def __init__(self, name: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Answer)
        self.name = name
        self.ready = True
        self.mute = False
        self._waiting: list[socket.socket] = []
        self.going_on = threading.Event()
        self.going_on.set()
        self.working = threading.Event()
        self.working.set()
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        """Method, address and headers of each request."""

    @property
    def web(self) -> Web:
        return Web(self.name, "127.0.0.1", self.server_port)

    def vanish(self) -> None:
        """As if its cable were cut: from now on nobody can connect, and nobody is refused."""
        self.shutdown()
        self.socket.listen(0)
        self._waiting = [socket.socket() for _ in range(4)]  # more than it has room for
        for one in self._waiting:
            one.setblocking(False)
            one.connect_ex(self.server_address)

    def server_close(self) -> None:
        for one in self._waiting:
            one.close()
        super().server_close()

    def handle_error(self, *_: object) -> None:
        """Health checks end their connections abruptly."""


class MoodyEngine:
    """As far as a fleet looks at an engine."""

    def __init__(self, name: str, port: int) -> None:
        self._server = Moody(name, port)
        self.alive = False

    def launch(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.alive = True

    def stop(self) -> None:
        if self.alive:
            self.alive = False
            self._server.shutdown()
            self._server.server_close()

    ask_to_stop = kill = stop


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Moody

    def _answer(self) -> None:
        self.server.going_on.wait(20)
        if self.path == "/health/ready":
            self._say(200 if self.server.ready else 503, "")
            return
        self.server.working.wait(20)
        headers = {name.lower(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}
        self.server.asked.append((self.command, self.path, headers))
        self.rfile.read(int(headers.get("content-length", 0)))
        if self.path == "/slow":
            time.sleep(1)
        if self.server.mute:
            self.close_connection = True
        else:
            self._say(200, self.server.name)

    do_GET = do_POST = _answer  # noqa: N815

    def _say(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Instance", self.server.name)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def moody(*names: str) -> Iterator[list[Moody]]:
    servers = [Moody(name) for name in names]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield servers
    finally:
        for server in servers:
            server.going_on.set()
            server.working.set()
            server.shutdown()
            server.server_close()
