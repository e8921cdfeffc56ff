import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engines.elsewhere import gone

PARENT = """if True:
    import subprocess, sys, time
    child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
    print(child.stdout.readline().strip(), flush=True)
    time.sleep(60)"""

DEAF = """if True:
    import os, signal, threading
    from myclothes.worker import end_after
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=end_after, args=(os.getppid(),), kwargs={"patience": 1.0}, daemon=True).start()
    print(os.getpid(), flush=True)
    threading.Event().wait(60)"""

DISTRACTED = """if True:
    import os, signal, threading
    from myclothes.worker import end_after
    heard = []
    def hear(*_):
        heard.append(1)
        if len(heard) == 2:
            os._exit(0)
    signal.signal(signal.SIGTERM, hear)
    threading.Thread(target=end_after, args=(os.getppid(),), daemon=True).start()
    print(os.getpid(), flush=True)
    threading.Event().wait(60)"""


@pytest.mark.parametrize(("worker", "within"), [(DEAF, 10.0), (DISTRACTED, 10.0)], ids=["deaf", "distracted"])
def test_a_worker_that_misses_the_signal_ends_with_its_supervisor_all_the_same(worker: str, within: float) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, worker], stdout=subprocess.PIPE, text=True) as supervisor:
        try:
            assert supervisor.stdout is not None
            pid = int(supervisor.stdout.readline())
            time.sleep(0.2)
            assert not gone(pid), "it lives as long as its supervisor does"
        finally:
            supervisor.kill()
    until = time.monotonic() + within
    while not gone(pid):
        assert time.monotonic() < until, "it outlived its supervisor"
        time.sleep(0.02)


def test_no_other_thread_of_a_worker_waits_in_the_interpreter() -> None:
    """The wait for the supervisor's end costs nothing: it is one call of the kernel, not a loop."""
    code = DEAF.replace("threading.Event().wait(60)", "import time; time.sleep(1.5)")
    started = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    pid = int(started.stdout.readline())
    time.sleep(0.3)
    before = _switches(pid)
    time.sleep(1.0)
    assert _switches(pid) - before < 3
    started.kill()
    started.communicate(timeout=10)


def _switches(pid: int) -> int:
    """How often its threads, apart from the first, were waited for and woken."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        if thread.name != str(pid):
            lines = (thread / "status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
    return total
