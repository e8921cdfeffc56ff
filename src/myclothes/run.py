"""`myclothes run`: the whole shop on this machine, from an empty folder to an open door, and tidily back."""

import os
import secrets
import signal
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from myclothes.asking import ask
from myclothes.engines.address import check_address
from myclothes.engines.dynamodb import DynamoDB
from myclothes.engines.engine import Engine
from myclothes.engines.errors import EngineError
from myclothes.engines.folder import Folder
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import CACHE, DURABLE, Valkey
from myclothes.engines.whole_file import write_whole
from myclothes.instance import Instance
from myclothes.relay_part import RelayPart
from myclothes.settings import Settings
from myclothes.terminal import Terminal

DATABASE = "shop"
ENVIRONMENT = "environment"
"""File in the data folder with the settings of the shop."""
RESTARTS, WITHIN_SECONDS = 5, 60.0
"""A part that dies is started again; with more deaths than this something is wrong that a restart does not mend."""


@dataclass(frozen=True, slots=True)
class Options:
    """`workers` None means one a core, as far as the carts allow it."""

    host: str
    port: int
    workers: int | None
    data: Path
    carts: str
    demo: bool


def run(options: Options, environ: Mapping[str, str], terminal: Terminal) -> None:
    """Open the shop and keep it open until SIGINT, SIGTERM or SIGHUP. Raises `EngineError` or `SettingsError`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    shop = LocalShop(options, environ, terminal)
    asked: AbstractContextManager[None] = nullcontext()
    try:
        shop.open()
        shop.watch()
    except KeyboardInterrupt:
        asked = terminal.closing("the shop")
    finally:
        # Asked twice, we do not hurry: the engines need their second to write what they hold.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with asked:
            shop.close()


class LocalShop:
    def __init__(self, options: Options, environ: Mapping[str, str], terminal: Terminal) -> None:
        self._options = options
        self._environ = environ
        self._terminal = terminal
        # Others may pass through, not look: where PostgreSQL has to run as `nobody`, it must reach its own folder.
        self._folder = Folder(options.data, "A shop", mode=0o711)
        data = self._folder.path
        self._postgres = Postgres(data / "postgres")
        self._durable = Valkey(data / "durable", DURABLE)
        self._cache = Valkey(data / "cache", CACHE)
        self._dynamodb = DynamoDB(data / "dynamodb") if options.carts == "dynamodb" else None
        self._parts: list[Engine] = [self._postgres, self._durable, self._cache]
        if self._dynamodb:
            self._parts.append(self._dynamodb)
        self._deaths: deque[float] = deque(maxlen=RESTARTS)

    def open(self) -> None:
        """Until the first page can be asked for."""
        options, terminal = self._options, self._terminal
        self._folder.claim()
        self._check_address()
        settings = self._settings()
        terminal.title("MyClothes")
        self._say_what_the_carts_mean(settings)
        with terminal.step("Starting PostgreSQL and Valkey") as done:
            self._start_engines()
            done("PostgreSQL and Valkey")
        with terminal.step("Preparing the database") as done:
            done(self._migrate(settings))
        if options.demo:
            with terminal.step("Hanging up the clothes") as done:
                done(self._load_demo(settings))
        with terminal.step("Opening the shop") as done:
            write_whole(self._folder.path / ENVIRONMENT, _lines(settings))
            instance = Instance(self._folder.path / "web", settings, self._environ)
            self._parts.append(instance)
            instance.start()
            relay = RelayPart(self._folder.path / "relay", settings, self._environ)
            self._parts.append(relay)
            relay.start()
            done(f"{settings.workers} web worker{'s' if settings.workers > 1 else ''}")
        terminal.say("", quietly=True)
        terminal.say(f"The shop is open at [bold]{settings.base_url}[/bold]")
        if settings.mail == "inbox:":
            terminal.say(f"Its mail is shown at {settings.base_url}/inbox", quietly=True)
        terminal.say(f"[dim]Data and logs are in {self._folder.path}. Ctrl-C closes the shop.[/dim]", quietly=True)

    def watch(self) -> None:
        """Start again what ends by itself, until we are interrupted."""
        while True:
            time.sleep(0.25)
            for part in self._parts:
                if not part.alive:
                    self._revive(part)

    def close(self) -> None:
        """The web tier and the relay first, so that what they still do finds its engines."""
        front = [part for part in self._parts if isinstance(part, (Instance, RelayPart))]
        engines = [part for part in self._parts if part not in front]
        for tier in (front, engines):
            for part in tier:
                part.ask_to_stop()
            for part in tier:
                part.stop()
        self._folder.release()

    def _check_address(self) -> None:
        Instance.end_earlier(self._folder.path / "web")
        check_address("The shop", self._options.host, self._options.port)

    def _settings(self) -> Settings:
        """Ours over what the environment says, so that the log level, say, can still be chosen there."""
        options, data = self._options, self._folder.path
        host = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host  # noqa: S104
        ours = {
            "database": self._postgres.dsn(DATABASE),
            "durable": self._durable.url,
            "cache": self._cache.url,
            "secrets": _secret(data / "secret"),
            "carts": options.carts,
            "dynamodb_endpoint": self._dynamodb.endpoint if self._dynamodb else "",
            "host": options.host,
            "port": str(options.port),
            "workers": str(_workers(options)),
            "base_url": f"http://{f'[{host}]' if ':' in host else host}:{options.port}",
            "runtime_dir": str(data / "web" / "runtime"),
        }
        return Settings.from_env(
            {
                "MYCLOTHES_MAIL": "inbox:",
                **self._environ,
                **{f"MYCLOTHES_{name.upper()}": text for name, text in ours.items()},
            }
        )

    def _say_what_the_carts_mean(self, settings: Settings) -> None:
        if settings.carts == "memory":
            self._terminal.warn(
                "Carts live in the memory of one worker, and are gone when it ends. That is the point of --carts memory."
            )
        elif settings.carts == "dynamodb":
            self._terminal.warn(
                "DynamoDB is a stand-in for development: carts in it last until you close the shop, and it is slow."
            )

    def _start_engines(self) -> None:
        for engine in self._parts:
            engine.launch()
        for engine in self._parts:
            engine.wait()
        self._postgres.create_database(DATABASE)

    def _migrate(self, settings: Settings) -> str:
        from myclothes.kernel.db.migrate import migrate

        count = len(ask(migrate(settings.database, settings.database_schema)))
        return f"Database, {count} migrations" if count else "Database"

    def _load_demo(self, settings: Settings) -> str:
        from myclothes.catalog.seed import seed_demo
        from myclothes.checkout.demo import seed_checkout

        fresh = ask(seed_demo(settings.database, settings.database_schema))
        ask(seed_checkout(settings.database, settings.database_schema))
        return "Demo shop, freshly hung up" if fresh else "Demo shop"

    def _revive(self, part: Engine) -> None:
        self._deaths.append(time.monotonic())
        if len(self._deaths) == RESTARTS and self._deaths[-1] - self._deaths[0] < WITHIN_SECONDS:
            raise EngineError(f"{part.what} keeps ending.", f"Its log is in {part.folder.path}.")
        self._terminal.warn(f"{part.what} ended unexpectedly. Starting it again.")
        part.start()


def _workers(options: Options) -> int:
    if options.carts == "memory":
        return 1
    if options.workers:
        return options.workers
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def settings_of(data: Path) -> Settings:
    """Of the shop that `run` opened in this folder, for commands that work on it from another terminal."""
    try:
        lines = (data / ENVIRONMENT).read_text().splitlines()
    except OSError as error:
        raise EngineError(f"{data} holds no shop: {error.strerror}.", "Open one with `myclothes run` first.") from error
    return Settings.from_env(dict(line.split("=", 1) for line in lines))


def _lines(settings: Settings) -> str:
    return "".join(f"{name}={value}\n" for name, value in settings.to_env().items())


def _secret(path: Path) -> str:
    """What seals the cookies of this shop, made once."""
    if not path.exists():
        write_whole(path, secrets.token_hex(32))
    return path.read_text().strip()
