"""`myclothes cluster …`: the commands on a whole architecture, and what their options mean."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from myclothes.cluster.control import ask
from myclothes.cluster.plan import LEAST_ZONES, MOST_REPLICAS, MOST_WEB, ZONES
from myclothes.settings import CART_STORES, Settings
from myclothes.terminal import Terminal

FOLDER = Path(".myclothes-cluster")
Does = Callable[[argparse.Namespace, Terminal], None]
Number = Callable[[int, int], Callable[[str], int]]


def add_cluster(commands: Any, number: Number) -> None:
    """`commands` is what `add_subparsers` gave; `number(least, most)` reads a whole number."""
    cluster = _command(
        commands,
        "cluster",
        "the whole architecture on this machine: zones, balancers, replicas, failover",
        "myclothes cluster up --web 4",
    )
    todo = cluster.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_up(todo, number)
    status = _add(todo, "status", _status, "how every node is", "myclothes cluster status --json")
    status.add_argument("--json", action="store_true", help="as data")
    kill = _add(todo, "kill", _kill, "kill -9 a node; it comes back by itself", "myclothes cluster kill carts-1-a")
    kill.add_argument("name", metavar="NAME", help="of the node, as `status` lists it")
    kill.add_argument("--stay", action="store_true", help="it stays dead until `start` or `heal`")
    for name, help_, example in (
        ("start", "let a node run again that was killed to stay dead", "db-a"),
        ("freeze", "stop a node without ending it, as a machine that hangs", "db-a"),
        ("thaw", "let a frozen node go on", "db-a"),
        ("pause-replay", "have a database that follows show nothing new", "db-4"),
        ("resume-replay", "have it catch up", "db-4"),
    ):
        made = _add(todo, name, _on_node(name), help_, f"myclothes cluster {name} {example}")
        made.add_argument("name", metavar="NAME", help="of the node, as `status` lists it")
    cut = _add(
        todo,
        "cut",
        _cut,
        "cut a zone off; without --isolated there is no cable, and all in it dies and stays dead",
        "myclothes cluster cut b",
    )
    cut.add_argument("zone", metavar="ZONE", help="a, b, c …")
    heal = _add(todo, "heal", _heal, "undo cuts, and let the frozen and the dead go on", "myclothes cluster heal b")
    heal.add_argument("zone", metavar="ZONE", nargs="?", help="only there")
    scale = _add(todo, "scale", _scale, "change how many web instances there are", "myclothes cluster scale 5")
    scale.add_argument("wanted", metavar="N", type=number(1, MOST_WEB), help="how many")
    track = _add(
        todo,
        "track",
        _track,
        "let the load decide how many web instances there are, until the next `scale`",
        "myclothes cluster track --least 3 --most 8",
    )
    track.add_argument(
        "--in-flight", type=number(1, 1_000), default=8, metavar="N", help="requests at once for each (%(default)s)"
    )
    track.add_argument("--least", type=number(1, MOST_WEB), default=3, help="instances at night (%(default)s)")
    track.add_argument("--most", type=number(1, MOST_WEB), default=6, help="instances in a crowd (%(default)s)")
    _add(todo, "rollout", _rollout, "replace all web instances, one after the other", "myclothes cluster rollout")
    switchover = _add(
        todo, "switchover", _switchover, "move the primary database, losing nothing", "myclothes cluster switchover"
    )
    switchover.add_argument("to", metavar="NAME", nargs="?", help="the database that takes over")
    probe = _add(todo, "probe", _probe, "try who can connect to whom (only with --isolated)", "myclothes cluster probe")
    probe.add_argument("--json", action="store_true", help="as data")


def _add_up(todo: Any, number: Number) -> None:
    up = _add(
        todo, "up", _up, "start a cluster, in the foreground until Ctrl-C", "myclothes cluster up --web 4 --isolated"
    )
    up.add_argument("--zones", type=number(LEAST_ZONES, len(ZONES)), help=f"{LEAST_ZONES} to {len(ZONES)} (3)")
    up.add_argument("--web", type=number(1, MOST_WEB), help="web instances (3)")
    up.add_argument("--replicas", type=number(0, MOST_REPLICAS), help="databases to read from besides (2)")
    up.add_argument("--carts", choices=CART_STORES, default="valkey", help="where carts are kept (%(default)s)")
    up.add_argument("--sticky", action="store_true", help="send a shopper to the same instance again")
    up.add_argument(
        "--rate",
        type=number(0, 1_000_000),
        default=1_000,
        metavar="N",
        help="requests a second that a balancer takes from one address; 0: any number (%(default)s)",
    )
    up.add_argument("--isolated", action="store_true", help="networks of their own, with security groups (Linux)")
    up.add_argument(
        "--port", type=number(1024, 55_000), help="first of a hundred ports (the first free hundred from 8100 on)"
    )
    up.add_argument("--no-demo", action="store_true", help="leave the shop empty")
    up.add_argument("--enclosed", help=argparse.SUPPRESS)


def _command(commands: Any, name: str, help_: str, example: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_,
        description=help_[0].upper() + help_[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return made


def _add(commands: Any, name: str, does: Does, help_: str, example: str) -> argparse.ArgumentParser:
    made = _command(commands, name, help_, example)
    made.add_argument("--data", type=Path, default=FOLDER, help="folder of the cluster (%(default)s)")
    made.set_defaults(command=does)
    return made


def _up(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.cluster.remembered import Wish
    from myclothes.cluster.starting import start_cluster

    wish = Wish(
        zones=arguments.zones,
        web=arguments.web,
        replicas=arguments.replicas,
        base_port=arguments.port,
        carts=arguments.carts,
        sticky=arguments.sticky,
        isolated=arguments.isolated,
        demo=not arguments.no_demo,
        rate=arguments.rate,
    )
    code = start_cluster(arguments.data, wish, os.environ, terminal, _prepare, enclosed=arguments.enclosed)
    if code:
        sys.exit(code)


def _prepare(settings: Settings, demo: bool) -> str:
    from myclothes.asking import ask as ask_database
    from myclothes.catalog.seed import seed_demo
    from myclothes.checkout.demo import seed_checkout
    from myclothes.kernel.db.migrate import migrate

    count = len(ask_database(migrate(settings.database, settings.database_schema)))
    migrations = f"Database, {count} migrations" if count else "Database"
    if not demo:
        return migrations
    fresh = ask_database(seed_demo(settings.database, settings.database_schema))
    ask_database(seed_checkout(settings.database, settings.database_schema))
    return f"{migrations}; demo shop{', freshly hung up' if fresh else ''}"


def _status(arguments: argparse.Namespace, terminal: Terminal) -> None:
    found = ask(arguments.data, "status", seconds=20)
    if arguments.json:
        terminal.data(json.dumps(found))
    else:
        from myclothes.cluster.status_table import show

        show(found, terminal)
    if not found["green"]:
        sys.exit(1)


def _kill(arguments: argparse.Namespace, terminal: Terminal) -> None:
    ask(arguments.data, "kill", name=arguments.name, stay=arguments.stay)
    terminal.say(f"{arguments.name} is dead.")


def _on_node(do: str) -> Does:
    def does(arguments: argparse.Namespace, terminal: Terminal) -> None:
        ask(arguments.data, do, name=arguments.name)
        terminal.say(f"{arguments.name}: done.")

    return does


def _cut(arguments: argparse.Namespace, terminal: Terminal) -> None:
    ask(arguments.data, "cut", zone=arguments.zone)
    terminal.say(f"Zone {arguments.zone} is away.")


def _heal(arguments: argparse.Namespace, terminal: Terminal) -> None:
    ask(arguments.data, "heal", zone=arguments.zone)
    terminal.say(f"Zone {arguments.zone} is healed." if arguments.zone else "All zones are healed.")


def _scale(arguments: argparse.Namespace, terminal: Terminal) -> None:
    with terminal.step(f"Going to {arguments.wanted} web instances") as done:
        found = ask(arguments.data, "scale", wanted=arguments.wanted)
        done(", ".join(found["web"]))
    terminal.say(f"{len(found['web'])} web instances serve.")


def _track(arguments: argparse.Namespace, terminal: Terminal) -> None:
    ask(arguments.data, "track", in_flight=arguments.in_flight, least=arguments.least, most=arguments.most)
    span = f"{arguments.least} to {arguments.most} web instances"
    terminal.say(f"The load decides: {span}, {arguments.in_flight} requests at once for each.")


def _rollout(arguments: argparse.Namespace, terminal: Terminal) -> None:
    with terminal.step("Replacing all web instances") as done:
        found = ask(arguments.data, "rollout")
        done(", ".join(found["web"]))
    terminal.say(f"{len(found['web'])} new web instances serve.")


def _switchover(arguments: argparse.Namespace, terminal: Terminal) -> None:
    found = ask(arguments.data, "switchover", to=arguments.to)
    terminal.say(f"{found['primary']} is the primary.")


def _probe(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from myclothes.cluster.probe_table import show

    with terminal.step("Trying every pair"):
        report = ask(arguments.data, "probe")
    if arguments.json:
        terminal.data(json.dumps(report))
    else:
        show(report, terminal)
    if not report["as_declared"]:
        sys.exit(1)
