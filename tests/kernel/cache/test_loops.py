"""On uvloop as on plain asyncio, over TLS as without: the bytes go through other code there."""

import asyncio
import datetime
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.aside import Aside, Kind, Versioned
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.errors import Unavailable
from tests.kernel.cache.conftest import eventually, freeze, remembered, thaw

NUMBERS = Kind("number", int, seconds=60)
Loop = Callable[[], asyncio.AbstractEventLoop]


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def loop(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form) + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@asynccontextmanager
async def over_tls(engine: Engine, certificate: Path) -> AsyncIterator[str]:
    """Speaks TLS for a Valkey that does not, as a load balancer may."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def serve(client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        server, commands = await asyncio.open_unix_connection(str(engine.socket))
        await asyncio.gather(pump(client, commands), pump(server, answers))

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            target.write(data)
        target.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    yield f"valkeys://127.0.0.1:{server.sockets[0].getsockname()[1]}/0?ssl_ca_certs={certificate}"
    server.close()
    await asyncio.sleep(0.05)


def test_commands_changes_and_a_frozen_server(loop: Loop, own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=0.2)
        aside = Aside(valkey, prefix="c:")
        await aside.start()
        await eventually(lambda: aside.remembers)
        assert await asyncio.gather(*(valkey.execute("INCR", "n") for _ in range(100))) == list(range(1, 101))
        await aside.put(NUMBERS, "a", Versioned(1, 5))
        assert await remembered(aside, NUMBERS, "a", nothing) == 5
        await valkey.execute("UNLINK", "c:number:a")
        await eventually(lambda: aside.peek(NUMBERS, "a") is None)
        freeze(own_valkey)
        with pytest.raises(Unavailable):
            await valkey.execute("INCR", "n")
        thaw(own_valkey)
        await aside.close()
        await valkey.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(scenario())


def test_a_killed_server_is_found_again(loop: Loop, own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=5)
        assert await valkey.execute("INCR", "n") == 1
        own_valkey.kill()
        reading = asyncio.ensure_future(valkey.execute("GET", "n", safe=True))
        await asyncio.to_thread(own_valkey.start)
        assert await reading == b"1"
        await valkey.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(scenario())


def test_answers_that_came_while_the_loop_was_held_up_are_not_late(loop: Loop, own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=0.1)
        await valkey.execute("PING")
        asked = valkey.execute("INCR", "n")
        await asyncio.sleep(0)
        time.sleep(0.3)  # noqa: ASYNC251  (somebody blocks the loop)
        assert await asked == 1
        await valkey.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(scenario())


def test_tls(loop: Loop, own_valkey: Engine, certificate: Path) -> None:
    async def scenario() -> None:
        async with over_tls(own_valkey, certificate) as url:
            valkey = Valkey(url, timeout=10)  # in Python, in this loop, on a machine with other tests to run
            aside = Aside(valkey, prefix="c:")
            await aside.start()
            await eventually(lambda: aside.remembers)
            big = "x" * 300_000
            assert await asyncio.gather(*(valkey.execute("ECHO", big) for _ in range(5))) == [big.encode()] * 5
            await aside.close()
            await valkey.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(scenario())


async def nothing() -> Versioned[int] | None:
    return None
