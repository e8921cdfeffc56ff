"""A balancer asks another instance where that is safe, lets nobody pretend, and says plainly when nobody is there."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from myclothes.cluster.balancer import Balancer, View
from myclothes.cluster.balancer_config import BODY_LIMIT, SLOWEST_WRITE, Balancing, Entrance, Web
from myclothes.cluster.certificate import Certificate, certificate
from myclothes.cluster.plan import Node
from myclothes.engines.address import free_port
from myclothes.engines.place import HERE
from myclothes.kernel.web import guard
from tests.cluster.moody import Moody, moody

JSON = {"Accept": "application/json"}
GONE = View(healthy=False, serving=False, closed=True, in_flight=0)
Starts = Callable[..., Balancer]


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"), ())


@pytest.fixture
def start(engines_folder: Path, prefix: str, trusted: Certificate) -> Iterator[Starts]:
    started: list[Balancer] = []

    def start_balancer(*web: Web, handed_over: tuple[Entrance, ...] = (), **balancing: object) -> Balancer:
        node = Node(f"balancer-{len(started)}", "balancer", "a", HERE, free_port(), free_port(), free_port())
        folder = engines_folder / prefix.strip(":") / node.name
        rules = Balancing(**{"per_address": 0, **balancing})
        balancer = Balancer(node, folder, trusted.chain, rules, web, handed_over=handed_over)
        started.append(balancer)
        balancer.start()
        return balancer

    yield start_balancer
    for balancer in started:
        balancer.thaw()
        balancer.stop()


@pytest.fixture
def two() -> Iterator[list[Moody]]:
    with moody("web-1", "web-2") as servers:
        yield servers


@pytest.fixture
def client(trusted: Certificate) -> Iterator[httpx.Client]:
    with httpx.Client(verify=ssl.create_default_context(cafile=str(trusted.ca)), timeout=10) as client:
        yield client


def at(balancer: Balancer, path: str = "/") -> str:
    return f"https://127.0.0.1:{balancer.node.port}{path}"


def until(true: Callable[[], bool], seconds: float = 10) -> float:
    """How long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + seconds
        time.sleep(0.01)
    return time.monotonic() - began


def serving(balancer: Balancer, *servers: Moody, leaving: Moody | None = None) -> bool:
    """Whether it has come to let exactly these in."""
    seen = balancer.sync([server.web for server in servers])
    if seen is None or (leaving and not seen.instances.get(leaving.name, GONE).closed):
        return False
    return {name for name, view in seen.instances.items() if view.serving} == {server.name for server in servers}


def serving_names(balancer: Balancer) -> set[str]:
    return {
        one.server for one in balancer.admin.figures() if one.server.startswith("web") and one.status.startswith("UP")
    }


def test_a_read_that_gets_no_answer_is_asked_of_another_instance(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    balancer = start(*(one.web for one in two))
    two[0].mute = True
    assert {client.get(at(balancer)).text for _ in range(10)} == {"web-2"}
    assert two[0].asked, "this test needs one that was asked in vain"


def asked_at_once(balancer: Balancer, client: httpx.Client, times: int) -> list[Future[httpx.Response]]:
    """Adds with a key, spread over all instances."""
    pool = ThreadPoolExecutor(times)
    adds = [
        pool.submit(client.post, at(balancer, "/cart/lines"), data={"a": "b"}, headers={"Idempotency-Key": "k"})
        for _ in range(times)
    ]
    pool.shutdown(wait=False)
    return adds


def test_who_waits_for_an_instance_behind_a_cut_cable_goes_elsewhere(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    balancer = start(*(one.web for one in two))
    until(lambda: serving(balancer, *two))
    for one in two:
        one.working.clear()
    adds = asked_at_once(balancer, client, 4)
    until(lambda: {(one.server, one.in_flight) for one in balancer.admin.figures()} >= {("web-1", 2), ("web-2", 2)})
    two[1].working.set()
    two[0].vanish()
    took = until(lambda: bool(balancer.sync([one.web for one in two])) and all(add.done() for add in adds))
    assert {add.result().text for add in adds} == {"web-2"}
    assert took < SLOWEST_WRITE / 2


def test_who_waits_for_an_instance_that_hangs_is_left_to_wait(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    """It may only be busy, and asking others for all of its work would make them so, too."""
    balancer = start(*(one.web for one in two))
    until(lambda: serving(balancer, *two))
    two[0].going_on.clear()
    adds = asked_at_once(balancer, client, 4)
    until(lambda: serving_names(balancer) == {"web-2"})
    for _ in range(5):
        balancer.sync([one.web for one in two])
    two[0].going_on.set()
    assert {add.result().text for add in adds} == {"web-1", "web-2"}


def test_a_write_that_gets_no_answer_is_never_repeated(start: Starts, two: list[Moody], client: httpx.Client) -> None:
    balancer = start(*(one.web for one in two))
    for one in two:
        one.mute = True
    key = {"Idempotency-Key": "k"}
    for path, headers in (("/", key), ("/cart/lines", {}), ("/cart/lines/TEE", key), ("/checkout", key)):
        answer = client.post(at(balancer, path), data={"a": "b"}, headers=headers | JSON)
        assert answer.status_code == 502
        assert answer.json()["in_doubt"] is True
        assert [asked for one in two for _, asked, _ in one.asked] == [path]
        for one in two:
            one.asked.clear()


def test_a_write_whose_key_makes_it_safe_to_repeat_is_asked_of_another_instance(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    balancer = start(*(one.web for one in two))
    two[0].mute = True
    key = {"Idempotency-Key": "k"}
    add = [client.post(at(balancer, "/cart/lines"), data={"sku": "TEE"}, headers=key) for _ in range(6)]
    order = [client.post(at(balancer, "/ko/checkout"), data={"a": "b", "idempotency_key": "k"}) for _ in range(6)]
    assert {answer.text for answer in add + order} == {"web-2"}
    assert len(two[1].asked) == 12
    assert {path for _, path, _ in two[0].asked} == {"/cart/lines", "/ko/checkout"}, "asked in vain"


def test_a_write_that_could_not_be_handed_over_goes_to_another_instance(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    balancer = start(two[0].web, Web("gone", "127.0.0.1", free_port()))
    assert [client.post(at(balancer), data={"a": "b"}).status_code for _ in range(10)] == [200] * 10
    assert len(two[0].asked) == 10


def test_one_that_is_not_ready_is_left_alone_within_half_a_second(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    balancer = start()
    until(lambda: serving(balancer, *two))
    for _ in range(5):  # it should, on a machine that has time; a busy one gets more chances
        two[0].ready = False
        seconds = until(lambda: serving_names(balancer) == {"web-2"})
        assert {client.get(at(balancer)).text for _ in range(6)} == {"web-2"}
        two[0].ready = True
        until(lambda: serving(balancer, *two))
        if seconds < 0.5:
            return
    pytest.fail(f"it took {seconds} s, again and again")


def test_when_none_is_ready_all_are_asked_because_their_answer_says_more(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    balancer = start(*(one.web for one in two))
    for one in two:
        one.ready = False
    until(lambda: not serving_names(balancer))
    assert client.get(at(balancer)).text in ("web-1", "web-2")


def test_when_nobody_is_there_a_page_or_a_problem_says_so(start: Starts, client: httpx.Client) -> None:
    balancer = start()
    page = client.get(at(balancer), headers={"Accept": "text/html,*/*"})
    assert page.status_code == 503
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "We are back in a moment" in page.text
    assert "장바구니" in page.text
    assert page.headers["Retry-After"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Request-Id"]
    problem = client.get(at(balancer), headers=JSON)
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert problem.json()["status"] == 503


def test_one_that_leaves_finishes_what_it_began_and_gets_nothing_new(
    start: Starts, two: list[Moody], client: httpx.Client, trusted: Certificate
) -> None:
    leaving, staying = two
    balancer = start(leaving.web, staying.web)
    leaving_only = balancer.sync([leaving.web])
    assert leaving_only is not None
    assert leaving_only.instances["web-2"].closed
    answers: list[str] = []

    def ask_slowly() -> None:
        answers.append(httpx.get(at(balancer, "/slow"), verify=ssl.create_default_context(cafile=str(trusted.ca))).text)

    slow = threading.Thread(target=ask_slowly)
    slow.start()
    until(lambda: len(leaving.asked) == 1)
    until(lambda: serving(balancer, staying, leaving=leaving))
    assert {client.get(at(balancer)).text for _ in range(5)} == {"web-2"}
    slow.join(10)
    assert answers == ["web-1"]
    assert len(leaving.asked) == 1


def test_a_new_instance_of_an_old_name_is_found_where_it_is_now(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    balancer = start(two[0].web)
    two[1].name = "web-1"
    until(lambda: serving(balancer, two[1]) and balancer.sync([two[1].web]) is not None)
    assert client.get(at(balancer)).status_code == 200
    assert two[1].asked
    assert not two[0].asked


def test_a_shopper_comes_back_to_the_same_instance_through_every_balancer(
    start: Starts, client: httpx.Client, trusted: Certificate
) -> None:
    with moody("web-1", "web-2", "web-3") as three:
        early, late = three[:2], three[2:]
        balancers = [start(*(one.web for one in early), sticky=True, sticky_key="k") for _ in range(2)]
        for balancer in balancers:
            until(lambda balancer=balancer: serving(balancer, *three))
        for _ in range(6):
            client.cookies.clear()
            first = client.get(at(balancers[0])).text
            assert {client.get(at(balancer)).text for balancer in balancers * 3} == {first}
        cookies = client.get(at(balancers[0])).request.headers["Cookie"]
        assert not any("__Host-web" in headers.get("cookie", "") for one in three for _, _, headers in one.asked)
        assert late[0].asked, "the one that joined later serves as well"
        with httpx.Client(
            verify=ssl.create_default_context(cafile=str(trusted.ca)), headers={"Cookie": cookies}
        ) as again:
            gone = next(one for one in three if one.name == first)
            left = [one for one in three if one is not gone]
            until(lambda: serving(balancers[1], *left, leaving=gone))
            assert again.get(at(balancers[1])).text != first, "whose instance is gone gets another"


def test_too_many_requests_from_one_address_are_refused(start: Starts, two: list[Moody], client: httpx.Client) -> None:
    balancer = start(two[0].web, per_address=1)
    answers = [client.get(at(balancer), headers=JSON) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"]
    assert answers[-1].json()["status"] == 429
    assert "One moment" in client.get(at(balancer)).text
    assert len(two[0].asked) == 10


def test_nobody_outside_can_pretend_to_be_a_balancer_or_another_address(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    balancer = start(two[0].web)
    lies = {
        "X-Forwarded-For": "6.6.6.6",
        "Forwarded": "for=6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "X-Forwarded-Host": "evil",
    }
    client.get(at(balancer), headers={**lies, "X-Forwarded-Proto": "http"})
    client.get(at(balancer), headers=[("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "127.0.0.9")])
    for _, _, headers in two[0].asked:
        assert headers["x-forwarded-for"] == "127.0.0.1"
        assert headers["x-forwarded-proto"] == "https"
        assert not {"forwarded", "x-real-ip", "x-forwarded-host"} & set(headers)


def test_plain_http_is_sent_on_to_https(start: Starts, two: list[Moody], client: httpx.Client) -> None:
    balancer = start(two[0].web)
    plain = f"http://127.0.0.1:{balancer.node.http_port}/c/coats?size=M"
    answer = client.get(plain)
    assert (answer.status_code, answer.headers["Location"]) == (301, at(balancer, "/c/coats?size=M"))
    answer = client.post(plain, data={"a": "b"})
    assert (answer.status_code, answer.headers["Location"]) == (308, at(balancer, "/c/coats?size=M"))
    assert client.get(plain, headers={"Host": "evil\\.example"}).status_code == 400
    assert not two[0].asked


def test_what_the_shop_takes_passes_and_more_is_refused_before_it(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    assert BODY_LIMIT == guard.BODY_LIMIT
    balancer = start(two[0].web)
    long = {"X-Long": "x" * (guard.HEADER_LIMIT - 1_000)}
    assert client.get(at(balancer, "/" + "x" * (guard.ADDRESS_LIMIT - 1)), headers=long).status_code == 200
    assert client.post(at(balancer), content=b"x" * BODY_LIMIT).status_code == 200
    answer = client.post(at(balancer), content=b"x" * (BODY_LIMIT + 1), headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
    assert len(two[0].asked) == 2


def test_a_slow_sender_keeps_no_instance_waiting(start: Starts, two: list[Moody], client: httpx.Client) -> None:
    balancer = start(two[0].web)
    context = ssl._create_unverified_context()
    with context.wrap_socket(socket.create_connection(("127.0.0.1", balancer.node.port), 5)) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\n" + b"x" * 50)
        assert client.get(at(balancer)).text == "web-1"
        assert len(two[0].asked) == 1, "only the whole request is handed over"
        slow.sendall(b"x" * 50)
        assert slow.recv(100).startswith(b"HTTP/1.1 200")


def test_shoppers_may_speak_http_2_and_see_a_certificate_that_they_can_trust(
    start: Starts, trusted: Certificate
) -> None:
    balancer = start()
    context = ssl.create_default_context(cafile=str(trusted.ca))
    context.set_alpn_protocols(["h2", "http/1.1"])
    for name in ("127.0.0.1", "localhost"):
        connection = socket.create_connection(("127.0.0.1", balancer.node.port), 5)
        with context.wrap_socket(connection, server_hostname=name) as secure:
            assert secure.selected_alpn_protocol() == "h2"
            assert secure.version() == "TLSv1.3"


def test_figures_are_shown_inside_only(start: Starts, two: list[Moody], client: httpx.Client) -> None:
    balancer = start(two[0].web)
    inside = f"http://127.0.0.1:{balancer.node.metrics_port}"
    assert "haproxy_server_status" in client.get(f"{inside}/metrics").text
    assert "Statistics Report" in client.get(inside).text
    assert client.get(at(balancer, "/metrics")).text == "web-1"


def test_it_takes_over_sockets_that_were_opened_elsewhere(
    start: Starts, two: list[Moody], client: httpx.Client
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as https, socket.create_server(("127.0.0.1", 0)) as http:
        ports = https.getsockname()[1], http.getsockname()[1]
        entrance = Entrance(f"fd@{https.fileno()}", f"fd@{http.fileno()}", *ports)
        start(two[0].web, handed_over=(entrance,))
        assert client.get(f"https://127.0.0.1:{ports[0]}/").text == "web-1"
        assert client.get(f"http://127.0.0.1:{ports[1]}/").headers["Location"] == f"https://127.0.0.1:{ports[0]}/"


def test_a_frozen_one_is_given_up_on_quickly_and_caught_up_with_later(start: Starts, two: list[Moody]) -> None:
    balancer = start(two[0].web)
    balancer.freeze()
    assert until(lambda: balancer.sync([one.web for one in two]) is None) < 5
    balancer.thaw()
    until(lambda: serving(balancer, *two))
