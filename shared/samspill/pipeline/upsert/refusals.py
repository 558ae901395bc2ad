"""What a refused write holds up, and what is told of it: one field where the refusal names one, else the record."""

from __future__ import annotations

from dataclasses import replace

from samspill.canon.values import Fields
from samspill.engine.model import Side
from samspill.engine.refused import may_leave_out
from samspill.engine.rules import StreamRules
from samspill.errors import PermanentError, SamspillError
from samspill.reasons import Reason

_WHOLE = "record_waits_whole"


def held_alone(rules: StreamRules, side: Side, fields: Fields, error: SamspillError, *, is_create: bool) -> str | None:
    """Return the field that a refused write of `fields` to `side` holds up alone; None where the record waits whole.

    A record that exists implicitly on both sides is one thing. A key that somebody else has there already is never left
    out of a create: the record would be made a second time under no key at all.
    """
    name = error.field
    if not isinstance(error, PermanentError) or rules.implicit or name is None or name not in fields:
        return None
    if not is_create:
        return name
    is_taken = error.reason.code == "duplicate" and name in rules.look_first
    return None if is_taken or not may_leave_out(rules, side, fields, name) else name


def told(rules: StreamRules, side: Side, error: SamspillError, *, waits_whole: bool) -> Reason:
    """Return the reason a person reads for a write to `side` that was refused.

    Args:
        rules: the stream's.
        side: the side that was to be written.
        error: what came of it.
        waits_whole: other fields do not go over either.
    """
    system, source = rules.systems.get(side, side), rules.systems.get(side.other, side.other)
    reason = error.reason.filled(system=system, source=source, message=str(error))
    if reason.code == "duplicate":
        reason = reason.filled(field=error.field or " / ".join(rules.look_first))
        # Only what says who or what a record is can be told to be the same.
        if error.field is not None and error.field not in rules.look_first:
            reason = replace(reason, code="value_taken")
    reason = replace(reason, vendor=reason.vendor or _words(error))
    because = Reason(_WHOLE, {"system": system})
    return replace(reason, because=because) if waits_whole and error.field is not None else reason


def _words(error: SamspillError) -> str | None:
    """The vendor's own words and request id, for whoever asks the vendor."""
    parts = [part for part in (error.vendor_message, error.request_id) if part]
    return " · ".join(parts) or None
