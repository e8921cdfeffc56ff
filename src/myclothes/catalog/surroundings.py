"""What stands around a page: the departments in its header, the pieces that go with a piece."""

from collections.abc import Sequence
from typing import Protocol

from myclothes.catalog.model import Category


class Tree(Protocol):
    async def categories(self, language: str) -> Sequence[Category]: ...


async def departments(catalog: Tree, language: str) -> list[Category]:
    """The outermost categories that have something to sell."""
    return [category for category in await catalog.categories(language) if category.parent is None and category.count]
