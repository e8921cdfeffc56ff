"""The wheel of this very code, for the instances to install."""

import subprocess
import sys
from pathlib import Path

from myclothes.aws.errors import AwsError

SOURCE = Path(__file__).parents[3]
_SECONDS = 120


def build_wheel(folder: Path, *, source: Path = SOURCE) -> Path:
    """Build it into `folder`. The same code gives the same bytes, so that nothing is replaced without need."""
    if not (source / "pyproject.toml").is_file():
        raise AwsError(
            "This MyClothes was not installed from its source, so there is no wheel to send.",
            "Name the one that it was installed from: --wheel myclothes-0.1.0-py3-none-any.whl",
        )
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("myclothes-*.whl"):
        old.unlink()
    try:
        built = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.resolve())],
            cwd=source,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise AwsError("Building the wheel takes too long.", "Build it yourself, and name it with --wheel.") from None
    wheels = list(folder.glob("myclothes-*.whl"))
    if built.returncode or len(wheels) != 1:
        raise AwsError(
            f"The wheel could not be built: {built.stderr.strip()[-600:]}", "`pip install hatchling` may be missing."
        )
    return wheels[0]
