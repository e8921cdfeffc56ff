"""Every choice is synthesised once a run, for all tests of all processes."""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from myclothes.aws.cloud import Cloud
from myclothes.aws.config import Config
from myclothes.aws.node import NodeMissing, use_node
from tests.aws.cloud_server import CREDENTIALS, standing_in

DOMAIN = {"domain": "shop.example.com", "hosted_zone": "example.com", "hosted_zone_id": "Z0123456789ABC"}
CHOICES: dict[str, Config] = {
    "lesson": Config.preset("lesson"),
    "small": Config.preset("small"),
    # A shop for millions has a domain; and so every kind of choice is among the four.
    "large": Config.preset("large", sticky=True, alarm_mail="night@example.com", **DOMAIN),
    "ephemeral": Config.preset("ephemeral", experiments=False),
}
Assembly = Callable[[str], Path]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    try:
        use_node()
    except NodeMissing as missing:
        terminalreporter.section("AWS: NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line(f"No stack was synthesised, so nothing about AWS is proven by this run. {missing}")


@pytest.fixture(scope="session")
def node() -> Path:
    try:
        return use_node()
    except NodeMissing as missing:
        pytest.skip(f"AWS NOT TESTED: {missing}")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if base.name.startswith("popen-") else base
    return folder / "aws"


@pytest.fixture(scope="session")
def release(shared: Path) -> tuple[Path, Path]:
    """Stands in for a wheel and its requirements."""
    folder = shared / "release"
    folder.mkdir(parents=True, exist_ok=True)
    wheel, requirements = folder / "myclothes-0.1.0-py3-none-any.whl", folder / "requirements.txt"
    wheel.write_bytes(b"a wheel")
    requirements.write_text("botocore\n")
    return wheel, requirements


@pytest.fixture(scope="session")
def assembly(node: Path, shared: Path, release: tuple[Path, Path]) -> Assembly:
    """`assembly("lesson")`: the folder with the templates, and what cdk-nag says in `validation-report.json`."""

    def made(name: str) -> Path:
        folder = shared / name
        with locked(shared / f"{name}.lock"):
            if not (folder / "done").exists():
                from tests.aws.synthesis import synthesise

                shutil.rmtree(folder, ignore_errors=True)
                synthesise(CHOICES[name], folder, *release)
                (folder / "done").touch()
        return folder

    return made


class locked:  # noqa: N801  (reads as what it is: `with locked(file)`)
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w")

    def __enter__(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


@pytest.fixture(scope="session", params=list(CHOICES))
def choice(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def config(choice: str) -> Config:
    return CHOICES[choice]


@pytest.fixture(scope="session")
def templates(choice: str, assembly: Assembly) -> Iterator[dict[str, Any]]:
    """Template by tier: network, data, edge, media, web, ops."""
    return templates_of(assembly(choice))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with standing_in() as address:
        yield address


@pytest.fixture
def cloud(address: str, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": address}.items():
        monkeypatch.setenv(name, value)
    return Cloud("eu-central-1")


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Begins the names of a test's own stacks."""
    return "t" + str(abs(hash(request.node.name)) % 10**8)


def templates_of(folder: Path) -> dict[str, Any]:
    files = sorted(folder.glob("*.template.json"))
    return {file.name.removesuffix(".template.json").rsplit("-", 1)[1]: json.loads(file.read_text()) for file in files}
