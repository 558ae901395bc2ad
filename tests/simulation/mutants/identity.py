"""Wrong engines that join or create wrongly what two systems call alike (47 to 49, 51)."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine import identity
from samspill.engine.rules import StreamRules
from samspill.pipeline.map import pairing
from samspill.pipeline.upsert import lookups


def a_number_proves(patch: pytest.MonkeyPatch) -> None:
    """47: a number that both systems hand out by themselves joins whatever has it."""
    judge = identity.judge

    def credulous(rules: StreamRules, left: Any, right: Any) -> identity.Judgement:
        judged = judge(rules, left, right)
        if judged.code != "same_number_but_other":
            return judged
        return identity.Judgement(identity.Verdict.SAME, 100, judged.rule)

    for module in ("engine.pairs", "engine.match", "pipeline.upsert.lookups"):
        patch.setattr(f"samspill.{module}.judge", credulous)


def only_the_key_is_searched(patch: pytest.MonkeyPatch) -> None:
    """48: before a create only the key is searched, as it is typed: what has another one or none is made again."""
    patch.setattr(lookups.Lookup, "_remembered", lambda *_: [])
    patch.setattr(lookups.Lookup, "_may_hold_unread", False)


def what_is_under_way_is_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """49: what the present read has read passes for known, though nothing has dealt with it yet."""

    def since(self: Any) -> str | None:
        message = self._context.message
        held: str | None = self._context.world.cursors.get(message.stream_key, message.side)
        return held

    patch.setattr(lookups.Lookup, "_since", since)


def joined_whoever_unlinked_it(patch: pytest.MonkeyPatch) -> None:
    """51: what was found to be the same is joined, although a person unlinked the two since."""
    patch.setattr(pairing, "are_apart", lambda *_: False)
