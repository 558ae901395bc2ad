"""docs/vendors.md: every vendor, how far its connector goes, and what it takes to connect it."""

from collections.abc import Iterator
from os.path import relpath

from samspill.connectors.facts import Ask, Level, VendorFacts
from samspill.connectors.vendors import VENDORS, vendor_facts
from samspill.texts.catalogue import say
from tests.connectors.rig import Rig
from tests.connectors.rigs import RIGS
from tools.pages.markdown import page, table
from tools.vendor_levels import how_to

INTRODUCTION = """\
What Samspill connects, and how far each connector goes. `python -m tools.check_vendors`, a part of `make check`, holds
every vendor to its level:"""
MEANS = {
    Level.BRONZE: "reads; asks for credentials with a page that says where they come from; has a sandbox; "
    "passes the conformance suite",
    Level.SILVER: "also writes, and finds a create again whose answer was lost",
    Level.GOLD: "also hears of changes by webhook or reads only what changed; every call is held against a contract",
}
NOTES = """\
What a vendor can do is said of a connection with the usual rights; a key with fewer can do less, and `samspill test`
says so. A new vendor: [your first vendor](tutorial-first-vendor.md)."""


def vendors() -> str:
    """Return the page."""
    opened = {vendor: (vendor_facts(vendor), RIGS[vendor]()) for vendor in VENDORS}
    levels = table(["Level", "The connector …"], [(level.name.lower(), MEANS[level]) for level in reversed(Level)])
    head = ["Vendor", "Level", "Kinds of record", "Hears of changes", "Calls", "Connect it"]
    every = table(head, [_row(facts, rig) for facts, rig in opened.values()])
    parts = [part for facts, rig in opened.values() for part in _section(facts, rig)]
    return page(
        "Vendors", INTRODUCTION, levels, every, "A new one: [your first vendor](tutorial-first-vendor.md).", *parts
    )


def _row(facts: VendorFacts, rig: Rig) -> tuple[str, ...]:
    able = rig.connector.capabilities
    changes = "webhooks" if able.webhooks else "asks on schedule"
    page_of = f"[how to]({_from_docs(how_to(facts.name))})"
    kinds = ", ".join(sorted(able.kinds))
    return (
        f"[{facts.title}](#{facts.title.lower()})",
        facts.level.name.lower(),
        kinds,
        changes,
        _limits(facts),
        page_of,
    )


def _section(facts: VendorFacts, rig: Rig) -> Iterator[str]:
    able = rig.connector.capabilities
    yield f"## {facts.title}"
    head = ["Kind", "Read", "Written", "Refuses what changed meanwhile", "Found by our mark", "Tells changes"]
    rows = [
        (
            kind,
            "yes",
            *(_yes(each) for each in (kind in able.writable, kind in able.writable and able.guards(kind))),
            _yes(kind in able.markers),
            _yes(kind in able.webhooks),
        )
        for kind in sorted(able.kinds)
    ]
    yield table(head, rows)
    yield table(["Asked for", "What it is", "Where it comes from"], [_asked(facts, ask) for ask in facts.credentials])
    said = {
        "Settings": ", ".join(f"`{ask.name}`" for ask in facts.settings),
        "Webhooks": facts.webhooks,
        "Limit until its answers tell": _limits(facts),
        "Addresses": ", ".join(f"{name} <{address}>" for name, address in facts.addresses.items()),
        "Held against": _document(rig.document),
        "Sandbox": f"`local/vendors/{facts.name}/` ([all sandboxes](../local/vendors/README.md))",
    }
    yield "\n".join(f"- {what}: {told}" for what, told in said.items() if told)


def _asked(facts: VendorFacts, ask: Ask) -> tuple[str, str, str]:
    prompt = say("en", facts.prompt(ask), default=ask.default)
    from_where = f"<{ask.help_page}>" if "://" in ask.help_page else f"[{ask.help_page}]({_from_docs(ask.help_page)})"
    return f"`{ask.name}`" + (" (optional)" if ask.optional else ""), prompt, from_where


def _document(document: str) -> str:
    return f"[{document}]({_from_docs(document)})" if document.startswith("docs/") else document


def _limits(facts: VendorFacts) -> str:
    return ", ".join(f"{calls} in {seconds} s" for calls, seconds in facts.calls)


def _from_docs(path: str) -> str:
    return relpath(path, "docs")


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "–"
