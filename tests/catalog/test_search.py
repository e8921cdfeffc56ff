"""Search on the demo shop, in both languages, by people who mistype."""

import unicodedata
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from myclothes.catalog import search
from myclothes.catalog.bitmaps import members
from myclothes.catalog.search import Found
from myclothes.kernel.db.pools import Database
from tests.conftest import Run

Reader = Callable[[], AbstractAsyncContextManager[Database]]


async def look(reader: Reader, typed: str) -> tuple[Found, list[str]]:
    """What is found, and the names in order: English and Korean."""
    async with reader() as database, database.reading() as connection:
        found = await search.find(connection, typed)
        ids = found.ranked or members(int.from_bytes(found.products, "little"))
        rows = await connection.fetch("SELECT product_id, name_en, name_ko FROM shelf WHERE product_id = ANY ($1)", ids)
    names = {row["product_id"]: f"{row['name_en']} · {row['name_ko']}" for row in rows}
    return found, [names[product] for product in ids]


@pytest.mark.parametrize(
    ("typed", "within"),
    [
        ("coat", "coat"),
        ("COATS", "coat"),
        ("wool coat", "wool"),
        ("coat wool", "wool"),
        ("hood", "hoodie"),
        ("the hoodies", "hoodie"),
        ("코트", "코트"),
        ("후디", "후디"),
        ("티셔", "티셔츠"),
    ],
)
def test_words_in_any_form_find_products_named_so_first(
    run: Run[None], demo_reader: Reader, typed: str, within: str
) -> None:
    async def scenario() -> None:
        _, names = await look(demo_reader, typed)
        assert names
        assert within in names[0].casefold(), names

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hodie", "hoodie"),
        ("jaket", "jacket"),
        ("jackte", "jacket"),
        ("sneeker", "sneaker"),
        ("wool caot", "wool coat"),
        ("니투", "니트"),
        ("후다", "후디"),
    ],
)
def test_a_mistyped_word_is_taken_for_the_one_most_like_it(
    run: Run[None], demo_reader: Reader, typed: str, meant: str
) -> None:
    async def scenario() -> None:
        found, names = await look(demo_reader, typed)
        assert found.meant == meant
        assert names == (await look(demo_reader, meant))[1]

    run(scenario())


def test_korean_that_was_typed_in_letters_apart_is_the_same_word(run: Run[None], demo_reader: Reader) -> None:
    async def scenario() -> None:
        assert (await look(demo_reader, unicodedata.normalize("NFD", "코트")))[1] == (await look(demo_reader, "코트"))[
            1
        ]

    run(scenario())


def test_a_sku_finds_its_product_and_the_beginning_of_one_as_well(run: Run[None], demo_reader: Reader) -> None:
    async def scenario() -> None:
        async with demo_reader() as database, database.reading() as connection:
            sku, name = await connection.fetchrow(
                "SELECT sku, name FROM variant JOIN product_text USING (product_id) WHERE language = 'en' LIMIT 1"
            )
        for typed in (sku, sku.lower(), sku.rpartition("-")[0], sku.partition("-")[0]):
            found, names = await look(demo_reader, typed)
            assert [shown.partition(" · ")[0] for shown in names] == [name]
            assert found.meant is None

    run(scenario())


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1 --",
        "a & | ! ( ) : * <-> '",
        "\\",
        "%_%",
        "'); DROP TABLE product; --",
        "coat:*A",
        "é" * 100,
        "🧥",
        "-",
    ],
)
def test_nothing_that_is_typed_is_taken_for_a_command(run: Run[None], demo_reader: Reader, typed: str) -> None:
    async def scenario() -> None:
        await look(demo_reader, typed)
        assert (await look(demo_reader, "coat"))[1]

    run(scenario())


def test_gibberish_finds_nothing(run: Run[None], demo_reader: Reader) -> None:
    async def scenario() -> None:
        found, names = await look(demo_reader, "qzxwv")
        assert (names, found.meant) == ([], None)

    run(scenario())


def test_every_word_must_be_found(run: Run[None], demo_reader: Reader) -> None:
    async def scenario() -> None:
        both = set((await look(demo_reader, "linen shirt"))[1])
        assert both == set((await look(demo_reader, "linen"))[1]) & set((await look(demo_reader, "shirt"))[1])
        assert both

    run(scenario())


def test_many_matches_are_not_ranked_one_by_one(
    run: Run[None], demo_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_MATCH", search._MATCH.replace(str(search._RANKED), "1"))

    async def scenario() -> None:
        found, _ = await look(demo_reader, "coat")
        assert found.ranked == []
        titled, everything = (int.from_bytes(bits, "little") for bits in (found.titled, found.products))
        assert titled.bit_count() > 0
        assert titled & everything == titled

    run(scenario())
