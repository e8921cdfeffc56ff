"""One command opens the whole architecture; it heals what is hurt, loses nothing, and leaves nothing behind."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cluster.running import RunningCluster, a_sku
from tests.engines.elsewhere import folder_of_nobody, gone
from tests.window import Window


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Of an ordinary user, also when root tests."""
    with folder_of_nobody() as folder:
        yield folder / "c"


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[RunningCluster]:
    """In place of the usual one: an ordinary user's."""
    running = RunningCluster(folder, "--web", "2", "--replicas", "1", "--rate", "900", nobody=True)
    try:
        yield running.wait()
    finally:
        running.close()


@pytest.fixture(scope="module")
def shopper(cluster: RunningCluster) -> Iterator[httpx.Client]:
    """With two of something in the cart."""
    with cluster.shopper() as shopper:
        assert shopper.post("/cart/lines", data={"sku": a_sku(shopper), "quantity": "2"}).status_code == 200
        yield shopper


def command(cluster: RunningCluster, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "myclothes", "cluster", *words, "--data", cluster.folder],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_zone_takes_shoppers_over_tls_and_any_instance_has_their_cart(
    cluster: RunningCluster, shopper: httpx.Client
) -> None:
    instances = set()
    for zone in range(3):
        with cluster.shopper(zone) as there:
            there.cookies = shopper.cookies
            for _ in range(3):
                answer = there.get("/cart")
                assert answer.json()["count"] == 2
                instances.add(answer.headers["X-Instance"])
    assert instances == {"web-1", "web-2"}


def test_the_limit_for_one_address_is_the_one_asked_for(cluster: RunningCluster, folder: Path) -> None:
    """Of requests in ten seconds; `test_balancer.py` sees it at work."""
    configured = list(folder.glob("balancer-*/haproxy.cfg"))
    assert len(configured) == 3
    assert all("sc_http_req_rate(0) gt 9000" in file.read_text() for file in configured)


def test_status_tells_people_and_programs_how_every_node_is(cluster: RunningCluster) -> None:
    cluster.until_green()
    told = json.loads(command(cluster, "status", "--json").stdout)
    assert {node["name"]: node["state"] for node in told["nodes"]}["db-a"] == "up"
    assert len(told["nodes"]) == 4 + 9 + 6 + 2 + 2 + 3
    assert told["primary"] == "db-a"
    assert told["memory"] > 100_000_000
    shown = command(cluster, "status")
    assert shown.returncode == 0
    assert "carts-1-a" in shown.stdout
    assert "All is well." in shown.stdout


def test_a_killed_primary_of_the_carts_is_replaced_comes_back_and_leads_again(
    cluster: RunningCluster, shopper: httpx.Client
) -> None:
    assert command(cluster, "kill", "carts-1-a").stdout == "carts-1-a is dead.\n"
    cluster.until(lambda: cluster.primary("carts-1") not in (None, "carts-1-a"))
    assert command(cluster, "status").returncode == 1
    cluster.until(lambda: shopper.get("/cart").is_success)
    assert shopper.get("/cart").json()["count"] == 2
    cluster.until(lambda: cluster.primary("carts-1") == "carts-1-a")
    cluster.until_green()


def test_what_is_killed_to_stay_dead_waits_to_be_started(cluster: RunningCluster) -> None:
    cluster.ask("kill", name="relay-b", stay=True)
    cluster.ask("kill", name="relay-a")
    cluster.until(lambda: cluster.node("relay-a")["state"] == "up")
    assert cluster.node("relay-b")["state"] == "dead"
    cluster.ask("start", name="relay-b")
    cluster.until(lambda: cluster.node("relay-b")["state"] == "up")


def test_the_shop_goes_on_without_a_zone(cluster: RunningCluster, shopper: httpx.Client) -> None:
    cluster.until_green()
    cluster.ask("cut", zone="b")
    states = {n["name"]: n["state"] for n in cluster.ask("status", memory=False)["nodes"] if n["zone"] == "b"}
    assert set(states.values()) == {"dead"}
    cluster.until(lambda: shopper.get("/cart").is_success)
    assert shopper.get("/cart").json()["count"] == 2
    cluster.ask("heal")
    cluster.until_green()


def test_the_load_can_decide_how_many_instances_there_are(cluster: RunningCluster) -> None:
    assert command(cluster, "track", "--least", "3", "--most", "4").returncode == 0
    cluster.until(lambda: _serving(cluster) == 3)
    assert command(cluster, "track", "--least", "4", "--most", "3").returncode == 1, "fewer at most than at least"
    assert len(cluster.ask("scale", wanted=2)["web"]) == 2, "and somebody who knows better is listened to"


def _serving(cluster: RunningCluster) -> int:
    return sum(node["kind"] == "web" and node["state"] == "up" for node in cluster.ask("status")["nodes"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kill", "db-z"), "There is no node 'db-z'"),
        (("cut", "z"), "There is no zone 'z'"),
        (("probe",), "Without --isolated there are no security groups"),
        (("pause-replay", "web-1"), "web-1 is no database"),
    ],
)
def test_what_makes_no_sense_is_refused_and_explained(
    cluster: RunningCluster, words: tuple[str, ...], said: str
) -> None:
    done = command(cluster, *words)
    assert done.returncode == 1
    assert said in done.stderr


def test_its_door_is_for_its_user_alone_and_takes_no_nonsense(cluster: RunningCluster) -> None:
    door = cluster.folder / "control.sock"
    assert door.stat().st_mode & 0o077 == 0
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(door))
        answers = connection.makefile("rb")
        for nonsense in (b"nonsense", b"[]", b'{"do": "nonsense"}', b'{"do": "kill"}', b'{"do": "kill", "name": []}'):
            connection.sendall(nonsense + b"\n")
            assert json.loads(answers.readline())["ok"] is False
        connection.sendall(b'{"do": "events"}\n')
        assert json.loads(answers.readline())["events"]


def test_a_second_cluster_in_the_same_folder_is_refused(cluster: RunningCluster) -> None:
    second = RunningCluster(cluster.folder, nobody=True)
    _, said = second.process.communicate(timeout=60)
    assert second.process.returncode == 1
    assert "already in use, by process" in said


def test_a_neighbour_with_carts_in_dynamodb_keeps_them_without_an_instance_and_leaves_nothing_behind(
    cluster: RunningCluster, shopper: httpx.Client, folder: Path
) -> None:
    words = ("--web", "2", "--replicas", "0", "--carts", "dynamodb")
    neighbour = RunningCluster(folder.with_name("d"), *words, nobody=True).wait()
    try:
        with neighbour.shopper() as there:
            assert there.post("/cart/lines", data={"sku": a_sku(there), "quantity": "3"}).is_success
            at = there.get("/cart").headers["X-Instance"]
            neighbour.ask("kill", name=at, stay=True)
            answer = there.get("/cart")
        assert answer.json()["count"] == 3
        assert answer.headers["X-Instance"] != at
        pids = neighbour.pids()
    finally:
        assert neighbour.close() == ""
    assert all(gone(pid) for pid in pids)
    cluster.until(lambda: shopper.get("/cart").is_success)
    assert shopper.get("/cart").json()["count"] == 2


def test_after_kill_9_of_all_nothing_is_left_and_the_next_start_finds_everything(
    cluster: RunningCluster, shopper: httpx.Client
) -> None:
    pids = cluster.pids()
    cluster.close(signal.SIGKILL)
    cluster.until(lambda: all(gone(pid) for pid in pids), 30)
    again = RunningCluster(cluster.folder, nobody=True).wait()
    try:
        assert again.url == cluster.url
        assert len(again.ask("status", memory=False)["nodes"]) == 26
        assert shopper.get("/cart").json()["count"] == 2
        wrong = RunningCluster(cluster.folder, "--zones", "4", nobody=True)
        pids = again.pids()
        began = time.monotonic()
        assert again.close() == ""
        assert again.process.returncode == 0
        assert time.monotonic() - began < 30
        assert all(gone(pid) for pid in pids)
        assert not (cluster.folder / "control.sock").exists()
        _, said = wrong.process.communicate(timeout=60)
        assert wrong.process.returncode == 1
        assert "already in use" in said or "was made with --zones 3, not 4" in said
    finally:
        again.close()


def test_ctrl_c_while_it_opens_ends_it_soon_and_leaves_nothing(folder: Path) -> None:
    opening = RunningCluster(folder.with_name("other"), "--no-demo", nobody=True)
    opening.until(lambda: len(opening.pids()) > 10)
    began = time.monotonic()
    assert opening.close() == ""
    assert time.monotonic() - began < 25, "nobody waits for what will not come any more"
    assert all(gone(pid) for pid in opening.pids())


def test_a_terminal_is_told_that_the_cluster_closes_and_then_that_it_is_closed(folder: Path) -> None:
    window = Window("cluster", "up", "--data", folder.with_name("window"), "--no-demo")
    window.wait_for("MyClothes, a cluster")
    window.process.send_signal(signal.SIGINT)
    window.wait_for("The cluster is closed")
    assert window.process.wait(60) == 0
    window.close()
    assert "Closing the cluster" in window.screen
