"""`myclothes aws …`: what each command does, once its settings are read."""

import json
import tempfile
import tomllib
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from myclothes.aws.assembly import Assembly, read_assembly
from myclothes.aws.cloud import INSTALL, Cloud
from myclothes.aws.config import Config, ConfigError, read
from myclothes.aws.ctrl_c import CtrlC
from myclothes.aws.deploy import Deployment
from myclothes.aws.destroy import Destruction, kept, protected, standing
from myclothes.aws.diff import diff, lines
from myclothes.aws.errors import AwsError
from myclothes.aws.media import media
from myclothes.aws.outputs import outputs
from myclothes.aws.plan import as_json, show, sizing_of
from myclothes.aws.progress import Progress
from myclothes.aws.upload import buckets
from myclothes.aws.wheel import SOURCE, build_wheel
from myclothes.terminal import Terminal

CONFIG_FILE = Path("aws.toml")
REQUIREMENTS = SOURCE / "requirements" / "serve.txt"
"""What an instance needs: no engines, and nothing to deploy or test with."""


def synth(arguments: Namespace, terminal: Terminal) -> None:
    config = config_of(arguments)
    with terminal.step("Drawing up the stacks") as done:
        assembly = _drawn_up(config, arguments, arguments.out, _wheel(arguments, arguments.out))
        done(f"{len(assembly.stacks)} stacks are drawn up")
    for file in assembly.stacks:
        terminal.say(f"{file.template}  ({len(file.content.get('Resources', {}))} resources)")


def show_diff(arguments: Namespace, terminal: Terminal) -> None:
    with _assembly(arguments, terminal) as (config, assembly, _):
        for name, status, found in diff(Cloud(config.region), assembly):
            for line in lines(name, status, found):
                terminal.say(escape(line))


def deploy(arguments: Namespace, terminal: Terminal) -> None:
    with _assembly(arguments, terminal) as (config, assembly, wheel):
        cloud = Cloud(config.region)
        terminal.title(f"{config.name}: account {cloud.account}, {config.region}")
        files = media(wheel)
        with CtrlC() as ctrl_c:
            Deployment(cloud, Progress(), replace=arguments.replace, sleep=ctrl_c.sleep).run(assembly, files)
        _show_outputs(cloud, assembly, terminal)


def show_outputs(arguments: Namespace, terminal: Terminal) -> None:
    with _assembly(arguments, terminal) as (config, assembly, _):
        found = outputs(Cloud(config.region), assembly)
        if not found:
            raise AwsError(f"{config.name} is not deployed in {config.region}.", "`myclothes aws deploy` does that.")
        if arguments.json:
            flat = {name: {key: value for key, value, _ in listed} for name, listed in found.items()}
            terminal.say(escape(json.dumps(flat, indent=2)))
        else:
            _show_outputs(Cloud(config.region), assembly, terminal)


def destroy(arguments: Namespace, terminal: Terminal) -> None:
    with _assembly(arguments, terminal) as (config, assembly, _):
        cloud, ctrl_c = Cloud(config.region), CtrlC()
        stacks = standing(cloud, assembly, sleep=ctrl_c.sleep)
        if not stacks:
            terminal.say(f"{config.name} is not deployed in {config.region}.")
            return
        staying = [*kept(stacks), *(f"The bucket with the releases stays: {name}" for name in buckets(cloud, assembly))]
        if not protected(stacks) and not arguments.yes:
            terminal.say(f"To be deleted in account {cloud.account}, {config.region}:")
            for line in [stack.name for stack in stacks] + staying:
                terminal.say(escape(f"  {line}"))
            try:
                typed = input(f"Type {config.name} to delete all of this: ")
            except EOFError:
                typed = ""
            if typed.strip() != config.name:
                raise AwsError("Nothing was deleted.", "It asks for the name so that no shop goes by mistake.")
        with ctrl_c:
            Destruction(Progress()).run(stacks)
        terminal.say("What stays costs until you delete it:")
        for line in staying:
            terminal.say(escape(f"  {line}"))


def plan(arguments: Namespace, terminal: Terminal) -> None:
    sizing = sizing_of(config_of(arguments), arguments)
    if arguments.json:
        terminal.say(escape(json.dumps(as_json(sizing), indent=2)))
    else:
        show(sizing, Console(highlight=False))


def config_of(arguments: Namespace) -> Config:
    """Preset, then the file, then `--set`. Raises `ConfigError` with every mistake."""
    settings: dict[str, str] = {}
    preset = arguments.preset
    file = arguments.config or (CONFIG_FILE if CONFIG_FILE.is_file() else None)
    if file is not None:
        from_file = _settings_in(file)
        preset = preset or from_file.pop("preset", None)
        from_file.pop("preset", None)
        settings |= from_file
    for item in arguments.set or []:
        name, equals, value = item.partition("=")
        if not equals:
            raise ConfigError([f"--set wants NAME=VALUE, not {item!r}."])
        settings[name.strip()] = value
    return read(preset or "lesson", settings)


def _settings_in(file: Path) -> dict[str, str]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError([f"{file} cannot be read: {error.strerror}."]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file} is not TOML: {error}."]) from None
    return {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in values.items()
    }


@contextmanager
def _assembly(arguments: Namespace, terminal: Terminal) -> Iterator[tuple[Config, Assembly, Path]]:
    """The settings, what `synth` makes of them, and the wheel in it, in a folder that goes away afterwards."""
    config = config_of(arguments)
    with tempfile.TemporaryDirectory(prefix="myclothes-aws-") as folder:
        with terminal.step("Drawing up the stacks") as done:
            wheel = _wheel(arguments, Path(folder))
            assembly = _drawn_up(config, arguments, Path(folder), wheel)
            done(f"{len(assembly.stacks)} stacks are drawn up")
        yield config, assembly, wheel


def _wheel(arguments: Namespace, folder: Path) -> Path:
    wheel: Path = arguments.wheel or build_wheel(folder / "wheel")
    return wheel


def _drawn_up(config: Config, arguments: Namespace, folder: Path, wheel: Path) -> Assembly:
    from myclothes.aws.node import NodeMissing

    requirements = arguments.requirements or REQUIREMENTS
    for file, option in ((wheel, "--wheel"), (requirements, "--requirements")):
        if not file.is_file():
            raise AwsError(f"{file} is not there.", f"Name the file with {option}.")
    try:
        from myclothes.aws.app import synth as synthesize

        return read_assembly(synthesize(config, folder / "templates", wheel=wheel, requirements=requirements))
    except NodeMissing as error:
        raise AwsError("There is no Node.js, which the AWS CDK runs on.", INSTALL) from error
    except ImportError as error:
        if error.name and error.name.startswith("myclothes"):
            raise
        raise AwsError(f"The AWS CDK is not installed ({error.name} is missing).", INSTALL) from None


def _show_outputs(cloud: Cloud, assembly: Assembly, terminal: Terminal) -> None:
    for name, listed in outputs(cloud, assembly).items():
        terminal.say(name)
        for key, value, meaning in listed:
            terminal.say(escape(f"  {key} = {value}" + (f"    {meaning}" if meaning else "")))
