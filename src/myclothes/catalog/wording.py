"""Words for values that the catalogue keeps in one spelling for all languages."""

from myclothes.kernel.i18n import Message, translate

ONE_SIZE = "One size"
_ONE_SIZE = Message("One size")


def size_label(size: str, language: str) -> str:
    """A size as shoppers read it: letters and numbers are the same everywhere, "One size" is not."""
    return translate(_ONE_SIZE, language) if size == ONE_SIZE else size
