"""The rows of `myclothes aws` in the command line."""

import argparse
from collections.abc import Callable
from pathlib import Path

from myclothes.terminal import Terminal

Command = Callable[[argparse.Namespace, Terminal], None]

_SETTINGS = """\
The settings come from a preset (lesson, small, large, ephemeral), then from a file of `name = value` lines (aws.toml
in this folder, if it is there), then from --set. docs/aws.md lists them, and what each costs."""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    aws = commands.add_parser(
        "aws",
        help="the shop on AWS: templates, deployment, cost",
        description="The shop on AWS: templates, deployment, cost.",
        epilog="example:\n  myclothes aws deploy small --set region=eu-central-1",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    rows = aws.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def row(name: str, help_: str, example: str) -> argparse.ArgumentParser:
        made = rows.add_parser(
            name,
            help=help_,
            description=f"{help_[0].upper()}{help_[1:]}.\n\n{_SETTINGS}",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=_run(name))
        made.add_argument("preset", nargs="?", metavar="PRESET", help="lesson, small, large or ephemeral")
        made.add_argument("--config", type=Path, metavar="FILE", help="settings as TOML (aws.toml, if it is there)")
        made.add_argument("--set", action="append", metavar="NAME=VALUE", help="a setting; may be given often")
        if name != "plan":
            made.add_argument("--wheel", type=Path, metavar="FILE", help="the wheel to install (this very code)")
            made.add_argument("--requirements", type=Path, metavar="FILE", help="what the wheel needs, with hashes")
        return made

    synth = row("synth", "write the CloudFormation templates", "myclothes aws synth lesson --out build/aws")
    synth.add_argument("--out", type=Path, default=Path("build/aws"), help="folder to write to (%(default)s)")
    row("diff", "show what a deployment would change", "myclothes aws diff --set replicas=5")
    deploy = row(
        "deploy",
        "create or update the shop on AWS; pick up a deployment that was interrupted",
        "myclothes aws deploy lesson --set domain=shop.example.com --set hosted_zone_id=Z0123456789ABC",
    )
    deploy.add_argument(
        "--replace", action="store_true", help="let what holds data be replaced or removed, if the changes need that"
    )
    outputs = row("outputs", "show the addresses and names of what is deployed", "myclothes aws outputs --json")
    outputs.add_argument("--json", action="store_true", help="for programs")
    destroy = row("destroy", "delete the shop from AWS, after asking", "myclothes aws destroy ephemeral")
    destroy.add_argument("--yes", action="store_true", help="do not ask")
    plan = row(
        "plan",
        "estimate capacity and cost, and name the first limit",
        "myclothes aws plan large --shoppers 1000000",
    )
    plan.add_argument(
        "--shoppers", type=_whole, required=True, help="how many are in the shop at the same time, at the peak"
    )
    plan.add_argument("--seconds", type=_positive, default=20.0, help="between two pages of a shopper (%(default)s)")
    plan.add_argument("--adds", type=_share, default=0.05, help="share of requests that change a cart (%(default)s)")
    plan.add_argument(
        "--orders", type=_share, default=0.002, help="share of requests that place an order (%(default)s)"
    )
    plan.add_argument(
        "--mean", type=_share, default=0.35, help="load over the month, as a share of the peak (%(default)s)"
    )
    plan.add_argument("--prices", type=Path, metavar="FILE", help="a price file of your own")
    plan.add_argument("--measured", type=Path, metavar="FILE", help="measurements and assumptions of your own")
    plan.add_argument("--json", action="store_true", help="for programs")


def _run(name: str) -> Command:
    def run(arguments: argparse.Namespace, terminal: Terminal) -> None:
        from myclothes.aws import commands
        from myclothes.aws.config import ConfigError

        does: Command = {
            "synth": commands.synth,
            "diff": commands.show_diff,
            "deploy": commands.deploy,
            "outputs": commands.show_outputs,
            "destroy": commands.destroy,
            "plan": commands.plan,
        }[name]
        try:
            does(arguments, terminal)
        except ConfigError as error:
            for mistake in error.mistakes:
                terminal.error(mistake)
            terminal.error("", "docs/aws.md lists all settings.")
            raise SystemExit(2) from None

    return run


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 1000000000, not {text!r}")
    return int(text)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 86_400:
        raise argparse.ArgumentTypeError(f"must be a number above 0, not {text!r}")
    return number


def _share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"must be a share from 0 to 1, not {text!r}")
    return number
