"""The drawn pictures: every garment in every pattern, both views, and what is refused."""

import gzip
import re
from functools import cache
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from myclothes.catalog.demo.drawings import KINDS, PATTERNS, VERSION, VIEWS, draw
from myclothes.catalog.demo.drawings.mark import card, icon, mark
from myclothes.catalog.demo.drawings.shade import Shades, Tone

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    "svg", "defs", "g", "path", "use", "rect", "circle", "ellipse", "clipPath", "pattern", "linearGradient", "radialGradient", "stop",
    "filter", "feGaussianBlur", "feOffset", "feColorMatrix", "feMerge", "feMergeNode",
}  # fmt: skip
CAMEL, INK, CHALK = "#b98a56", "#141414", "#f7f4ee"

every_kind = pytest.mark.parametrize("kind", KINDS)


@cache
def drawing(kind: str, colour: str, pattern: str, view: str) -> str:
    return draw(kind, colour, pattern, view)


def all_of(kind: str) -> list[str]:
    return [drawing(kind, CAMEL, pattern, view) for pattern, view in product(PATTERNS, VIEWS)]


def test_there_are_enough_garments_to_fill_a_shop() -> None:
    assert len(KINDS) == len(set(KINDS)) >= 15
    assert {"plain", "stripe", "check", "knit", "melange", "herringbone", "denim", "dots"} <= set(PATTERNS)
    assert VIEWS == ("front", "detail")
    assert VERSION


@every_kind
def test_a_drawing_is_well_formed_svg_of_four_by_five(kind: str) -> None:
    for text in all_of(kind):
        root = ET.fromstring(text)
        assert root.tag == SVG + "svg"
        assert root.get("viewBox") == "0 0 800 1000"


@every_kind
def test_a_drawing_holds_shapes_only_and_reaches_for_nothing_outside_itself(kind: str) -> None:
    for text in all_of(kind):
        for element in ET.fromstring(text).iter():
            assert element.tag.removeprefix(SVG) in ALLOWED
            for name, value in element.attrib.items():
                assert not name.startswith("on")
                assert name not in {"style", "src"}
                assert name != "href" or value.startswith("#")
                assert "url(" not in value or value.startswith("url(#")


@every_kind
def test_ids_are_unique_and_every_reference_finds_its_target(kind: str) -> None:
    for text in all_of(kind):
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', text)) <= set(ids)


def test_drawings_may_stand_in_one_document_without_sharing_an_id() -> None:
    ids = [i for kind in KINDS for text in all_of(kind) for i in re.findall(r'\bid="([^"]+)"', text)]
    assert len(ids) == len(set(ids))


@every_kind
def test_a_drawing_is_small(kind: str) -> None:
    for text in all_of(kind):
        assert len(text.encode()) < 16 * 1024
        assert len(gzip.compress(text.encode())) < 5 * 1024


@every_kind
def test_the_same_order_gives_the_same_drawing(kind: str) -> None:
    assert draw(kind, CAMEL, "plain", "front") == draw(kind, CAMEL, "plain", "front")
    assert draw(kind, CAMEL.upper(), "plain", "front") == draw(kind, CAMEL, "plain", "front")


@every_kind
def test_view_pattern_and_colour_each_change_the_drawing(kind: str) -> None:
    plain = drawing(kind, CAMEL, "plain", "front")
    others = [
        drawing(kind, CAMEL, "plain", "detail"),
        drawing(kind, CAMEL, "check", "front"),
        drawing(kind, INK, "plain", "front"),
    ]
    bodies = {without_ids(text) for text in (plain, *others)}
    assert len(bodies) == 4


@every_kind
@pytest.mark.parametrize("colour", [CAMEL, "#35476b", "#8e3f35"])
def test_the_garment_is_dyed_in_the_very_colour_asked_for(kind: str, colour: str) -> None:
    assert f'fill="{colour}"' in drawing(kind, colour, "plain", "front")


@every_kind
@pytest.mark.parametrize("colour", [INK, CHALK, "#000000", "#ffffff"])
def test_the_darkest_and_the_palest_cloth_keep_their_folds_and_stand_off_the_paper(kind: str, colour: str) -> None:
    shades = Shades(colour)
    cloth, shade, light, paper = (
        Tone.read(tone).lightness for tone in (shades.base, shades.deep, shades.bright, shades.paper(0.92))
    )
    assert cloth - shade > 0.12
    assert light - shade > 0.2
    assert abs(cloth - paper) > 0.08
    assert f'fill="{shades.base}"' in drawing(kind, colour, "plain", "front")


@pytest.mark.parametrize(
    ("kind", "colour", "pattern", "view"),
    [
        ("crown", CAMEL, "plain", "front"),
        ("", CAMEL, "plain", "front"),
        ("tee", CAMEL, "tartan", "front"),
        ("tee", CAMEL, "plain", "back"),
        ("tee", "red", "plain", "front"),
        ("tee", "#fff", "plain", "front"),
        ("tee", "b98a56", "plain", "front"),
        ("tee", "#b98a5g", "plain", "front"),
        ("tee", "#b98a56\n", "plain", "front"),
        ("tee", '#b98a5"/><script>', "plain", "front"),
        ("tee", "#١٢٣٤٥٦", "plain", "front"),
    ],
)
def test_what_nobody_draws_is_refused(kind: str, colour: str, pattern: str, view: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        draw(kind, colour, pattern, view)


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#b98a56", "#35476b", "#00ff00", "#7f7f7f"])
def test_a_tone_survives_the_way_there_and_back(colour: str) -> None:
    assert Tone.read(colour).hex() == colour


def test_the_mark_and_the_card_are_well_formed_and_escape_their_texts() -> None:
    assert ET.fromstring(icon()).get("viewBox") == "0 0 64 64"
    assert 'stroke="#123456"' in mark("#123456")
    shared = ET.fromstring(card("<b>&", '"Quiet"'))
    assert (shared.get("width"), shared.get("height")) == ("1200", "630")
    assert [text.text for text in shared.iter(SVG + "text")] == ["<b>&", '"Quiet"']
    assert len([tile for tile in shared.iter(SVG + "svg") if tile is not shared]) == 3


def without_ids(text: str) -> str:
    return re.sub(r'\bid="[^"]+"|#[a-z]{5}\d+', "", text)
