"""One enclosure with a whole cluster's networks for each file of tests. Where the kernel refuses, they are skipped."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from myclothes.cluster.enclosure import UNPROTECTED, UNSHARE, first, isolation_refused

Inside = Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def isolation() -> None:
    if why := isolation_refused():
        pytest.skip(f"NOT RUN: the tests of isolation. {why.removesuffix(UNPROTECTED).strip()}")


@pytest.fixture(scope="module")
def inside() -> Iterator[Inside]:
    """`inside("reaches", "web-1", "db-a", 5432)`: what that function of `inside.py` gave, in there."""
    ours, theirs = os.pipe()
    worker = subprocess.Popen(
        [*UNSHARE, "--", *first(ours), sys.executable, "-m", "tests.cluster.isolation.inside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[ours],
        start_new_session=True,
        text=True,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    asked, answered = worker.stdin, worker.stdout

    def ask(do: str, *arguments: Any) -> Any:
        print(json.dumps({"do": do, "with": arguments}), file=asked, flush=True)
        answer = json.loads(answered.readline())
        if "raised" in answer:
            raise AssertionError(answer["raised"])
        return answer["gave"]

    try:
        yield ask
    finally:
        os.close(ours)
        os.close(theirs)
        worker.kill()  # and with it everything inside
        worker.communicate()
