"""What must hold when everything is quiet, and then over the whole history (`over_all.py`), from god's view.

What must hold after every step is checked by `watch.py` and `writes.py`. Each invariant has a name of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import inf

from samspill.canon.values import Value
from samspill.engine.guard import FIELD
from samspill.engine.model import Link, LinkState, Result, Side
from samspill.engine.rules import FieldRule, OnConflict, Policy, StreamRules
from samspill.guard.batch import digest_of
from tests.simulation.broken import Broken
from tests.simulation.by_itself import each_for_itself
from tests.simulation.comebacks import nothing_back_is_buried
from tests.simulation.flows import spelling_aside
from tests.simulation.hub import SimulatedHub
from tests.simulation.over_all import alike, audited, losers, no_echo, normal, overwrites_told
from tests.simulation.spoils import UNANSWERED, spoiled_in
from tests.simulation.vendor import POISON, Row
from tests.simulation.watch import Watch
from tests.simulation.writes import alone


def at_rest(watch: Watch) -> None:
    """Check every Q and H row."""
    broken: list[Broken] = []
    for check in _checks(watch):
        try:
            check()
        except Broken as found:
            broken.append(found)
    if broken:
        raise Broken(broken[0].name, str(broken[0]).partition(": ")[2], *broken[1:])


def _checks(watch: Watch) -> Iterator[Callable[[], None]]:
    hub = watch.hub
    for stream in hub.flow_now().streams:
        for link in hub.links(stream.name):
            yield partial(_explained, hub, stream.name, link)
            yield partial(each_for_itself, hub, stream.rules, link)
            if link.state is LinkState.LINKED and not _apart(hub, stream.name, link):
                yield partial(_converged, hub, stream.rules, link)
                yield partial(_nothing_lost, watch, stream.rules, link)
                yield partial(no_echo, hub, stream.rules, link)
            yield partial(alone, hub, link)
        yield partial(_everything_known, hub, stream.name)
        yield partial(nothing_back_is_buried, hub, stream.name)
    yield partial(audited, hub)
    yield partial(overwrites_told, hub)
    yield partial(alone, hub, hub.journal())


def _apart(hub: SimulatedHub, kind: str, link: Link) -> bool:
    """Tell whether one side is gone, or a person must act or wanted it so: such a pair need not agree."""
    rows = [hub.row(kind, side, link.ids.get(side)) for side in Side]
    stopped = link.outcome is not None and link.outcome.result in {Result.FAILED, Result.REVIEW, Result.WAITING}
    refused = link.outcome is not None and link.outcome.reason.code == "list_refused"
    return any(row is None or row.archived or row.aside for row in rows) or stopped or refused


def _as_link(hub: SimulatedHub, rule: FieldRule, side: Side, value: Value) -> Value:
    if rule.references is None or value is None:
        return normal(hub, rule.name, value)
    found = hub.inner.links.of_records(hub.key(rule.references), side, [str(value)]).get(str(value))
    return found.id if found is not None else f"{side}:{value}"


def _converged(hub: SimulatedHub, rules: StreamRules, link: Link) -> None:
    rows = {side: hub.row(rules.name, side, link.ids[side]) for side in Side}
    for rule in rules.fields:
        now = {side: row.fields[rule.name] for side, row in rows.items() if row}
        if _is_refused(hub, link, rule, now) and rule.name not in link.conflicts:
            _refusal_told(hub, link, rule.name)
        if _is_held(link, rule) or _is_refused(hub, link, rule, now):
            continue
        if rule.references is None and rule.policy is not Policy.OFF and rule.name not in link.conflicts:
            _believed(link, rule, now)
        # Where a person is asked first, the person may let what the other side holds stand.
        asks = rule.on_conflict is OnConflict.REVIEW
        enforced = rule.policy is Policy.MASTER and rule.name in link.base and not asks
        if rule.name in link.conflicts or not (enforced or rule.policy is Policy.TWO_WAY):
            continue
        if _ruled_since(hub, rules.name, link, rule.name):
            continue
        left, right = (_as_link(hub, rule, side, now[side]) for side in Side)
        if not alike(hub, rule.name, left, right):
            raise Broken("INV-CONVERGE", f"{link.id}: {rule.name} is {left!r} and {right!r}")
        agreed = link.base.get(rule.name)
        if not alike(hub, rule.name, normal(hub, rule.name, agreed) if rule.references is None else agreed, left):
            raise Broken("INV-CONVERGE", f"{link.id}: {rule.name} is {left!r}; the hub takes {agreed!r} for agreed on")


def _believed(link: Link, rule: FieldRule, now: Mapping[Side, Value]) -> None:
    for side, value in now.items():
        believed = link.shadows[side].fields.get(rule.name)
        if spelling_aside(rule.name, believed) != spelling_aside(rule.name, value):
            raise Broken("INV-CONVERGE", f"{link.id}: {rule.name} is {value!r} on {side}, not {believed!r}")


def _is_held(link: Link, rule: FieldRule) -> bool:
    """Tell whether a vendor refused a value of the field: see `by_itself.py`."""
    return any(key.endswith(f".{rule.name}") for key in link.refused)


def _is_refused(hub: SimulatedHub, link: Link, rule: FieldRule, now: Mapping[Side, Value]) -> bool:
    """Tell whether a person refused to have what one side holds now written to the other."""
    return bool(hub.history.refused) and any(
        hub.history.refused.get((f"{stream.name}/{side}/{FIELD}{rule.name}", link.id)) == digest_of([value])
        for stream in hub.flow.streams
        for side in Side
        for value in (now[side.other], _as_link(hub, rule, side.other, now[side.other]))
    )


def _refusal_told(hub: SimulatedHub, link: Link, name: str) -> None:
    told = (entry for entry in hub.journal() if entry.link == link.id and entry.reason.code == "list_refused")
    if not any(name in entry.fields for entry in told):
        raise Broken(
            "INV-EXPLAINED", f"{link.id}: {name} stays as it is, and its record does not say that it was refused"
        )


def _ruled_since(hub: SimulatedHub, kind: str, link: Link, name: str) -> bool:
    """Tell whether the field's rule was changed since it was last edited: what differed then stays until an edit."""
    changed = hub.history.ruled.get(f"{kind}.{name}", [])
    records = {(kind, side, external_id) for side, external_id in link.ids.items()}
    edits = [edit.at for edit in hub.history.edits if edit.name == name and edit.record in records]
    return max(edits, default=0) <= max(changed, default=-1)


def _nothing_lost(watch: Watch, rules: StreamRules, link: Link) -> None:
    """The last edit of a field is there, or was named as the loser of a conflict.

    Before two records agreed on a field, the one that holds nothing in it gives way to the one that does. An edit that
    put back what the hub knew gives way to the other side's last one: what was there meanwhile was never dealt with.
    """
    hub = watch.hub
    records = {(rules.name, side, link.ids[side]) for side in Side}
    for rule in rules.fields:
        now = {side: row.fields[rule.name] for side in Side if (row := hub.row(rules.name, side, link.ids[side]))}
        if _is_refused(hub, link, rule, now) or _is_held(link, rule):
            continue
        if rule.policy is not Policy.TWO_WAY or rule.references is not None:
            continue
        edits = [edit for edit in hub.history.edits if edit.record in records and edit.name == rule.name]
        since = watch.agreed.get((rules.name, link.id, rule.name), inf)
        if (
            not edits
            or (edits[-1].value is None and edits[-1].at <= since)
            or (edits[-1].record, rule.name) in hub.history.unseen
            or (edits[-1].record, rule.name) in hub.history.unmade  # its own vendor unmade it
            or _ruled_since(hub, rules.name, link, rule.name)
        ):
            continue
        others = [edit.value for edit in edits if edit.record != edits[-1].record] if edits[-1].undoes else []
        wanted = [normal(hub, rule.name, value) for value in (edits[-1].value, *others[-1:])]
        row = hub.row(rules.name, Side.LEFT, link.ids[Side.LEFT])
        held = None if row is None else normal(hub, rule.name, row.fields[rule.name])
        known = [held, *losers(hub, link, rule.name)]
        if row is not None and not any(alike(hub, rule.name, each, value) for each in known for value in wanted):
            raise Broken(
                "INV-NO-LOST-UPDATE", f"{link.id}: {rule.name}={edits[-1].value!r} is gone and nobody was told"
            )


def _explained(hub: SimulatedHub, kind: str, link: Link) -> None:
    if (link.state is LinkState.CLAIMED or link.intent is not None) and not _is_poisoned(hub, kind, link):
        raise Broken("INV-EXPLAINED", f"{link.id} is still being written")
    rows = [hub.row(kind, side, external_id) for side, external_id in link.ids.items()]
    if link.outcome is None and link.state is not LinkState.TOMBSTONE and any(rows):
        raise Broken("INV-EXPLAINED", f"{link.id} has no outcome")
    if link.outcome is not None and link.outcome.result is Result.FAILED and not _is_poisoned(hub, kind, link):
        raise Broken("INV-PROGRESS", f"{link.id} failed: {link.outcome.reason}")


def _is_poisoned(hub: SimulatedHub, kind: str, link: Link) -> bool:
    """Tell whether there are reasons: a value that somebody cannot deal with, or a number that another record has."""
    rows = [row for side in Side if (row := hub.row(kind, side, link.ids.get(side)))]
    others = [row for vendor in hub.vendors.values() for row in vendor.rows[kind].values()]
    rows += [other for other in others if any(_are_alike(row, other) for row in rows)]
    if link.outcome is not None and link.outcome.reason.code == "key_taken":
        numbers = {row.fields.get("number") for row in rows}
        return any(
            row.aside and row.fields.get("number") in numbers
            for side in Side
            for row in hub.vendors[side].rows[kind].values()
        )
    taken = any(
        hub.vendors[side].options.unique_numbers and hub.vendors[side].numbered(kind, row.fields.get("number"), row.id)
        for row in rows
        for side in Side
    )
    return taken or any(POISON in row.fields.values() or spoiled_in(row.fields) for row in rows)


def _are_alike(one: Row, other: Row) -> bool:
    """Tell whether two records have one number: neither can be dealt with without the other."""
    return (
        one is not other
        and one.fields.get("number") not in {None, ""}
        and one.fields["number"] == other.fields["number"]
    )


def _everything_known(hub: SimulatedHub, kind: str) -> None:
    for side in Side:
        for external_id, row in hub.vendors[side].rows[kind].items():
            link = hub.inner.links.of_records(hub.key(kind), side, [external_id]).get(external_id)
            if link is None and not row.archived and not spoiled_in(row.fields, UNANSWERED):
                raise Broken("INV-EXPLAINED", f"nothing is known of {external_id}")


def state(hub: SimulatedHub) -> object:
    """Return what another full sync may not change."""
    return {
        stream.name: sorted(
            (link.id, str(link.base), str({s: x.fields for s, x in sorted(link.shadows.items())}), link.state)
            for link in hub.links(stream.name)
        )
        for stream in hub.flow.streams
    }


def fixpoint(hub: SimulatedHub, *, full: bool = True) -> None:
    """Check that another sync does nothing."""
    attempts, before = hub.attempts.copy(), state(hub)
    hub.sync(full=full)
    hub.drain()
    if hub.attempts != attempts:
        raise Broken("INV-FIXPOINT", f"another sync sent {hub.attempts - attempts}")
    if state(hub) != before:
        raise Broken("INV-FIXPOINT", f"another sync changed {before} to {state(hub)}")
