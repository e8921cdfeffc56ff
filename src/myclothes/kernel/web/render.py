"""Templates: Jinja2, escaped by default, one environment a language.

    renderer = Renderer([catalog_templates, cart_templates], static_url=static.url, currency="USD", base_url=…)
    renderer.page("cart.html", visit, badge=badge, **context) -> str              a page for one visitor
    renderer.cacheable("product.html", visit, **context) -> PersonalPage          the same page for all, badge left open
    renderer.fragment("cart_drawer.html", visit, **context) -> str                a piece without the page around it
    renderer.badge(visit.language, visit.prefix, badge) -> Piece                  what fills the opening (from badge.html)

Templates are looked for in the folders given, then among the kernel's own (`kernel/web/templates`). Undefined names raise.
Every template sees `visit`, `language`, `prefix`, `languages`, `base_url`, `badge_html` (put it wherever the badge goes:
its content is `badge.html`, rendered with `count` (None: unknown) and `signed_in`), `_()`, `ngettext()`, and the filters

    {{ 4900|money }}  {{ 4900|money("KRW") }}     price in the visitor's language; amounts in minor units
    {{ 100000|number }}                           100,000, as the visitor's language writes it
    {{ "shop.css"|static }}                       /static/{hash}/shop.css
    {{ "/cart"|link }}                            the address with the visitor's language prefix
    {{ "/cart"|absolute }}                        base_url + path, for canonical and Open Graph
    {{ notice|message }}                          a Message (or a plain msgid) in the visitor's language
    {{ order.placed_at|day }}  {{ sent_at|moment }}  November 22, 2026; the same with the time
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from myclothes.kernel.dates import format_day, format_moment
from myclothes.kernel.i18n import LANGUAGES, translate, translations
from myclothes.kernel.money import format_money
from myclothes.kernel.numbers import format_number
from myclothes.kernel.web.badge import UNKNOWN, Badge
from myclothes.kernel.web.personal import MARKER, PersonalPage, Piece
from myclothes.kernel.web.visit import Visit

TEMPLATES = Path(__file__).parent / "templates"
_OPENING = Markup(MARKER)  # noqa: S704  (a constant of ours)


class Renderer:
    def __init__(
        self, folders: Sequence[Path], *, static_url: Callable[[str], str], currency: str, base_url: str
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._environments = {
            language: self._environment(language, [*folders, TEMPLATES], static_url, currency) for language in LANGUAGES
        }
        self.badge = lru_cache(maxsize=4_096)(self._badge)

    def page(self, template: str, visit: Visit, /, *, badge: Badge = UNKNOWN, **context: Any) -> str:
        """A whole page with this visitor's badge. Raises Jinja's errors: they are defects of ours."""
        piece = self.badge(visit.language, visit.prefix, badge)
        return self._render(template, visit, Markup(piece.plain.decode()), context)  # noqa: S704  (rendered, escaped)

    def cacheable(self, template: str, visit: Visit, /, **context: Any) -> PersonalPage:
        """A whole page with an opening for the badge: for every visitor of this language and prefix."""
        return PersonalPage.split(self._render(template, visit, _OPENING, context))

    def fragment(self, template: str, visit: Visit, /, **context: Any) -> str:
        """A part of a page, for scripts that put it in place."""
        return self._render(template, visit, Markup(""), context)

    def _render(self, template: str, visit: Visit, badge_html: Markup, context: dict[str, Any]) -> str:
        return (
            self._environments[visit.language]
            .get_template(template)
            .render(context, visit=visit, prefix=visit.prefix, badge_html=badge_html)
        )

    def _badge(self, language: str, prefix: str, badge: Badge) -> Piece:
        template = self._environments[language].get_template("badge.html")
        html = template.render(prefix=prefix, count=badge.count, signed_in=badge.signed_in)
        return Piece.of(html.encode())

    def _environment(
        self, language: str, folders: Sequence[Path], static_url: Callable[[str], str], currency: str
    ) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(language=language, languages=LANGUAGES, base_url=self._base_url)
        environment.filters.update(
            money=lambda amount, code=currency: format_money(amount, code, language),
            number=lambda number: format_number(number, language),
            static=static_url,
            link=_link,
            absolute=lambda path: self._base_url + path,
            message=lambda text: translate(text, language),
            day=lambda day: format_day(day, language),
            moment=lambda moment: format_moment(moment, language),
        )
        return environment


@pass_context
def _link(context: Context, path: str) -> str:
    return str(context["prefix"]) + path
