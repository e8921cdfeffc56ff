"""Where the wheels keep their programs. Their Python layers are not imported: they are slow and touch other folders."""

from importlib.util import find_spec
from pathlib import Path

from myclothes.engines.errors import EngineError


def installed(package: str, pattern: str, what: str) -> str:
    """The path of the one file matching `pattern` in `package`. Raises `EngineError` when it is not installed."""
    spec = find_spec(package)
    found = sorted(Path(spec.origin).parent.glob(pattern)) if spec and spec.origin else []
    if not found:
        raise EngineError(
            f"The {what} that MyClothes starts by itself is not installed.",
            "Install it: pip install 'myclothes[engines]'.",
        )
    return str(found[0])
