"""The commands of a shopkeeper on a shop that is set up by the environment: migrate, seed, photo."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from myclothes.asking import ask
from myclothes.engines.errors import EngineError
from myclothes.settings import Settings
from myclothes.terminal import Terminal

if TYPE_CHECKING:
    from myclothes.catalog.cached import Catalog


def migrate(settings: Settings, terminal: Terminal) -> None:
    """Bring the schema up to date; safe to run from several places at once."""
    from myclothes.kernel.db.migrate import migrate

    with terminal.step("Bringing the database up to date") as done:
        ran = ask(migrate(settings.database, settings.database_schema))
        done("Database is up to date")
    for name in ran:
        terminal.say(f"ran {name}")


def add_photo(settings: Settings, slug: str, colour: str, file: Path, terminal: Terminal) -> None:
    """Put a photo behind those that a colour of a product has. Running instances show it at once."""
    try:
        upload = file.read_bytes()
    except OSError as error:
        raise EngineError(f"{file} cannot be read: {error.strerror}.", "Name a JPEG, PNG or WebP file.") from error

    async def add() -> None:
        async with _catalog(settings) as catalog:
            await catalog.add_photo(slug, colour, upload)

    with terminal.step(f"Adding {file.name}"):
        ask(add())


def seed(settings: Settings, products: int | None, terminal: Terminal) -> None:
    """Load the demo shop, and with `products` generate more clothes until there are that many.

    Running instances show them at once.
    """
    from myclothes.catalog.generate import generate
    from myclothes.catalog.seed import seed_demo
    from myclothes.checkout.demo import seed_checkout

    async def tell() -> None:
        async with _catalog(settings) as catalog:
            await catalog.has_grown()

    with terminal.step("Hanging up the clothes of the demo shop") as done:
        fresh = ask(seed_demo(settings.database, settings.database_schema))
        ask(seed_checkout(settings.database, settings.database_schema))
        done("Demo shop is loaded" if fresh else "Demo shop was loaded before")
    added = 0
    if products is not None:
        with terminal.bar("Sewing") as progress:
            added = ask(generate(settings.database, settings.database_schema, products, progress))
        terminal.say(f"{added:,} products added")
    if fresh or added:
        ask(tell())


@asynccontextmanager
async def _catalog(settings: Settings) -> AsyncIterator["Catalog"]:
    """For changes that running instances are told of."""
    from myclothes.app import Shop

    shop = Shop.over(settings.on_primary())
    async with shop.open():
        yield shop.catalog
