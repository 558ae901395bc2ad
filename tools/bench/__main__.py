"""Print every budget of the design that can be measured without AWS, beside the figure measured here and now.

Usage: `python -m tools.bench [e2e] [peers]`. The exit code is 1 when a budget is missed. `e2e` also deploys the
stack onto this machine and measures the way from a webhook to the other system; `peers` also has dlt read the same
rows. What is not asked for is listed as not measured.
"""

import sys
import time

from tools.bench import latency, peers
from tools.bench.at_limit import at_limit
from tools.bench.figures import summary, table
from tools.bench.imports import imports, interpreter
from tools.bench.memory import memory
from tools.bench.plan import plan
from tools.bench.storage import storage
from tools.bench.sync import sync
from tools.bench.two_way import two_way


def main(asked: set[str]) -> int:
    """Measure, print, and tell whether every budget is kept."""
    began = time.monotonic()
    figures = [*imports(), *sync(), *two_way(), *at_limit(), *storage(), *memory(), *plan()]
    figures += latency.latency() if "e2e" in asked else latency.not_measured()
    figures += peers.peers() if "peers" in asked else peers.not_measured()
    print(table(figures))
    took_s = time.monotonic() - began
    print(f"\n  {summary(figures)} ({took_s:.0f} s; {interpreter()})")
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))
