"""Hold every vendor to the level that it declares: `python -m tools.check_vendors [NAME …]`.

Runs the conformance suite on the vendors' rigs, and looks for what else the levels ask for (`tools.vendor_levels`). The
page docs/vendors.md says the same of each vendor; `make docs` writes it.
"""

import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO

import pytest

from samspill.connectors.facts import Level
from samspill.connectors.vendors import VENDORS, vendor_facts
from tools.uv import ROOT
from tools.vendor_levels import Failures, held, missing

SUITE = "tests/connectors/test_conformance.py"


class Failing:
    """A plugin of pytest that runs the tests of some vendors, and notes whose failed."""

    def __init__(self, vendors: Collection[str]) -> None:
        """None yet."""
        self._vendors = vendors
        self.tests: dict[str, list[str]] = defaultdict(list)
        self._whose: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note whose each test is, and leave out those of other vendors."""
        for item in items:
            if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
                self._whose[item.nodeid] = str(item.callspec.params.get("rig", ""))
        items[:] = [item for item in items if self._whose.get(item.nodeid) in self._vendors]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure, also one of what the rig looks at last."""
        if report.failed:
            self.tests[self._whose[report.nodeid]].append(report.nodeid)


def failures(vendors: Collection[str]) -> Failures:
    """Run the conformance suite on vendors, and return what failed of each.

    Raises:
        RuntimeError: it could not be run.
    """
    failing, said = Failing(vendors), StringIO()
    with redirect_stdout(said):
        code = pytest.main(["-q", "-p", "no:randomly", "-p", "no:xdist", str(ROOT / SUITE)], plugins=[failing])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        raise RuntimeError(said.getvalue())
    return failing.tests


def verdict(vendor: str, lacking: Mapping[Level, Sequence[str]]) -> tuple[bool, str]:
    """Tell whether a vendor holds what it declares, and what a person reads about it."""
    declared, reached = vendor_facts(vendor).level, held({level: [*each] for level, each in lacking.items()})
    good = reached is not None and reached >= declared
    is_held = reached.name.lower() if reached else "no level yet"
    lines = [f"{'✓' if good else '✗'} {vendor}: declares {declared.name.lower()}, holds {is_held}"]
    for level in Level:
        if lacking[level] and (level <= declared or level == (reached or 0) + 1):
            lines += [f"    {level.name.lower()}: {told}" for told in lacking[level]]
    return good, "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Check the vendors named, or all; the exit code."""
    unknown = sorted({*arguments} - {*VENDORS})
    if unknown:
        print(f"no vendor {', '.join(unknown)}; there are {', '.join(VENDORS)}", file=sys.stderr)
        return 2
    vendors = arguments or VENDORS
    failed = failures(vendors)
    told = [verdict(vendor, missing(vendor, failed)) for vendor in vendors]
    print("\n".join(text for _good, text in told))
    return 0 if all(good for good, _text in told) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
