"""Letters from templates: one template a kind, from which the HTML and the plain text are both made.

    letters = Letters([folder, …], base_url="https://shop.example")
    letters.write("account_reset", "ko", {"url": …, "minutes": 30}) -> Letter

A template extends `layout` and says its parts (`heading`, `say`, `button`, `aside`, `facts` …) by macros from `parts`.
Which layout and which parts those are depends on the form, so that the two forms never say different things.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from myclothes.kernel.dates import format_day
from myclothes.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES, translate, translations
from myclothes.kernel.mail.message import Letter, one_line
from myclothes.kernel.money import format_money
from myclothes.kernel.outbox_relay import Hopeless

TEMPLATES = Path(__file__).parent / "templates"
_WIDTH = 72
_KIND = re.compile(r"[a-z_]{1,40}")


class Letters:
    def __init__(self, folders: Sequence[Path], *, base_url: str, currency: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._environments = {
            (language, form): self._environment([*folders, TEMPLATES], language, form, currency)
            for language in LANGUAGES
            for form in ("html", "txt")
        }

    def write(self, kind: str, language: str, params: Mapping[str, Any]) -> Letter:
        """Raises `Hopeless` for a kind that there is not. A language that we do not speak becomes English."""
        if language not in LANGUAGES:
            language = DEFAULT_LANGUAGE
        if not _KIND.fullmatch(kind):
            raise Hopeless(f"there is no letter {kind!r}")
        try:
            in_text = self._environments[language, "txt"].get_template(f"{kind}.html")
            in_html = self._environments[language, "html"].get_template(f"{kind}.html")
        except TemplateNotFound:
            raise Hopeless(f"there is no letter {kind!r}") from None
        subject = "".join(in_text.blocks["subject"](in_text.new_context(dict(params))))
        facts = {**params, "subject": one_line(subject)}
        return Letter(kind, language, facts["subject"], _tidy(in_text.render(facts)), in_html.render(facts))

    def _environment(self, folders: Sequence[Path], language: str, form: str, currency: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=form == "html",  # noqa: S701  (plain text is not escaped)
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(
            language=language,
            base_url=self._base_url,
            home=f"{self._base_url}/{language}",
            layout=f"letter/layout.{form}",
            parts=f"letter/parts.{form}",
        )
        environment.filters.update(
            money=lambda amount, code=currency: format_money(amount, code, language),
            day=lambda day: format_day(day, language),
            message=lambda text: translate(text, language),
            wrapped=_wrapped,
        )
        return environment


def _wrapped(text: str) -> str:
    """A paragraph for people who read mail in a terminal; long addresses stay whole."""
    return "\n".join(textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False))


def _tidy(text: str) -> str:
    """At most one empty line between two parts, none at the ends."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
