"""A change of rules, mapping and lookups, checked as if it were made: the flow as it would then be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from samspill.engine.model import Side
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import UsageError
from samspill.flows.catalogue import declared
from samspill.flows.field_map import FieldPair, mapped
from samspill.flows.lookups import Direction, Lookup, LookupRow
from samspill.ports import World
from samspill.state import FlowState
from samspill.usecases import lookups, mapping, rules
from samspill.usecases.views.whatif_file import Asked, AskedLookup, AskedPair
from samspill.work import schemas
from samspill.work.context import Opened


def read_file(flow: str, name: str, body: bytes) -> Asked:
    """Return what a file asks for; UsageError where it holds something else."""
    try:
        asked = Asked.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "-"
        raise UsageError.because("whatif_file", file=name, flow=flow, where=where, why=first["msg"]) from error
    if not asked.rules and asked.mapping is None and not asked.lookups:
        raise UsageError.because("whatif_file_empty", file=name)
    return asked


def together(files: Iterable[Asked]) -> Asked:
    """Return what several files ask for."""
    whole = Asked()
    for each in files:
        pairs = None if whole.mapping is each.mapping is None else (*(whole.mapping or ()), *(each.mapping or ()))
        update = {"rules": whole.rules + each.rules, "mapping": pairs, "lookups": whole.lookups + each.lookups}
        whole = whole.model_copy(update=update)
    return whole


def as_if(world: World, opened: Opened, asked: Asked) -> Opened:
    """Return the flow as it would be after the change. Both accounts are asked whether they fit it.

    Raises:
        UsageError: the change would be refused, for the same reason.
    """
    state = opened.state
    update = {
        "rules": rules.as_if_changed(world, state, asked.rules),
        "lookups": _lookups(state, asked.lookups),
        "mapping": _mapping(world, opened, asked.mapping),
    }
    changed = state.model_copy(update=update)
    if changed.mapping != state.mapping or changed.lookups != state.lookups:
        _check(world, opened, changed)
    flow = declared(state.declaration).changed(changed.rules)
    return Opened(mapped(flow, changed.mapping, changed.lookups), changed)


def _lookups(state: FlowState, asked: Iterable[AskedLookup]) -> dict[str, Lookup]:
    made = dict(state.lookups)
    for each in asked:
        before = made.get(each.name, Lookup())
        rows = tuple(LookupRow(left=row.left, right=row.right) for row in each.rows)
        kinds = lookups.kinds_by_side(state, each.kinds)
        update = {"rows": rows, "direction": Direction(each.direction), "kinds": kinds}
        made[each.name] = before.model_copy(update=update)
        lookups.check_size(made, each.name)
    return made


def _mapping(world: World, opened: Opened, asked: Iterable[AskedPair] | None) -> Mapping[str, tuple[FieldPair, ...]]:
    before = opened.state.mapping
    if asked is None:
        return before
    made: dict[str, tuple[FieldPair, ...]] = {}
    for each in asked:
        stream = mapping.mappable(world, opened, each.stream)
        pair = FieldPair(
            left=each.left,
            right=each.right,
            policy=Policy(each.policy),
            master=mapping.side_called(stream, each.master) if each.master else Side.LEFT,
            on_conflict=OnConflict(each.on_conflict),
            lookup=each.lookup,
        )
        made[each.stream] = (*made.get(each.stream, ()), pair)
    return made


def _check(world: World, opened: Opened, changed: FlowState) -> None:
    """Refuse what `mapping` and `lookups` refuse: whatever stops, and was not wrong before."""
    names = [stream.name for stream in opened.flow.streams if {*opened.state.mapping, *changed.mapping} & {stream.name}]
    described = schemas.describe(world, opened, names)
    listed = schemas.list_ids(world, opened, changed.lookups)
    before = schemas.problems(opened.state, described, listed)
    for each in schemas.problems(changed, described, listed):
        if each.stops and each not in before:
            raise UsageError("the mapping cannot work", reason=each.reason)
