"""What must hold over the whole history: writes and journal tell the same, and the hub writes no more than it must."""

from __future__ import annotations

from samspill.canon.compare import form_of, is_cut
from samspill.canon.values import Value
from samspill.engine.model import Link, Result, Side
from samspill.engine.rules import StreamRules
from tests.simulation.broken import Broken
from tests.simulation.flows import FIELDS, spelling_aside
from tests.simulation.hub import SimulatedHub

DONE = {"created", "updated", "overwritten", "conflict_settled", "archived"}
"""Reasons that say that a vendor carried something out."""


def normal(hub: SimulatedHub, name: str, value: Value) -> Value:
    """Return what both vendors keep of a value, spelling aside."""
    left, right = (hub.vendors[side] for side in Side)
    return spelling_aside(name, left.kept(name, right.kept(name, value)))


def alike(hub: SimulatedHub, name: str, one: Value, other: Value) -> bool:
    """Tell whether two values are the same, or one is the beginning of the other that a vendor keeps."""
    if one == other:
        return True
    cuts = any(vendor.options.keeps for vendor in hub.vendors.values())
    return cuts and (is_cut(one, other, form_of(name)) or is_cut(other, one, form_of(name)))


def losers(hub: SimulatedHub, link: Link, name: str) -> list[Value]:
    told = [entry.before[name] for entry in hub.journal() if entry.link == link.id and name in entry.before]
    return [normal(hub, name, value) for value in [*told, *link.conflicts.get(name, {}).values()]]


def no_echo(hub: SimulatedHub, rules: StreamRules, link: Link) -> None:
    """The hub writes a field no oftener than people gave it reason to."""
    lost_commits = sum(count for (fault, _), count in hub.seen.items() if fault == "throttles")
    hidden = sum(count for (fault, _), count in hub.seen.items() if fault == "hides_fields")
    for side in Side:
        # What a tidying vendor hid for a time and tells again differs from what was agreed: it flows back once.
        tidied = hidden if hub.vendors[side.other].options.normalises else 0
        slack = hub.history.deaths + hub.history.unknown + lost_commits + tidied
        record, other = (rules.name, side, link.ids[side]), (rules.name, side.other, link.ids[side.other])
        for name in FIELDS[rules.name]:
            writes = sum(1 for w in hub.history.writes if w.record == record and name in w.fields and not w.create)
            edits = sum(1 for e in hub.history.edits if e.record == other and e.name == name)
            # What is filled where it is blank is filled again when somebody blanks it.
            edits += sum(1 for e in hub.history.edits if e.record == record and e.name == name and e.value is None)
            edits += sum(1 for taken in hub.history.taken_back if taken.record == record and name in taken.values)
            edits += sum(1 for each in hub.history.reverts if each in {(record, name), (other, name)})
            if writes > edits + len(losers(hub, link, name)) + slack:
                raise Broken("INV-NO-ECHO", f"{record} {name}: {writes} writes for {edits} edits")


def audited(hub: SimulatedHub) -> None:
    """Every write that reached a vendor is in the journal, and the journal tells of no other."""
    told = {entry.attempt for entry in hub.journal()}
    silent = [write for write in hub.history.writes if write.attempt not in told]
    if silent:
        raise Broken("INV-AUDIT", f"{silent[0]} is in no journal line")
    done = {(write.attempt, tuple(sorted(write.fields))) for write in hub.history.writes}
    claims = [entry for entry in hub.journal() if entry.reason.code in DONE and entry.result is Result.APPLIED]
    boasts = [entry for entry in claims if (entry.attempt, entry.fields) not in done]
    if boasts:
        raise Broken("INV-AUDIT", f"no vendor ever saw {boasts[0]}")
    ruled = [entry for entry in hub.journal() if entry.reason.code == "rule_changed"]
    if len(ruled) != sum(len(times) for times in hub.history.ruled.values()):
        raise Broken("INV-AUDIT", f"rules were changed {hub.history.ruled}; the journal says {ruled}")
    told_limits = [entry for entry in hub.journal() if entry.reason.code in {"limits_raised", "limits_set"}]
    if len(told_limits) != len(hub.history.limits):
        raise Broken("INV-AUDIT", f"limits were set {len(hub.history.limits)} times; the journal says {told_limits}")


def overwrites_told(hub: SimulatedHub) -> None:
    """Where a vendor takes no preconditions, the journal at least tells which write it was that hit an edit."""
    told = {(entry.attempt, name) for entry in hub.journal() for name in entry.fields}
    for (record, name), attempt in hub.history.unseen.items():
        if (attempt, name) not in told:
            raise Broken("INV-NO-CLOBBER", f"{name} of {record} was overwritten unseen; no line tells of {attempt}")
