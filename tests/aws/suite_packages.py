"""What a release needs, without fetching it again: a wheel that makes the packages of this test suite importable.

pip installs it by its hash like any other. That pip can fetch the real list is the business of `make run`, which
installs the same list.
"""

import hashlib
import sysconfig
import zipfile
from pathlib import Path

_NAME = "suite_packages-1-py3-none-any.whl"


def suite_packages(folder: Path, seen_at: Path) -> str:
    """Write the wheel into `folder`, which the installer sees at `seen_at`, and return the requirements file's text."""
    files = {
        "suite_packages.pth": sysconfig.get_path("purelib") + "\n",
        "suite_packages-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: suite-packages\nVersion: 1\n",
        "suite_packages-1.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    listed = "".join(f"{name},,\n" for name in [*files, "suite_packages-1.dist-info/RECORD"])
    with zipfile.ZipFile(folder / _NAME, "w") as wheel:
        for name, text in {**files, "suite_packages-1.dist-info/RECORD": listed}.items():
            wheel.writestr(name, text)
    digest = hashlib.sha256((folder / _NAME).read_bytes()).hexdigest()
    return f"suite-packages @ file://{seen_at / _NAME} --hash=sha256:{digest}\n"
