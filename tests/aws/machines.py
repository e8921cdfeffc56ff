"""Instances of a deployed shop: clean roots in whose networks the deployed addresses lead to real engines, by TLS."""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from myclothes.engines.place import Place
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import CACHE, DURABLE, Valkey
from tests.aws.clean_root import CleanRoot
from tests.aws.fronts import Fronts, certificates, metadata, over_network, over_socket
from tests.aws.on_aws import REGION, SETTINGS, SUITE, Deployed

BOOT_SECONDS = 150
ENVIRONMENT = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
PYTHON = "/opt/myclothes/venv/bin/python"


class Machines:
    """`credentials` are those of the instances' role. The caches run in the network of the first machine."""

    def __init__(self, deployed: Deployed, postgres: Postgres, folder: Path) -> None:
        self.credentials = deployed.credentials()
        self._deployed, self._postgres, self._folder = deployed, postgres, folder
        settings = deployed.settings
        database = settings["database"]
        self._names = {
            database["host"]: "127.0.1.1",
            settings["carts"]["host"]: "127.0.2.1",
            settings["pages"]["host"]: "127.0.2.2",
        }
        self._databases = [database["host"], *(host for _, host in database["replicas"])]
        self._names |= {host: f"127.0.1.{n}" for n, host in enumerate(self._databases[1:], 2)}
        self._authority, self._tls = certificates(_made(folder / "tls"), list(self._names))
        self._fronts = Fronts()
        self._roots: list[CleanRoot] = []
        self._services: list[Any] = []
        self._caches: dict[str, Valkey] = {}
        _database(deployed, postgres)

    def add(self, instance: str, zone: str, release: Path) -> CleanRoot:
        """A machine with nothing on it yet; `release` is where its packages come from."""
        root = CleanRoot(_made(self._folder / instance), self._names, self._authority)
        shutil.copytree(release, root.path / SUITE.relative_to("/"))
        root.start()
        self._roots.append(root)
        identity = metadata(instance, zone, self.credentials)
        self._services.append(identity)
        moto = urlsplit(self._deployed.address)
        assert moto.hostname is not None
        assert moto.port is not None
        self._fronts.add(root.listening("127.0.0.1", 4566), over_network(moto.hostname, moto.port))
        self._fronts.add(root.listening("169.254.169.254", 80), over_network("127.0.0.1", identity.server_port))
        sockets = over_socket(self._postgres.sockets / ".s.PGSQL.5432")
        for host in self._databases:
            self._fronts.add(root.listening(self._names[host], 5432), sockets, self._tls, postgres=True)
        for which in ("carts", "pages"):
            host = self._deployed.settings[which]["host"]
            cache = self._cache(which, host, root)
            self._fronts.add(root.listening(self._names[host], 6379), over_socket(cache.socket), self._tls)
        return root

    def stop(self) -> None:
        for root in self._roots:
            root.stop()
        self._fronts.close()
        for service in self._services:
            service.shutdown()
            service.server_close()
        for cache in self._caches.values():
            cache.stop()
        # Other tests of this run have the same server, and may want a role of that name themselves.
        self._postgres.sql('DROP DATABASE "shop" WITH (FORCE)')
        for role in ("shop", "shop_admin"):
            self._postgres.sql(f"DROP ROLE IF EXISTS {role}")

    def _cache(self, which: str, host: str, root: CleanRoot) -> Valkey:
        if which not in self._caches:
            kind, port = (DURABLE, 7001) if which == "carts" else (CACHE, 7002)
            cache = _cache(_made(self._folder / which), kind, root, port, host, self._names[host])
            self._caches[which] = cache
            _form(cache, self._deployed.secret(self._deployed.settings[which]["secret"]))
        return self._caches[which]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def boot(root: CleanRoot, script: str) -> None:
    """Run what the launch template has, and wait until the shop is ready."""
    (root.path / "boot").write_text(script)
    try:
        booted = root.run(["bash", "/boot"], ENVIRONMENT, BOOT_SECONDS)
    except subprocess.TimeoutExpired as late:
        said = (late.stderr or b"").decode()[-1500:]
        raise AssertionError(f"not done in time: {said}{logs(root)}\n{processes(root)}") from None
    assert booted.returncode == 0, booted.stderr[-3000:] + logs(root)
    until_ready(root)


def command(root: CleanRoot, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command of the shop on the instance."""
    return root.run([PYTHON, "-m", "myclothes.aws.start", SETTINGS, "--region", REGION, *words], ENVIRONMENT, 60)


def until_ready(root: CleanRoot) -> None:
    deadline = time.monotonic() + 60
    said: Any = None
    while time.monotonic() < deadline:
        try:
            _, said = ask(root, "GET", "/health/ready")
        except (OSError, AssertionError) as error:
            said = repr(error)
        else:
            return
        time.sleep(0.1)
    raise AssertionError(f"not ready: {said} {logs(root)}")


def ask(
    root: CleanRoot, method: str, path: str, form: str = "", cookie: str = "", accept: str = "application/json"
) -> tuple[dict[str, str], Any]:
    """As the balancer asks: over plain HTTP at port 8080, and it says that the shopper came by TLS."""
    lines = [f"{method} {path} HTTP/1.1", "Host: shop", f"Accept: {accept}", "Connection: close"]
    lines += ["X-Forwarded-Proto: https", f"Content-Length: {len(form)}"]
    lines += ["Content-Type: application/x-www-form-urlencoded"] if form else []
    lines += [f"Cookie: {cookie}"] if cookie else []
    connection = root.in_network(lambda: socket.create_connection(("127.0.0.1", 8080), timeout=10))
    with connection, connection.makefile("rb") as answer:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + form).encode())
        status = int(answer.readline().split()[1])
        headers: dict[str, str] = {}
        while line := answer.readline().strip().decode():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        body = answer.read(int(headers["content-length"])) if "content-length" in headers else answer.read()
    assert status == 200, (status, body[:500])
    return headers, json.loads(body) if body.startswith((b"{", b"[")) else body.decode()


def logs(root: CleanRoot) -> str:
    return "".join(f"\n{path.name}: {path.read_text()[-2000:]}" for path in (root.path / "var/log/myclothes").glob("*"))


def processes(root: CleanRoot) -> list[tuple[str, str]]:
    listed = root.run(["ps", "-eo", "user:20,args", "--no-headers"], {}, 10).stdout.splitlines()
    return [(args, user) for user, _, args in (line.partition(" ") for line in listed)]


def _database(deployed: Deployed, postgres: Postgres) -> None:
    """What RDS has after its creation: a database, and a master user. Its socket asks nobody for a password."""
    database = deployed.settings["database"]
    postgres.sql("DROP ROLE IF EXISTS shop_admin")
    postgres.sql("CREATE ROLE shop_admin LOGIN CREATEROLE CREATEDB")
    postgres.sql(f'CREATE DATABASE "{database["name"]}" OWNER shop_admin')
    postgres.sql("ALTER SCHEMA public OWNER TO shop_admin", database["name"])


def _cache(folder: Path, kind: dict[str, str], root: CleanRoot, port: int, host: str, address: str) -> Valkey:
    """A cluster of one node, which calls itself by the name that was deployed."""
    settings = kind | {
        "cluster-enabled": "yes",
        "cluster-announce-hostname": host,
        "cluster-announce-ip": address,
        "cluster-announce-port": "6379",
        "cluster-preferred-endpoint-type": "hostname",
        "appendfsync": "no",
    }
    within = ("nsenter", f"--net={root.network}")
    engine = Valkey(folder, settings, port=port, place=Place("127.0.0.1", within))
    engine.start()
    return engine


def _form(cache: Valkey, login: dict[str, str]) -> None:
    import valkey

    client = valkey.Valkey(unix_socket_path=str(cache.socket))
    client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    client.execute_command("ACL", "SETUSER", login["username"], "on", f">{login['password']}", "~*", "&*", "+@all")
    client.execute_command("ACL", "SETUSER", "default", "off")
    client.close()
