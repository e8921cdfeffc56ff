"""The demo shop holds together: nothing is missing, nothing is named twice, and everything is in both languages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

import pytest

from myclothes.catalog.demo import (
    CARE,
    PAGES,
    SHOP,
    DemoCategory,
    DemoProduct,
    Text,
    alt_text,
    fill,
    size_order,
    table,
)
from myclothes.catalog.demo.drawings import KINDS, PATTERNS, VIEWS, draw
from myclothes.catalog.demo.sizes import LETTERS, ONE_SIZE, SHOES, WAISTS

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SKU = re.compile(r"[A-Z0-9]{2,}(-[A-Z0-9]+){1,4}")
HANGUL = re.compile("[가-힣]")
SPELT_WITHOUT_HANGUL = {"US", "UK"}

each_product = pytest.mark.parametrize("product", SHOP.products, ids=lambda product: product.slug)
COLOURS = {colour.slug: colour for colour in SHOP.colours}
CATEGORIES = {category.slug: category for category in SHOP.categories}
GUIDES = {guide.slug: guide for guide in SHOP.size_guides}


def texts(value: object) -> Iterator[Text]:
    """All texts within a value, however deep."""
    if isinstance(value, Text):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)


def leaves() -> list[DemoCategory]:
    parents = {category.parent for category in SHOP.categories}
    return [category for category in SHOP.categories if category.slug not in parents]


def repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_the_shop_is_large_enough_to_browse() -> None:
    assert len(SHOP.products) >= 56
    assert len({product.kind for product in SHOP.products}) >= 12
    assert 4 <= len(SHOP.collections) <= 6
    assert 20 <= len(SHOP.colours) <= 24
    assert len({product.pattern for product in SHOP.products}) >= 6


def test_nothing_is_named_twice() -> None:
    assert not repeated(product.slug for product in SHOP.products)
    assert not repeated(product.code for product in SHOP.products)
    for things in (SHOP.products, SHOP.categories, SHOP.collections, SHOP.colours, SHOP.size_guides):
        assert not repeated(thing.slug for thing in things)
        assert not repeated(thing.name.en.casefold() for thing in things)
        assert not repeated(thing.name.ko for thing in things)
    assert not repeated(colour.hex for colour in SHOP.colours)


def test_no_two_products_share_a_text() -> None:
    for field in ("summary", "description"):
        assert not repeated(getattr(product, field).en for product in SHOP.products)
        assert not repeated(getattr(product, field).ko for product in SHOP.products)


def test_slugs_and_skus_fit_their_grammar() -> None:
    for things in (SHOP.products, SHOP.categories, SHOP.collections, SHOP.colours, SHOP.size_guides, PAGES):
        for thing in things:
            assert SLUG.fullmatch(thing.slug), thing.slug
            assert len(thing.slug) <= 80
    skus = [p.sku(colour, size) for p in SHOP.products for colour in p.colours for size in p.sizes]
    for sku in skus:
        assert SKU.fullmatch(sku), sku
        assert len(sku) <= 40
    assert not repeated(skus)


def test_every_text_is_in_both_languages() -> None:
    found = [*texts(SHOP), *texts(CARE), *texts(PAGES)]
    assert len(found) > 400
    for text in found:
        for words in (text.en, text.ko):
            assert words.strip() == words != ""
            assert "  " not in words
        assert not HANGUL.search(text.en), text.en
        assert HANGUL.search(text.ko) or text.ko in SPELT_WITHOUT_HANGUL, text.ko


def test_sentences_end_and_labels_do_not() -> None:
    for product in SHOP.products:
        assert product.summary.en.endswith(".")
        assert product.description.en.endswith(".")
        assert product.description.ko.endswith(("다.", "요."))
        assert not product.name.en.endswith(".")
        assert not product.summary.ko.endswith(".")
        assert 2 <= len(re.findall(r"[.?!](?: |$)", product.description.en)) <= 4, product.slug


@each_product
def test_a_product_refers_only_to_what_is_there(product: DemoProduct) -> None:
    assert product.category in {category.slug for category in leaves()}
    assert set(product.colours) <= set(COLOURS)
    assert 2 <= len(product.colours) == len(set(product.colours)) <= 5
    assert set(product.care) <= set(CARE)
    assert len(product.care) >= 3
    assert list(product.sizes) == sorted(set(product.sizes), key=size_order)
    if product.size_guide is not None:
        measured = {row.size for row in GUIDES[product.size_guide].rows}
        assert set(product.sizes) <= measured
    else:
        assert product.sizes == (ONE_SIZE,)
    places = {*product.colours, *product.sizes, *(f"{c}/{s}" for c in product.colours for s in product.sizes)}
    assert set(product.stock_exceptions) <= places


@each_product
def test_a_product_has_a_believable_price(product: DemoProduct) -> None:
    assert 1_000 <= product.price <= 60_000
    assert product.price % 100 == 0
    if product.sale_price is not None:
        assert product.price // 2 <= product.sale_price < product.price
    assert 0 <= product.popularity <= 100
    assert product.age_days > 0


@each_product
def test_a_material_says_how_much_of_what(product: DemoProduct) -> None:
    shares = [int(share) for share in re.findall(r"(\d+)%", product.material.en)]
    assert shares
    assert sum(shares) % 100 == 0
    assert shares == [int(share) for share in re.findall(r"(\d+)%", product.material.ko)]


def test_the_tree_is_whole_and_every_leaf_is_stocked() -> None:
    sold = Counter(product.category for product in SHOP.products)
    for place, category in enumerate(SHOP.categories):
        # `seed` writes them in this order, so a parent has to come first.
        assert category.parent is None or category.parent in {parent.slug for parent in SHOP.categories[:place]}
    for leaf in leaves():
        assert sold[leaf.slug] >= 2, leaf.slug


def test_a_collection_holds_products_that_exist_each_once() -> None:
    slugs = {product.slug for product in SHOP.products}
    for collection in SHOP.collections:
        assert set(collection.products) <= slugs
        assert not repeated(collection.products)
        assert len(collection.products) >= 4
    assert sum(len(collection.products) for collection in SHOP.collections) >= 30


def test_every_colour_is_a_cloth_that_something_comes_in() -> None:
    worn = {colour for product in SHOP.products for colour in product.colours}
    for colour in SHOP.colours:
        assert re.fullmatch("#[0-9a-f]{6}", colour.hex)
        assert colour.slug in worn, colour.slug


def test_some_things_are_on_sale_some_are_new_some_are_scarce_and_two_are_gone() -> None:
    stock = {p.slug: [p.stock_of(c, s) for c in p.colours for s in p.sizes] for p in SHOP.products}
    assert all(units >= 0 for left in stock.values() for units in left)
    assert 6 <= sum(product.sale_price is not None for product in SHOP.products) <= 12
    assert sum(product.age_days <= 30 for product in SHOP.products) >= 8
    assert sum(not any(left) for left in stock.values()) == 2
    assert sum(0 in left and any(left) for left in stock.values()) >= 8
    assert sum(any(0 < units <= 3 for units in left) for left in stock.values()) >= 8


def test_stock_takes_the_most_exact_exception() -> None:
    tee = SHOP.products[0]
    product = DemoProduct(
        **{
            **{field.name: getattr(tee, field.name) for field in fields(tee)},
            "stock_exceptions": {"ink/M": 1, "ink": 2, "M": 3},
        }
    )
    assert [product.stock_of(*place) for place in (("ink", "M"), ("ink", "L"), ("chalk", "M"))] == [1, 2, 3]
    assert product.stock_of("chalk", "L") == tee.stock_of("chalk", "L") > 3


def test_sizes_stand_in_order() -> None:
    for sizes in (LETTERS, WAISTS, SHOES):
        assert list(sizes) == sorted(sizes, key=size_order)
    with pytest.raises(KeyError):
        size_order("huge")


def test_a_size_guide_has_a_cell_for_each_measure_and_grows_with_the_size() -> None:
    for guide in SHOP.size_guides:
        for unit in ("cm", "in"):
            rows = table(guide, unit)
            assert all(len(row) == 1 + len(guide.measures) for row in rows)
            for column in zip(*rows, strict=True):
                numbers = [float(cell.split("–")[0]) for cell in column[1:] if re.match(r"\d", cell)]
                assert numbers == sorted(numbers)


def test_inches_are_converted_and_labels_are_not() -> None:
    assert table(GUIDES["tops"], "cm")[3] == ["M", "92–97", "76–81", "82"]
    assert table(GUIDES["tops"], "in")[3] == ["M", "36–38", "30–32", "32.5"]
    eu_42 = [row[1:3] for unit in ("cm", "in") for row in table(GUIDES["shoes"], unit) if row[0] == "42"]
    assert eu_42 == [["26.5", "265"], ["10.4", "265"]]


def test_a_picture_is_described_in_both_languages() -> None:
    assert alt_text("Everyday tee", "Dusk blue", "front", "en") == "Everyday tee in dusk blue"
    assert alt_text("에브리데이 티셔츠", "네이비", "detail", "ko") == "에브리데이 티셔츠, 네이비 컬러 소재 디테일"


def test_pages_say_how_long_things_are_kept() -> None:
    privacy = next(page for page in PAGES if page.slug == "privacy")
    for language in ("en", "ko"):
        text = " ".join(
            fill(paragraph.text.in_language(language), cart_days=90, session_days=30)
            for paragraph in privacy.paragraphs
        )
        assert "90" in text
        assert "30" in text
        assert "{" not in text


@each_product
def test_a_product_can_be_drawn_in_each_colour_from_each_side(product: DemoProduct) -> None:
    assert product.kind in KINDS
    assert product.pattern in PATTERNS
    for colour in product.colours:
        for view in VIEWS:
            picture = draw(product.kind, COLOURS[colour].hex, product.pattern, view)
            assert picture.startswith("<svg")
            assert alt_text(product.name.ko, COLOURS[colour].name.ko, view, "ko")
