"""Load by `wrk` from one core on servers that run on the other, in interleaved rounds."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

SERVER_CORE, CLIENT_CORE = "0", "1"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class NoLoadGeneratorError(RuntimeError):
    """`wrk` is missing."""


@dataclass(frozen=True)
class Target:
    """One thing to measure. `pids` are the server's processes, whose processor time is counted."""

    name: str
    url: str
    pids: Sequence[int]
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()
    """Used in turn, one a request: as many shoppers."""


@dataclass(frozen=True)
class Measured:
    """Medians over the rounds. `cpu` is the server's processor time in microseconds a request; `p99` in ms."""

    name: str
    rate: float
    cpu: float
    p99: float
    failed: int
    rates: tuple[float, ...] = ()
    """Of each round."""

    def ratio(self, other: "Measured") -> float:
        """Rate against rate, the median over the rounds: what was measured in the same seconds is compared."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.rates, other.rates, strict=True))


def measure(targets: Sequence[Target], *, rounds: int = 15, seconds: int = 1, connections: int = 64) -> list[Measured]:
    """Run each target in turn, `rounds` times over, so that a noisy second hits all alike."""
    if not shutil.which("wrk"):
        raise NoLoadGeneratorError("The benchmarks need wrk. On Debian: apt-get install wrk")
    samples: dict[str, list[Measured]] = {target.name: [] for target in targets}
    for target in targets:
        _wrk(target, 1, connections)
    for _ in range(rounds):
        for target in targets:
            samples[target.name].append(_wrk(target, seconds, connections))
    return [
        Measured(
            name,
            statistics.median(s.rate for s in runs),
            statistics.median(s.cpu for s in runs),
            statistics.median(s.p99 for s in runs),
            sum(s.failed for s in runs),
            tuple(s.rate for s in runs),
        )
        for name, runs in samples.items()
    ]


def _wrk(target: Target, seconds: int, connections: int) -> Measured:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_script(target))
        script.flush()
        before = sum(map(_processor_seconds, target.pids))
        command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
        output = subprocess.run([*command, "-s", script.name, target.url], check=True, capture_output=True, text=True)
        spent = sum(map(_processor_seconds, target.pids)) - before
    requests = int(_found(r"(\d+) requests in", output.stdout))
    failed = sum(
        map(int, re.findall(r"(?:Non-2xx or 3xx responses: |connect |read |write |timeout )(\d+)", output.stdout))
    )
    rate = float(_found(r"Requests/sec:\s+([\d.]+)", output.stdout))
    return Measured(target.name, rate, spent / max(requests, 1) * 1e6, _milliseconds(output.stdout), failed)


def _script(target: Target) -> str:
    headers = "".join(f'wrk.headers["{name}"] = "{value}"\n' for name, value in target.headers.items())
    script = f'wrk.method = "{target.method}"\nwrk.body = "{target.body}"\n{headers}'
    if target.cookies:
        # Requests are written once, before the clock runs: the client must not be what is measured.
        listed = ", ".join(f'"{cookie}"' for cookie in target.cookies)
        script += f"""
local cookies, requests, turn = {{ {listed} }}, {{}}, 0
init = function()
  for n, cookie in ipairs(cookies) do
    wrk.headers["Cookie"] = cookie
    requests[n] = wrk.format()
  end
end
request = function()
  turn = turn % #requests + 1
  return requests[turn]
end
"""
    return script


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if not match:
        raise RuntimeError(f"wrk said something unexpected:\n{text}")
    return match[1]


def _milliseconds(text: str) -> float:
    match = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    return float(match[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[match[2]] if match else 0.0
