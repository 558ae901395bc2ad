"""INV-ALONE, at rest: a record is held up by nothing but itself, and a field by nothing but its own value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.engine.rules import Policy, StreamRules
from samspill.reasons import Reason
from tests.simulation.broken import Broken
from tests.simulation.hub import SimulatedHub
from tests.simulation.over_all import normal
from tests.simulation.spoils import REFUSED, SPOILS, is_spoiled, spoiled_in
from tests.simulation.vendor import Row

OTHERS = tuple(kind for kind in SPOILS if kind != REFUSED)


def each_for_itself(hub: SimulatedHub, rules: StreamRules, link: Link) -> None:
    """Check that a record is held up by nothing but itself, and a field of it by nothing but its own value."""
    if link.outcome is None:
        return
    rows = {side: row for side, own in link.ids.items() if (row := hub.row(rules.name, side, own))}
    if any(spoiled_in(row.fields, *OTHERS) for row in rows.values()):
        return  # the whole record cannot be dealt with
    told = {name for reason in _row_of(link.outcome.reason) if (name := reason.params.get("field", ""))}
    refused = {key.partition(".")[2] for key in link.refused}
    if link.outcome.result in {Result.FAILED, Result.CONFLICT} and not refused <= told | {*link.conflicts}:
        raise Broken("INV-ALONE", f"{link.id}: {refused} were refused, and its reason names {told}")
    spoiled = {name for row in rows.values() for name, value in row.fields.items() if is_spoiled(value)}
    if link.outcome.result is not Result.FAILED or not told or not told <= spoiled:
        return
    if link.state is LinkState.UNLINKED and "number" not in spoiled and not _is_number_taken(hub, rules.name, link):
        raise Broken("INV-ALONE", f"{link.id} is not created for want of {spoiled}, which nobody needs")
    if link.state is LinkState.LINKED and len(rows) == len(Side) and not any(row.archived for row in rows.values()):
        _others_agree(hub, rules, link, rows, spoiled)


def _is_number_taken(hub: SimulatedHub, kind: str, link: Link) -> bool:
    """Tell whether another record has its number where it would be created, and that vendor takes no second one."""
    (side,) = link.ids
    row, target = hub.row(kind, side, link.ids[side]), hub.vendors[side.other]
    return row is not None and target.options.unique_numbers and target.numbered(kind, row.fields.get("number"))


def _others_agree(
    hub: SimulatedHub, rules: StreamRules, link: Link, rows: Mapping[Side, Row], spoiled: Collection[str]
) -> None:
    for rule in rules.fields:
        now = [row.fields[rule.name] for row in rows.values()]
        if rule.policy is not Policy.TWO_WAY or rule.references or rule.name in {*spoiled, *link.conflicts}:
            continue
        if len({str(normal(hub, rule.name, value)) for value in now}) > 1:
            raise Broken("INV-ALONE", f"{link.id}: {spoiled} cannot go over, and {rule.name} is {now}, too")


def _row_of(reason: Reason | None) -> Iterator[Reason]:
    while reason is not None:
        yield reason
        reason = reason.because
