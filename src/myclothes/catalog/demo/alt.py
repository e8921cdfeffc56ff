"""What a picture shows, for those who cannot see it."""

from myclothes.catalog.demo.shape import Text

_VIEWS = {
    "front": Text("{name} in {colour}", "{name}, {colour} 컬러"),
    "detail": Text("{name} in {colour}, a closer look at the cloth", "{name}, {colour} 컬러 소재 디테일"),
}


def alt_text(name: str, colour: str, view: str, language: str) -> str:
    """The alternative text of a drawing; `name` and `colour` are in that language already."""
    shown = colour if language == "ko" else colour.lower()
    return _VIEWS[view].in_language(language).format(name=name, colour=shown)
