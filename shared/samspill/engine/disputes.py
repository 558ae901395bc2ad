"""Fields that a person decides whatever the rule says, because no rule tells which side is right.

After a restore a vendor holds values of yesterday beside edits of today, and a record that was deleted comes back to a
half that lived on. Such a field stays a conflict until both sides hold the same, or a person chose.
"""

from __future__ import annotations

from samspill.engine.case import Case
from samspill.engine.model import Side
from samspill.engine.rules import Policy

OPEN_TO_DISPUTE = frozenset({Policy.MASTER, Policy.REPORT, Policy.TWO_WAY})


def disputed(case: Case) -> tuple[str, ...]:
    """Return the fields in which the two records, both read, differ."""
    left, right = (case.seen[side].observation.fields for side in Side)
    ruled = [rule for rule in case.rules.fields if rule.policy in OPEN_TO_DISPUTE]
    both = [rule for rule in ruled if rule.name in left and rule.name in right]
    return tuple(rule.name for rule in both if not rule.same(left[rule.name], right[rule.name]))
