"""The loop breaker: two systems that undo each other's writes of a field are stopped, and a person is asked.

Undone is a write whose value is replaced, and, where both sides may change the field, one whose value comes back
changed from where it was written.
"""

from __future__ import annotations

from collections.abc import Mapping

from samspill.engine.case import Case
from samspill.engine.merge import Merged
from samspill.engine.model import Side, detail_of

LOOP_WRITES = 5
"""Engine writes of one field on one side within `LOOP_S`, before it is taken for a loop."""
LOOP_S = 3600


def count_echoes(case: Case, merged: Merged, target: Side) -> dict[str, tuple[int, int]]:
    """Count writes that undo what a side did to a field; a field nobody fights over is not counted."""
    echoes = {key: value for key, value in case.link.echoes.items() if case.now - value[1] < LOOP_S}
    for name in sorted({*merged.overwritten[target], *_comes_back(case, merged, target)}):
        count, since = echoes.get(f"{target}.{name}", (0, case.now))
        echoes[f"{target}.{name}"] = (count + 1, since)
    return echoes


def _comes_back(case: Case, merged: Merged, target: Side) -> set[str]:
    """Return the fields whose last write went the other way: what we wrote there was changed there."""
    last = detail_of(case.link)
    return merged.writes[target].keys() & set(last.fields) if last.written is target.other else set()


def find_loop(echoes: Mapping[str, tuple[int, int]], target: Side) -> dict[str, str] | None:
    """Return the field that is written in circles on `target`, and how often; None when there is none."""
    for key, (count, _) in echoes.items():
        if count > LOOP_WRITES and key.startswith(f"{target}."):
            return {"field": key.partition(".")[2], "count": str(count - 1)}
    return None
