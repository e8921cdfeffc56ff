"""The command line. Exit code 0: done; 1: it failed; 2: it was asked for wrongly."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from myclothes.aws.cli import add_to as add_aws_to
from myclothes.cluster_cli import add_cluster
from myclothes.engines.errors import EngineError
from myclothes.kernel.errors import ShopError
from myclothes.settings import CART_STORES, Settings, SettingsError
from myclothes.terminal import Terminal

DRILLS = (
    "lose-instance", "freeze-instance", "lose-balancer", "rolling-deploy", "flash-crowd", "lose-cache-primary",
    "lose-cache-ahead",    "lose-pages-primary", "lose-cache", "lose-db-primary", "freeze-db-primary", "lose-replica", "lag-replica", "slow-disk", "switchover", "lose-zone", "split",
    "blackout",
)  # fmt: skip
"""As in `drills/disasters.py`, which takes a while to import."""
Command = Callable[[argparse.Namespace, Terminal], None]


def main(argv: Sequence[str] | None = None) -> int:
    terminal = Terminal()
    arguments = _parser().parse_args(argv)
    try:
        arguments.command(arguments, terminal)
    except SettingsError as error:
        for mistake in error.mistakes:
            terminal.error(mistake)
        terminal.error("", "`myclothes settings` lists all settings.")
        return 2
    except EngineError as error:
        terminal.error(error.message, error.advice)
        return 1
    except ShopError as error:
        terminal.error(error.message)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="myclothes", description="An online clothes shop that never loses a cart.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, does: Command, help_: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=help_,
            description=help_[0].upper() + help_[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=does)
        return made

    run = command("run", _run, "the whole shop on this machine, with one command", "myclothes run --port 9000")
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    run.add_argument("--port", type=_number(1, 65535), default=8000, help="port to listen on (%(default)s)")
    run.add_argument("--workers", type=_number(1, 64), help="web workers (one a core)")
    run.add_argument("--data", type=Path, default=Path(".myclothes"), help="folder for all data and logs (%(default)s)")
    run.add_argument("--carts", choices=CART_STORES, default="valkey", help="where carts are kept (%(default)s)")
    run.add_argument("--no-demo", action="store_true", help="leave the shop empty")
    command(
        "serve",
        _serve,
        "one production web instance, set up by environment variables alone",
        "MYCLOTHES_DATABASE=postgresql://shop@db/shop … myclothes serve",
    )
    relay = command(
        "relay",
        _relay,
        "send mail, settle payments: everything that is done after the shopper's answer",
        "myclothes relay --once --data .myclothes",
    )
    relay.add_argument("--once", action="store_true", help="do what is due now, and end")
    relay.add_argument("--parked", action="store_true", help="list what is not tried any more, and why")
    relay.add_argument("--retry", action="store_true", help="have all of that tried again")
    migrate = command("migrate", _migrate, "bring the database up to date", "myclothes migrate")
    seed = command("seed", _seed, "load the demo shop", "myclothes seed --products 100000")
    seed.add_argument(
        "--products", type=_number(1, 10_000_000), help="and generate clothes until there are this many products"
    )
    photo = command("photo", _photo, "add a photo to a product", "myclothes photo add linen-shirt ecru front.jpg")
    photo.add_argument("action", choices=["add"], help="what to do with the photo")
    photo.add_argument("slug", help="the product, as in its address /p/SLUG")
    photo.add_argument("colour", help="one of its colours, as in the addresses of its pictures")
    photo.add_argument("file", type=Path, help="a JPEG, PNG or WebP file")
    order = command(
        "order",
        _order,
        "show how an order stands, or take it a step further",
        "myclothes order 7K2M-Q9XA-3BTC ship --carrier CJ --tracking 123456 --data .myclothes",
    )
    order.add_argument("number", help="its number, as on its page")
    order.add_argument(
        "step", nargs="?", choices=["pack", "ship", "deliver", "take-back"], help="what happens to it now"
    )
    order.add_argument("--carrier", default="", help="with ship: who brings it")
    order.add_argument("--tracking", default="", help="with ship: the number to follow it by")
    for keeper in (relay, migrate, seed, photo, order):
        keeper.add_argument(
            "--data", type=Path, help="the folder of a shop opened by `run`, in place of the environment"
        )
    add_cluster(commands, _number)
    drill = command(
        "drill",
        _drill,
        "disasters under load, and a check of every acknowledged write",
        "myclothes drill lose-instance lose-db-primary --seed 7",
    )
    drill.add_argument(
        "names", nargs="+", metavar="NAME", choices=("all", *DRILLS), help=f"all, or of {', '.join(DRILLS)}"
    )
    drill.add_argument("--seed", type=_number(0, 999_999), help="replay the choices of an earlier drill")
    drill.add_argument("--json", action="store_true", help="one JSON document in place of the table")
    drill.add_argument("--data", type=Path, help="the folder of a cluster that runs already (one of its own)")
    drill.add_argument("--isolated", action="store_true", help="a cluster whose zones have networks of their own")
    lesson = command(
        "lesson",
        _lesson,
        "where a cart can be kept: what each way loses, when, and what it costs",
        "myclothes lesson --page lesson.html",
    )
    lesson.add_argument(
        "--page", type=Path, default=Path("lesson.html"), help="where to write it with charts (%(default)s)"
    )
    lesson.add_argument("--shoppers", type=_number(1, 500), default=24, help="how many there are (%(default)s)")
    lesson.add_argument(
        "--seed", type=_number(0, 999_999), default=1, help="other shoppers, other pieces (%(default)s)"
    )
    add_aws_to(commands)
    command("settings", _settings, "list every environment variable and its meaning", "myclothes settings")
    return parser


def _run(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.run import Options, run

    options = Options(
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        data=arguments.data,
        carts=arguments.carts,
        demo=not arguments.no_demo,
    )
    run(options, os.environ, terminal)


def _lesson(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.lesson.command import lesson

    try:
        lesson(arguments.page, os.environ, terminal, shoppers=arguments.shoppers, seed=arguments.seed)
    except OSError as error:
        raise EngineError(f"{arguments.page} cannot be written: {error.strerror}.", "Choose another --page.") from error


def _serve(_arguments: argparse.Namespace, _terminal: Terminal) -> None:
    settings = Settings.from_env(os.environ)
    from myclothes.serve import serve

    serve(settings)


def _relay(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.relaying import list_parked, relay, relay_once, retry_parked

    settings = _settings_for(arguments)
    if arguments.parked:
        list_parked(settings, terminal)
    elif arguments.retry:
        retry_parked(settings, terminal)
    elif arguments.once:
        relay_once(settings, terminal)
    else:
        relay(settings)


def _migrate(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.shopkeeping import migrate

    migrate(_settings_for(arguments), terminal)


def _seed(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.shopkeeping import seed

    seed(_settings_for(arguments), arguments.products, terminal)


def _photo(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.shopkeeping import add_photo

    add_photo(_settings_for(arguments), arguments.slug, arguments.colour, arguments.file, terminal)


def _order(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.warehouse import move

    move(
        _settings_for(arguments),
        arguments.number,
        arguments.step,
        arguments.carrier,
        arguments.tracking,
        terminal,
    )


def _drill(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.drills.command import Options, drill

    options = Options(arguments.names, arguments.seed, arguments.json, arguments.data, arguments.isolated)
    if not drill(options, os.environ, terminal):
        raise SystemExit(1)


def _settings_for(arguments: argparse.Namespace) -> Settings:
    if arguments.data is None:
        return Settings.from_env(os.environ)
    from myclothes.run import settings_of

    return settings_of(arguments.data)


def _settings(_arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.settings_table import settings_table

    terminal.table(*settings_table())


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return read


if __name__ == "__main__":
    sys.exit(main())
