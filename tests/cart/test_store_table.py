from pathlib import Path

from myclothes.cart.store_table import ALL, document
from myclothes.settings import CART_STORES

PAGE = Path(__file__).parents[2] / "docs" / "cart-stores.md"


def test_the_page_about_the_stores_says_what_the_stores_say() -> None:
    assert PAGE.read_text("utf-8") == document(), "run: python -m myclothes.cart.store_table > docs/cart-stores.md"


def test_every_store_that_can_be_chosen_is_in_it() -> None:
    assert sorted(facts.name for facts in ALL) == sorted(CART_STORES)
