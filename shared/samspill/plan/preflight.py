"""What the target of a planned write would refuse, as far as that is known beforehand."""

from __future__ import annotations

from samspill.engine.model import Write
from samspill.errors import SamspillError
from samspill.plan.draft import StreamDraft
from samspill.ports import VendorWrite
from samspill.reasons import Reason
from samspill.work.isolation import apart
from samspill.work.mapped import own_fields

_SOME_ID = "0"
"""In the place of references: a plan refers to records that are not made yet."""


def foreseen(draft: StreamDraft, write: Write | None) -> Reason | None:
    """Return why the write would be refused, for a person; None where nothing is known against it."""
    preflight = draft.world.preflight
    if write is None or preflight is None:
        return None
    rules, side, state = draft.stream.rules, write.side, draft.opened.state
    refers = {rule.name for rule in rules.fields if rule.references is not None}
    fields = {name: _SOME_ID if name in refers and value else value for name, value in write.fields.items()}
    connection = draft.connection(side)
    faults: list[SamspillError] = []
    with apart(faults, f"a {draft.stream.name} that is to be written"):
        own = own_fields(state.flow, rules, side, fields)
        sent = VendorWrite("", own, write.external_id, write.version, archive=write.archive)
        if error := preflight(connection, draft.stream.kind_on(side), sent):
            raise error
    if not faults or faults[0].field in refers:
        return None
    (error,) = faults
    systems = {"system": rules.systems.get(side, side), "source": rules.systems.get(side.other, side.other)}
    return error.reason.filled(**systems, flow=state.flow, connection=connection.id)
