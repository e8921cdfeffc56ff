"""What can be said of isolation on any machine: why it is refused, and what that leaves unprotected."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.cluster import enclosure, programs, starting
from myclothes.cluster.enclosure import UNPROTECTED, isolation_refused, opened, refuse
from myclothes.cluster.remembered import Wish
from myclothes.cluster.starting import start_cluster
from myclothes.engines.errors import EngineError
from myclothes.terminal import Terminal


@pytest.fixture(autouse=True)
def programs_are_looked_for_again() -> Iterator[None]:
    programs.program.cache_clear()
    yield
    programs.program.cache_clear()


def test_it_is_refused_where_a_program_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None if name == "nft" else "/bin/true")
    assert isolation_refused() == f"This machine has no nft (on Debian: apt-get install nftables). {UNPROTECTED}"


def test_it_is_refused_where_the_kernel_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/bin/true")
    refusing = ("sh", "-c", "echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1")
    monkeypatch.setattr(enclosure, "UNSHARE", refusing)
    with pytest.raises(EngineError) as refused:
        refuse()
    assert refused.value.message.startswith("This machine refuses network namespaces")
    assert "(unshare: unshare failed: Operation not permitted)" in refused.value.message
    assert UNPROTECTED in refused.value.message


def test_it_is_refused_elsewhere_than_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert isolation_refused() == f"Only Linux has network namespaces. {UNPROTECTED}"


def test_carts_in_the_stand_in_for_dynamodb_are_refused_and_it_is_said_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(starting, "refuse", lambda: None)
    with pytest.raises(EngineError, match="belongs to no zone"):
        start_cluster(tmp_path, Wish(carts="dynamodb", isolated=True), {}, Terminal(), lambda settings: "")


def test_doors_are_told_by_name() -> None:
    assert opened("balancer-a:443=5,balancer-a:80=6") == {"balancer-a:443": 5, "balancer-a:80": 6}
    assert opened("") == {}
