"""The Lua scripts of the cart store, each with the part that all share before it."""

from importlib.resources import files

from myclothes.kernel.cache.client import Script


def script(name: str) -> Script:
    folder = files("myclothes.cart.stores") / "lua"
    return Script("\n".join((folder / f"{part}.lua").read_text("utf-8") for part in ("prelude", name)))
