from pathlib import Path

import pytest
from jinja2 import UndefinedError

from myclothes.kernel.i18n import Message
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.personal import MARKER
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.visit import Visit
from myclothes.kernel.web.visitor import Visitors

COOKIES = ShopCookies.over(secure=False, cart_days=1, session_days=1)


def visit(path: str = "/") -> Visit:
    return Visit({"type": "http", "method": "GET", "path": path, "query_string": b""}, {}, Visitors(COOKIES), "id", 0.0)


@pytest.fixture
def render(tmp_path: Path) -> Renderer:
    (tmp_path / "badge.html").write_text("<b>{{ count }}</b>")
    return Renderer(
        [tmp_path], static_url=lambda name: f"/static/h/{name}", currency="USD", base_url="https://shop.example/"
    )


@pytest.mark.parametrize(
    ("source", "path", "shown"),
    [
        ("{{ 4900|money }}", "/", "$49.00"),
        ("{{ 4900|money }}", "/ko/", "US$49.00"),
        ("{{ 49000|money('KRW') }}", "/ko/", "₩49,000"),
        ("{{ 100000|number }}", "/", "100,000"),
        ("{{ 'shop.css'|static }}", "/", "/static/h/shop.css"),
        ("{{ '/cart'|link }}", "/p/tee", "/cart"),
        ("{{ '/cart'|link }}", "/ko/p/tee", "/ko/cart"),
        ("{{ '/p/tee'|absolute }}", "/ko/p/tee", "https://shop.example/p/tee"),
        ("{{ language }}{{ prefix }}{{ visit.path }}", "/ko/p/tee", "ko/ko/p/tee"),
        ("{{ text }}", "/", "&lt;script&gt;"),
        ("{{ notice|message }}", "/", "Only 3 &lt;left&gt;"),
        ("{{ _('Hello %(name)s', name='<b>') }}", "/", "Hello &lt;b&gt;"),
    ],
)
def test_templates_can_say(render: Renderer, tmp_path: Path, source: str, path: str, shown: str) -> None:
    (tmp_path / "page.html").write_text(source)
    notice = Message("Only %(count)d %(what)s", count=3, what="<left>")
    assert render.fragment("page.html", visit(path), text="<script>", notice=notice) == shown


def test_a_misspelt_name_is_an_error_and_not_a_blank(render: Renderer, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ prodct }}")
    with pytest.raises(UndefinedError):
        render.page("page.html", visit(), product=1)


def test_the_badge_is_filled_in_or_left_open(render: Renderer, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ badge_html }}")
    assert render.page("page.html", visit(), badge=Badge(3, False)) == "<b>3</b>"
    assert render.page("page.html", visit()) == "<b>None</b>"
    open_page = render.cacheable("page.html", visit())
    assert open_page.plain(render.badge("en", "", Badge(5, True))) == b"<b>5</b>"
    assert render.fragment("page.html", visit()) == ""


def test_nobody_can_type_the_opening_into_a_page(render: Renderer, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ text }}{{ badge_html }}")
    assert len(render.cacheable("page.html", visit(), text=MARKER).pieces) == 2
