"""A Valkey Cluster over the zones is formed without help, and put right when a node comes back with nothing."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from myclothes.cluster import valkey_care
from myclothes.cluster.plan import Plan
from myclothes.cluster.ports import take_block
from myclothes.cluster.valkey_admin import Silent
from myclothes.cluster.valkey_care import Spreading, put_right
from myclothes.cluster.valkey_cluster import ValkeyCluster


@contextmanager
def valkeys(folder: Path, kind: str) -> Iterator[ValkeyCluster]:
    base, kept = take_block(None)
    cluster = ValkeyCluster(Plan.of(folder / "spread", base_port=base), kind, "open-sesame")
    try:
        yield cluster
    finally:
        cluster.stop()
        kept.close()


@pytest.fixture
def pages(engines_folder: Path) -> Iterator[ValkeyCluster]:
    with valkeys(engines_folder, "pages") as cluster:
        yield cluster


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def primaries(cluster: ValkeyCluster) -> list[str | None]:
    try:
        members = cluster.view.members()
    except Silent:
        return []
    return [cluster.view.primary_of(shard, members) for shard in (1, 2, 3)]


def test_a_node_that_lost_everything_is_let_in_again_and_leads_again(
    pages: ValkeyCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey_care, "CALM_SECONDS", 0.3)
    pages.launch()
    pages.wait()
    assert primaries(pages) == ["pages-1-a", "pages-2-b", "pages-3-c"], "one a zone"
    assert pages.view.trouble() == ""

    lost = pages.engines["pages-1-a"]
    lost.kill()
    until(lambda: primaries(pages) == ["pages-1-b", "pages-2-b", "pages-3-c"])
    assert pages.view.trouble() == "pages-1-a is away"
    lost.stop()
    shutil.rmtree(lost.folder.path)
    lost.start()
    assert pages.view.trouble(), "nobody knows it any more"
    until(lambda: (put_right(pages.view), pages.view.trouble() == "")[1])

    spreading = Spreading(pages.view)
    until(lambda: spreading.step() == "pages-1-a")
    until(lambda: primaries(pages) == ["pages-1-a", "pages-2-b", "pages-3-c"])
    until(lambda: pages.view.trouble() == "")
    members = pages.view.admin.members(pages.nodes[3])
    assert len(members) == 6, "nobody counts its former self"


def test_forming_that_was_cut_short_is_begun_anew(pages: ValkeyCluster, engines_folder: Path) -> None:
    shutil.rmtree(engines_folder / "spread", ignore_errors=True)
    pages.launch()
    for engine in pages.engines.values():
        engine.wait()
    pages.view.admin.ask(pages.nodes[0], "CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    pages.stop()
    pages.launch()
    pages.wait()
    assert pages.view.trouble() == ""


def test_carts_are_on_the_disk_of_a_node_before_it_acknowledges_them(engines_folder: Path) -> None:
    """With `everysec`, what is acknowledged during a sync waits in memory: a `kill -9` of all zones at once lost it."""
    with valkeys(engines_folder, "carts") as carts:
        node = carts.nodes[0]
        carts.engines[node.name].start()
        for setting, value in {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}.items():
            assert value in carts.view.admin.ask(node, "CONFIG", "GET", setting)
