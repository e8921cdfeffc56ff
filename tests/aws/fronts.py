"""What stands before an engine in a clean root: TLS as RDS and ElastiCache speak it, and the metadata of an instance."""

import asyncio
import contextlib
import datetime
import json
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
_DAY = datetime.timedelta(days=1)


def certificates(folder: Path, names: Sequence[str]) -> tuple[str, ssl.SSLContext]:
    """An authority's certificate as PEM, and the TLS of a server that it vouches for by these names."""
    authority, key = _signed("Stand-in authority", [], None, None)
    own, own_key = _signed(names[0][:60], names, authority, key)
    file = folder / "server.pem"
    file.write_bytes(
        own.public_bytes(serialization.Encoding.PEM)
        + own_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return authority.public_bytes(serialization.Encoding.PEM).decode(), context


class Fronts:
    """Pass on every connection to listeners, until they are closed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers: list[asyncio.Server] = []

    def add(
        self, listener: socket.socket, connect: Connect, tls: ssl.SSLContext | None = None, *, postgres: bool = False
    ) -> None:
        """`postgres` asks for TLS in its own words before it begins."""

        async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                if postgres:
                    assert tls is not None
                    if await reader.readexactly(8) == _SSL_REQUEST:
                        writer.write(b"S")
                        await writer.start_tls(tls)
                    else:
                        writer.close()
                        return
                inner_reader, inner_writer = await connect()
                await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))

        begun = asyncio.start_server(served, sock=listener, ssl=None if postgres else tls)
        self._servers.append(asyncio.run_coroutine_threadsafe(begun, self._loop).result(10))

    def close(self) -> None:
        async def end() -> None:
            for server in self._servers:
                server.close()
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


def over_socket(path: Path) -> Connect:
    return lambda: asyncio.open_unix_connection(path)


def over_network(host: str, port: int) -> Connect:
    return lambda: asyncio.open_connection(host, port)


def metadata(
    instance: str, zone: str, credentials: dict[str, str], state: Callable[[], str] = lambda: "InService"
) -> ThreadingHTTPServer:
    """IMDSv2: nothing without a token. The credentials are those of the instance's role, `state` is its group's wish:
    while it is '' nobody is told.
    """
    answers = {
        "meta-data/instance-id": instance,
        "meta-data/placement/availability-zone": zone,
        "meta-data/iam/security-credentials/": "instance",
        "meta-data/iam/security-credentials/instance": json.dumps(credentials),
    }

    class Answers(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self._answer(200 if self.path == "/latest/api/token" else 404, "token")

        def do_GET(self) -> None:
            if self.headers.get("X-aws-ec2-metadata-token") != "token":
                return self._answer(401, "")
            path = self.path.removeprefix("/latest/")
            found = state() if path == "meta-data/autoscaling/target-lifecycle-state" else answers.get(path)
            return self._answer(200 if found else 404, found or "")

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


def _signed(
    common: str, names: Sequence[str], authority: x509.Certificate | None, key: ec.EllipticCurvePrivateKey | None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    own = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority.subject if authority else name)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
    return builder.sign(key or own, hashes.SHA256()), own
