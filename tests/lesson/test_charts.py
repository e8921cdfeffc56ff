import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from myclothes.lesson.charts import WIDTH, Bar, bars, weights

names = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


@given(st.lists(st.tuples(names, st.floats(0, 1e6)), max_size=8))
def test_bars_are_drawn_to_scale_whatever_they_are_called(rows: list[tuple[str, float]]) -> None:
    most = max((value for _, value in rows), default=0)
    drawn = ElementTree.fromstring(bars([Bar(name, value, f"{value:.0f}") for name, value in rows], most, 'a "chart"'))
    lengths = [float(rect.attrib["width"]) for rect in drawn.iter("rect")]
    assert len(lengths) == len(rows)
    assert all(0 < length < WIDTH for length in lengths)
    assert [one for _, one in sorted(zip([v for _, v in rows], lengths, strict=True))] == sorted(lengths)


def test_a_growing_cookie_is_a_line_below_the_limit() -> None:
    drawn = weights([187, 500, 1_000, 4_000], 4_096, 55, "growth")
    ElementTree.fromstring(drawn)
    found = re.search(r'polyline points="([^"]+)"', drawn)
    assert found
    heights = [float(point.split(",")[1]) for point in found[1].split()]
    assert heights == sorted(heights, reverse=True), "more lines stand higher"
    assert "4,096 bytes" in drawn
    assert "an id: 55 bytes" in drawn


def test_no_lines_at_all_can_be_drawn() -> None:
    ElementTree.fromstring(weights([], 4_096, 55, "growth"))
    ElementTree.fromstring(weights([187], 4_096, 55, "growth"))
