"""Gathers every text that shoppers read from code and templates into the catalogues, keeping what is translated.

    python -m myclothes.locale.gather          tells what each language still lacks; exit 1 if anything

Found are `_()` and `ngettext()` in templates, `Message()` and `counted()` in code, texts of `fields` and of `ValueError`
where forms and lists are read, and the titles of all errors.
"""

import ast
import io
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from myclothes.kernel.i18n import LANGUAGES, LOCALE

SOURCE = Path(__file__).parent.parent
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "Message": None,
    "counted": (1, 2),
}
_OPTIONS = {"**/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
_PLAIN = ("catalog/listing_query.py",)
"""Files that say their sentences as plain strings."""


def gather() -> Catalog:
    """A template of all texts, without translations."""
    template = Catalog(project="myclothes", charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(
        str(SOURCE), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS
    ):
        template.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    for path in sorted(SOURCE.rglob("*.py")):
        for text in _said_plainly(path):
            template.add(text, locations=[(path.relative_to(SOURCE).as_posix(), 0)])
    return template


def _said_plainly(path: Path) -> Iterator[str]:
    """Titles of errors everywhere; in a few files also the sentences of `fields={…}` and `ValueError(…)`."""
    plain = path.relative_to(SOURCE).as_posix() in _PLAIN
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            yield from _titles(node)
        elif plain and isinstance(node, ast.keyword) and node.arg == "fields" and isinstance(node.value, ast.Dict):
            yield from _sentences(node.value.values, path)
        elif plain and isinstance(node, ast.Call) and ast.unparse(node.func) == "ValueError":
            yield from _sentences(node.args, path)


def _titles(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if isinstance(target, ast.Name) and target.id == "title" and isinstance(value, ast.Constant):
            yield str(value.value)


def _sentences(nodes: list[ast.expr], path: Path) -> Iterator[str]:
    """Constants, and f-strings over constants of their own file, which are always the same sentence."""
    known = vars(import_module(".".join(("myclothes", *path.relative_to(SOURCE).with_suffix("").parts))))
    for node in nodes:
        parts = [_part(part, known) for part in (node.values if isinstance(node, ast.JoinedStr) else [node])]
        # One that names a variable is many sentences, and none that shoppers are meant to see.
        if None not in parts:
            yield "".join(map(str, parts))


def _part(node: ast.expr, known: dict[str, object]) -> object | None:
    inner = node.value if isinstance(node, ast.FormattedValue) else node
    if isinstance(inner, ast.Constant):
        return inner.value
    return known.get(inner.id) if isinstance(inner, ast.Name) else None


def update(language: str, template: Catalog) -> list[str]:
    """Bring one catalogue up to date. Returns the texts that it lacks."""
    path = LOCALE / language / "LC_MESSAGES" / "messages.po"
    catalogue = Catalog(locale=language, project="myclothes", charset="utf-8")
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = io.BytesIO()
    # No header: its dates would change with every run, and the language is known from the folder.
    write_po(written, catalogue, width=120, sort_output=True, no_location=True, omit_header=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.getvalue())
    return [str(message.id) for message in catalogue if message.id and not all(_strings(message.string))]


def _strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def main() -> int:
    template = gather()
    # English is the language of the sources: its catalogue may stay empty.
    lacking = {language: update(language, template) for language in LANGUAGES}
    missing = [f"{language}: {text}" for language, texts in lacking.items() if language != "en" for text in texts]
    sys.stdout.write("".join(line + "\n" for line in missing) or "Nothing is lacking.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
