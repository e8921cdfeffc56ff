"""Imports point down only: backoffice → checkout → {orders, cart} → {catalog, accounts} → kernel.

A slice may import its own row's kernel and what stands below it, never a neighbour and never what stands above.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "myclothes"

BELOW = {
    "kernel": {"kernel"},
    "catalog": {"kernel"},
    "accounts": {"kernel"},
    "cart": {"catalog", "accounts", "kernel"},
    "orders": {"catalog", "accounts", "kernel"},
    "checkout": {"orders", "cart", "catalog", "accounts", "kernel"},
    "backoffice": {"checkout", "orders", "cart", "catalog", "accounts", "kernel"},
    "engines": set(),
    "cluster": {"engines", "settings", "instance", "relay_part", "terminal"},
    "drills": {"cluster", "engines", "kernel", "settings", "run", "asking", "app", "terminal"},
    "lesson": {"drills", "cluster", "engines", "catalog", "kernel", "instance", "settings", "asking", "terminal"},
    "locale": {"kernel"},
    "aws": {"engines", "catalog", "kernel", "settings", "terminal"},
}
"""What each package may import besides itself. Modules that stand alone at the top (cli, app, run …) may import all."""

SETTINGS_READERS = {"cart", "kernel"}
"""Composition inside a slice may take the settings as a type; only `settings.py` reads the environment."""


def modules() -> Iterator[Path]:
    yield from sorted(SOURCE.rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    """The dotted names under `myclothes` that a module imports, relative ones resolved."""
    package = ("myclothes", *path.relative_to(SOURCE).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("myclothes.")}


def forbidden(path: Path, imported: set[str]) -> set[str]:
    parts = path.relative_to(SOURCE).parts
    if len(parts) == 1:
        return set()
    allowed = BELOW[parts[0]] | {parts[0]}
    if parts[0] in SETTINGS_READERS:
        allowed = allowed | {"settings"}
    packages = {p.name for p in SOURCE.iterdir() if p.is_dir()} | {p.stem for p in SOURCE.glob("*.py")}
    return {name for name in imported if (slice_ := name.split(".")[1]) in packages and slice_ not in allowed}


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    assert not forbidden(path, imports_of(path))


def test_the_guard_sees_an_import_that_points_up() -> None:
    assert forbidden(SOURCE / "catalog" / "queries.py", {"myclothes.cart.model"})
    assert forbidden(SOURCE / "cart" / "pages.py", {"myclothes.engines.valkey"})
    assert not forbidden(SOURCE / "cart" / "pages.py", {"myclothes.catalog.model"})


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_the_settings_and_the_commands_read_the_environment(path: Path) -> None:
    if path.relative_to(SOURCE).parts[0] in {
        "settings.py",
        "engines",
        "aws",
        "serve.py",
        "run.py",
        "cli.py",
        "cluster_cli.py",
        "app.py",
        "worker.py",
    }:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}), f"line {node.lineno}"
