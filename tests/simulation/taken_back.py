"""What people take back, and what must hold of it from then on (INV-TAKEN-BACK, INV-UNDO-EDIT)."""

from __future__ import annotations

from samspill.canon.values import Fields, Value
from samspill.engine.model import Side, link_id
from samspill.ports import VendorWrite
from samspill.usecases import undo
from tests.simulation.broken import Broken
from tests.simulation.flows import spelling_aside
from tests.simulation.history import EngineWrite, Record, TakenBack
from tests.simulation.hub import SimulatedHub
from tests.simulation.vendor import Row
from tests.support.actors import admin


def person_takes_back(hub: SimulatedHub, run: str) -> None:
    """A person takes back what a run wrote, exactly as it is shown."""
    tenant = hub.flow_key.tenant
    shown = undo.show(hub.inner, admin(), tenant, "run", run)
    for each in shown.back:
        (link,) = hub.inner.links.get(hub.key(each.stream), [each.link]).values()
        side = next(s for s in Side if hub.flow.stream(each.stream).rules.systems[s] == each.system)
        written, source = ((each.stream, s, link.ids[s]) for s in (side, side.other))
        hub.history.decided.add((each.stream, each.link))
        values: dict[str, Value] = {name: held["now"] for name, held in each.values.items()}
        back: dict[str, Value] = {name: held["back"] for name, held in each.values.items()}
        if each.action != "undo-archive":
            hub.history.taken_back.append(TakenBack(hub.clock.time, written, source, values, back))
    undo.take_back(hub.inner, admin(), tenant, "run", run, shown.hash)


def _edited(hub: SimulatedHub, record: Record, name: str, since: float) -> bool:
    return any(edit.record == record and edit.name == name and edit.at >= since for edit in hub.history.edits)


def written_again(hub: SimulatedHub, done: EngineWrite, asked: VendorWrite) -> None:
    """Check that a write does not do again by itself what a person took back."""
    for taken in hub.history.taken_back:
        if done.create and not taken.values and asked.marker.endswith(f":{link_id(*taken.source[1:])}"):
            raise Broken("INV-TAKEN-BACK", f"{taken.source} was created again as {done.record}")
        if done.record != taken.record:
            continue
        for name in taken.values.keys() & done.fields.keys():
            again = spelling_aside(name, done.fields[name]) == spelling_aside(name, taken.values[name])
            if again and not _edited(hub, taken.source, name, taken.at):
                raise Broken("INV-TAKEN-BACK", f"{name} of {done.record} was written again, though nobody changed it")


def overwritten(hub: SimulatedHub, record: Record, row: Row, asked: VendorWrite) -> None:
    """Check that what is taken back replaces what the person saw, and no later edit."""
    for taken in hub.history.taken_back:
        if record != taken.record:
            continue
        if asked.archive and not taken.values:
            edits = [edit for edit in hub.history.edits if edit.record == record and edit.at >= taken.at]
            if edits:
                raise Broken("INV-UNDO-EDIT", f"{record} was archived with an edit of {edits[0].name}")
        for name in taken.back.keys() & asked.fields.keys():
            goes_back = spelling_aside(name, asked.fields[name]) == spelling_aside(name, taken.back[name])
            if goes_back and _edited(hub, record, name, taken.at) and not _is_seen(row.fields, taken, name):
                raise Broken("INV-UNDO-EDIT", f"an edit of {name} of {record} was taken back with what was written")


def _is_seen(fields: Fields, taken: TakenBack, name: str) -> bool:
    held = spelling_aside(name, fields[name])
    return held in (spelling_aside(name, taken.values[name]), spelling_aside(name, taken.back[name]))


def is_taken_back(hub: SimulatedHub, record: Record, name: str) -> bool:
    """Tell whether a person took a value of the field back there, and its source was not edited since."""
    return any(
        record == taken.record and name in taken.values and not _edited(hub, taken.source, name, taken.at)
        for taken in hub.history.taken_back
    )
