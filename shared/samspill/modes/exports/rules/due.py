"""Which records go into the next file: those that hold something else than what was exported of them last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samspill.canon.values import Fields
from samspill.engine.model import Link, LinkState, Outcome, Result, Side
from samspill.reasons import Reason


def due(link: Link, source: Side) -> Fields | None:
    """Return what is to be exported of a record; None where it was exported as it is, is gone, or cannot be taken."""
    shadow = link.shadows.get(source)
    if link.state is not LinkState.UNLINKED or shadow is None or not shadow.fields:
        return None
    if link.outcome is None or link.outcome.result is not Result.APPLIED:
        return None
    return None if shadow.fields == link.base else shadow.fields


def exported(link: Link, source: Side, fields: Fields, file: str, names: Mapping[str, str]) -> Link:
    """Return the link once a file holds these fields: its base is what was exported last, `attempt` names the file.

    A record that has changed since the row was listed goes into the next file.
    """
    after = replace(link, base=fields, attempt=file)
    shadow = link.shadows.get(source)
    if shadow is None or shadow.fields != fields or due(link, source) is None:
        return after
    return replace(after, outcome=Outcome(Result.APPLIED, Reason("exported", {"file": file, **names})))
