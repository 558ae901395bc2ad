"""A person's values taken out of a link: what is left are ids, and hashes that tell whether a record changed.

A record that is as it was when it was forgotten still passes for known by its fingerprint, so nothing of it is stored
anew. Once it changes it is read on both sides, and what was agreed on counts as never agreed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from samspill.engine.model import Decision, Link, LinkState, Result
from samspill.reasons import Reason

HIDDEN = "…"
"""Stands where something of the person stood."""
SHORTEST = 4
"""Shorter texts tell nobody apart."""


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by which a person is known, such as name and e-mail address, found wherever they stand as whole words."""

    texts: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Words:
        """Return those of the texts that tell somebody apart."""
        return cls(frozenset(text for each in texts if len(text := each.strip()) >= SHORTEST))

    def hidden(self, value: Any) -> Any:
        """Return JSON or a text without these words."""
        if isinstance(value, str):
            return self._hidden_in(value)
        if isinstance(value, Mapping):
            return {self._hidden_in(str(name)): self.hidden(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.hidden(each) for each in value]
        return value

    def hidden_reason(self, reason: Reason) -> Reason:
        """Return a reason without these words."""
        return Reason.from_json(self._hidden_but_codes(reason.to_json()))

    def are_in(self, value: Any) -> bool:
        """Tell whether JSON or a text holds any of these words."""
        if isinstance(value, str):
            return bool(self.texts) and self._pattern().search(value) is not None
        if isinstance(value, Mapping):
            return any(self.are_in(str(name)) or self.are_in(each) for name, each in value.items())
        return isinstance(value, list | tuple) and any(self.are_in(each) for each in value)

    def _hidden_but_codes(self, told: Mapping[str, Any]) -> dict[str, Any]:
        made = {name: value if name == "code" else self.hidden(value) for name, value in told.items()}
        return {**made, "because": self._hidden_but_codes(told["because"])} if "because" in told else made

    def _hidden_in(self, text: str) -> str:
        return self._pattern().sub(HIDDEN, text) if self.texts else text

    def _pattern(self) -> re.Pattern[str]:
        # Of two that begin alike the longer one; `re` keeps what it compiled.
        longest = sorted(self.texts, key=lambda text: (-len(text), text))
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)


def forgotten(link: Link, words: Words, decision: Decision | None = None) -> Link:
    """Return the person's own link without values. A `decision` to leave the record out takes the place of another.

    An open conflict is seen anew at the next read, because nobody could decide it without the values.
    """
    is_open = link.outcome is not None and link.outcome.result is Result.CONFLICT
    shadows = {
        side: replace(shadow, fields={}, fingerprint="" if is_open else shadow.fingerprint)
        for side, shadow in link.shadows.items()
    }
    leaves_out = decision is not None and link.state is not LinkState.TOMBSTONE
    return replace(
        without(link, words),
        base={},
        shadows=shadows,
        label="",
        conflicts={},
        decision=decision if leaves_out else _undetailed(link.decision),
        candidates=tuple(replace(each, label="", why="") for each in link.candidates),
    )


def without(link: Link, words: Words) -> Link:
    """Return somebody else's link without these words in what is said of it."""
    outcome, refusal = link.outcome, link.refusal
    return replace(
        link,
        outcome=replace(outcome, reason=words.hidden_reason(outcome.reason)) if outcome is not None else None,
        refusal=words.hidden_reason(refusal) if refusal is not None else None,
        refused={name: replace(each, reason=words.hidden_reason(each.reason)) for name, each in link.refused.items()},
        candidates=tuple(
            replace(each, label=words.hidden(each.label), why=words.hidden(each.why)) for each in link.candidates
        ),
    )


def _undetailed(decision: Decision | None) -> Decision | None:
    """Return a decision without the values that the person who decided saw."""
    if decision is None or not (decision.seen or decision.restores):
        return decision
    return None
