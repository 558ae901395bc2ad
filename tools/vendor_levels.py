"""What a vendor's connector has to have for each level, and what to do next where it has not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import chain

from local.vendors.registry import sandboxes
from samspill.connectors.facts import Ask, Level, VendorFacts
from samspill.connectors.vendors import vendor_facts
from samspill.reasons import LANGUAGES
from samspill.texts.catalogue import catalogue
from tests.connectors.rig import Rig
from tools.uv import ROOT

type Failures = Mapping[str, list[str]]
"""Vendor → tests of the conformance suite that failed."""
RECOVERS = {"search", "markers"}


@dataclass(frozen=True)
class Evidence:
    """What a vendor's level is judged by."""

    facts: VendorFacts
    rig: Rig
    failed: list[str]
    """Tests of the conformance suite."""

    @property
    def name(self) -> str:
        """The vendor's, which is that of its folder."""
        return self.facts.name

    @property
    def tells_changes(self) -> bool:
        """Whether a read ends with a cursor, from which the next one reads on."""
        return self.rig.read_all()[2] is not None


def folder(vendor: str) -> str:
    """Return the vendor's folder, from the root of the project."""
    return f"shared/samspill/connectors/{vendor}"


def how_to(vendor: str) -> str:
    """Return the page on how to connect the vendor, from the root of the project."""
    return f"docs/how-to/connect-{vendor}.md"


def missing(vendor: str, failures: Failures) -> dict[Level, list[str]]:
    """Return what a vendor lacks for each level, each with the next step; nothing where it holds the level."""
    found = list(_unfounded(vendor))
    if found:
        return {Level.BRONZE: found, Level.SILVER: [], Level.GOLD: []}
    rig: Rig = import_module(f"tests.connectors.{vendor}_rig").RIG()
    evidence = Evidence(vendor_facts(vendor), rig, failures.get(vendor, []))
    return {level: list(chain.from_iterable(rule(evidence) for rule in rules)) for level, rules in RULES.items()}


def held(lacking: Mapping[Level, list[str]]) -> Level | None:
    """Return the highest level that is held with all below it; None where not even bronze is."""
    reached = None
    for level in Level:
        if lacking[level]:
            break
        reached = level
    return reached


def _unfounded(vendor: str) -> Iterator[str]:
    """Tell what has to be there before anything else can be looked at."""
    if vendor not in sandboxes():
        yield f"no sandbox: write local/vendors/{vendor}/sandbox.py, which names its class as SANDBOX"
    if not (ROOT / f"tests/connectors/{vendor}_rig.py").exists():
        yield f"no rig: write tests/connectors/{vendor}_rig.py, and the conformance suite runs on it"


def _helped(evidence: Evidence) -> Iterator[str]:
    if not any(ask.secret for ask in evidence.facts.credentials):
        yield f"no secret is asked for: name the key in {folder(evidence.name)}/facts.py, with secret=True"
    for ask in evidence.facts.credentials:
        if not _is_there(ask):
            where = ask.help_page or "nowhere"
            yield f"whoever is asked for {ask.name} is sent to {where}: name a page of the vendor's, or one in docs/"


def _is_there(ask: Ask) -> bool:
    return ask.help_page.startswith("https://") or (bool(ask.help_page) and (ROOT / ask.help_page).is_file())


def _spoken(evidence: Evidence) -> Iterator[str]:
    for language in LANGUAGES:
        lacking = sorted(set(evidence.facts.texts()) - catalogue(language).forms.keys())
        if lacking:
            yield f"not said in {language}: {', '.join(lacking)}: add them to {folder(evidence.name)}/texts/"


def _limited(evidence: Evidence) -> Iterator[str]:
    if not evidence.facts.calls:
        yield f"no limit of calls: say in {folder(evidence.name)}/facts.py what to assume until the vendor tells"


def _written_down(evidence: Evidence) -> Iterator[str]:
    if not (ROOT / how_to(evidence.name)).is_file():
        yield f"no page: write {how_to(evidence.name)}"
    if not [*(ROOT / "tests" / "connectors").glob(f"test_{evidence.name}*.py")]:
        yield f"no tests of what only this vendor has: write tests/connectors/test_{evidence.name}.py"


def _conforming(evidence: Evidence) -> Iterator[str]:
    asked = {ask.name for ask in evidence.facts.credentials if not ask.optional}
    if asked != evidence.rig.credentials().keys():
        yield f"a person is asked for {', '.join(sorted(asked))}, which is not what its sandbox takes"
    for test in evidence.failed:
        yield f"fails the conformance suite: .venv/bin/python -m pytest {test!r}"


def _writing(evidence: Evidence) -> Iterator[str]:
    if "writes" not in evidence.rig.does:
        yield "writes nothing: write `write` in its connector, say so in `capabilities`, and in `does` of its rig"
    elif not RECOVERS & evidence.rig.does:
        yield (
            "a create whose answer was lost cannot be found again: search by a marker or a natural key in `find`, "
            "and say `search` or `markers` in `does` of its rig"
        )


def _telling(evidence: Evidence) -> Iterator[str]:
    if "webhooks" not in evidence.rig.does and not evidence.tells_changes:
        yield "finds changes by reading everything: end a read with a cursor, or take its webhooks (`webhooks.py`)"
    if ("webhooks" in evidence.rig.does) is not bool(evidence.facts.webhooks):
        yield f"`webhooks` in {folder(evidence.name)}/facts.py does not say what its connector does"


def _faithful(evidence: Evidence) -> Iterator[str]:
    if not evidence.rig.document or type(evidence.rig).complaints is Rig.complaints:
        yield (
            "held against no contract of the API: name it as `document` in its rig, "
            "and check what was sent against it in `complaints`"
        )


RULES: Mapping[Level, tuple[Callable[[Evidence], Iterator[str]], ...]] = {
    Level.BRONZE: (_helped, _spoken, _limited, _written_down, _conforming),
    Level.SILVER: (_writing,),
    Level.GOLD: (_telling, _faithful),
}
"""What each level asks for beyond the one below it."""
