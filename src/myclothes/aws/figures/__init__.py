"""Input files of `myclothes aws plan`: prices and measurements, each with its date and source."""

import tomllib
from pathlib import Path
from typing import Any

from myclothes.aws.errors import AwsError

_HERE = Path(__file__).parent


def figures(name: str, own: Path | None = None) -> dict[str, Any]:
    """`prices` or `measured`; from `own` file instead where one is named. Raises `AwsError`."""
    file = own or _HERE / f"{name}.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AwsError(f"{file} cannot be read: {error.strerror}.", "Name a file like those in docs/aws.md.") from None
    except tomllib.TOMLDecodeError as error:
        raise AwsError(f"{file} is not TOML: {error}.", "Mend it, or copy the one that MyClothes brings.") from None
