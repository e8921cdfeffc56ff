"""How tests have something done inside an enclosure: one JSON object a line in, one out.

{"do": "reaches", "with": ["web-1", "db-a", 5432]}  →  {"gave": "open"}
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from myclothes.cluster.enclosure import UNSHARE, first

Inside = Callable[..., Any]


@contextmanager
def enclosed(module: str) -> Iterator[Inside]:
    """`inside("reaches", "web-1", "db-a", 5432)`: what that function of the module gave, in an enclosure of its own."""
    ours, theirs = os.pipe()
    worker = subprocess.Popen(
        [*UNSHARE, "--", *first(ours), sys.executable, "-m", module],
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
        line = answered.readline()
        assert line, f"{module} has ended"
        answer = json.loads(line)
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


def serve(functions: Mapping[str, Any]) -> None:
    """Inside: do what is asked, until nobody asks any more."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"gave": functions[asked["do"]](*asked["with"])}
        except Exception as error:
            answer = {"raised": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
