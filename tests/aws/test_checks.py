"""What others say of the templates: cfn-lint and cdk-nag. Each exception of ours is needed and has its reason."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from myclothes.aws.node import use_node
from tests.aws.conftest import CHOICES, Assembly

pytestmark = pytest.mark.usefixtures("node")
LONGEST = 500
"""Seconds, on a machine that has other things to do. Ten when it has not."""
CFN_LINT = "from cfnlint.runner import main; main()"
IGNORED = {
    "W3010": "zones are chosen, so that replicas and NAT gateways stand where they are meant to",
    "W6001": "the shop's address is CloudFront's where there is no domain, and belongs to the outputs of the web tier",
}


def lint(*files: Path) -> "subprocess.Popen[str]":
    ignored = [argument for rule in IGNORED for argument in ("-i", rule)]
    arguments = [*ignored, "-r", "eu-central-1", "--format", "parseable", "--", *map(str, files)]
    command = [sys.executable, "-W", "ignore", "-c", CFN_LINT, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.timeout(2 * LONGEST)
def test_cfn_lint_finds_nothing(assembly: Assembly) -> None:
    files = [file for name in CHOICES for file in sorted(assembly(name).glob("*.template.json"))]
    files.sort(key=lambda file: file.stat().st_size, reverse=True)
    halves = [lint(*files[0::2]), lint(*files[1::2])]
    assert [half.communicate(timeout=LONGEST)[0] for half in halves] == ["", ""]
    assert [half.returncode for half in halves] == [0, 0]


@pytest.mark.timeout(2 * LONGEST)
def test_cfn_lint_would_find_something(assembly: Assembly, tmp_path: Path) -> None:
    template = json.loads((assembly("small") / "myclothes-edge.template.json").read_text())
    [target] = [made for made in template["Resources"].values() if made["Type"].endswith("::TargetGroup")]
    target["Properties"]["Protokoll"] = "HTTP"
    spoilt = tmp_path / "spoilt.template.json"
    spoilt.write_text(json.dumps(template))
    assert "Protokoll" in lint(spoilt).communicate(timeout=LONGEST)[0]


def findings(folder: Path, kind: str) -> list[tuple[str, str]]:
    """(rule, path) of what cdk-nag found, or, as `suppressedViolations`, of what we accept."""
    report = json.loads((folder / "validation-report.json").read_text())
    return [
        (found["ruleName"], construct["constructPath"])
        for plugin in report["pluginReports"]
        for found in plugin.get(kind, [])
        for construct in found["violatingConstructs"]
    ]


def test_cdk_nag_finds_nothing_that_we_have_not_given_a_reason_for(choice: str, assembly: Assembly) -> None:
    assert findings(assembly(choice), "violations") == []


def test_every_exception_is_needed_somewhere(assembly: Assembly) -> None:
    use_node()
    from myclothes.aws.stacks.exceptions import EXCEPTIONS

    found = {(rule, path) for name in CHOICES for rule, path in findings(assembly(name), "suppressedViolations")}

    def is_needed(rule: str, at: str) -> bool:
        wanted = "AwsSolutions-" + rule.format(name="myclothes", region="eu-central-1")
        return any(one == wanted and path.startswith(f"myclothes-{at.removesuffix('*')}") for one, path in found)

    assert [exception for exception in EXCEPTIONS if not is_needed(exception.rule, exception.at)] == []
    assert all(len(exception.reason) > 15 for exception in EXCEPTIONS)


def test_cdk_nag_would_find_something(node: Path, tmp_path: Path) -> None:
    import aws_cdk as cdk
    from aws_cdk import aws_s3 as s3

    from tests.aws.synthesis import nagged

    def careless(app: cdk.App) -> Any:
        return s3.Bucket(cdk.Stack(app, "careless"), "Bucket")

    nagged(tmp_path / "careless", careless)
    assert ("AwsSolutions-S1", "careless/Bucket/Resource") in findings(tmp_path / "careless", "violations")
