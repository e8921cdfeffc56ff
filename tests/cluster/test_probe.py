"""What the probe makes of its attempts: a report for programs and a matrix for people."""

import pytest

from myclothes.cluster.probe import Finding, report
from myclothes.cluster.probe_table import show
from myclothes.terminal import Terminal


def finding(source: str, target: str, port: int, declared: bool, found: str) -> Finding:
    return Finding(f"{source}-1", source, f"{target}-2", target, port, declared, found)


FINE = [
    finding("world", "balancer", 443, True, "open"),
    finding("balancer", "web", 8080, True, "refused"),
    finding("world", "web", 8080, False, "silent"),
]
OPENED = finding("web", "web", 22, False, "refused")
CLOSED = finding("web", "database", 5432, True, "silent")


def shown(findings: list[Finding], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "100")
    show(report(findings), Terminal())
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_a_cluster_is_as_declared_when_every_attempt_is() -> None:
    fine = report(FINE)
    assert fine["as_declared"]
    assert fine["differing"] == []
    assert fine["attempts"] == 3


@pytest.mark.parametrize("hole", [OPENED, CLOSED])
def test_one_attempt_that_is_not_as_declared_is_told(hole: Finding) -> None:
    holed = report([*FINE, hole])
    assert not holed["as_declared"]
    assert [(each["source"], each["target"], each["port"]) for each in holed["differing"]] == [
        (hole.source, hole.target, hole.port)
    ]


def test_attempts_are_summed_up_by_group() -> None:
    cells = report([OPENED, finding("web", "web", 22, False, "silent")])["cells"]
    assert [(cell["source"], cell["target"], cell["pairs"], cell["reached"]) for cell in cells] == [
        ("web", "web", 2, 1)
    ]


def test_the_matrix_shows_ports_where_one_gets_through(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = shown(FINE, capsys, monkeypatch)
    assert "443" in text
    assert "8080 ○" in text
    assert "3 attempts to connect: all as the security groups declare." in text


def test_holes_are_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown([*FINE, OPENED, CLOSED], capsys, monkeypatch)
    assert "22 1/1!" in text
    assert "web-1 → web-2:22 gets through, but is not declared." in text
    assert "web-1 → database-2:5432 is declared, but does not get through." in text
    assert "as the security groups declare" not in text


def test_many_holes_are_counted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "… and 5 more: see --json." in shown([OPENED] * 25, capsys, monkeypatch)
