"""What became of an update whose answer nobody got."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from samspill.canon.values import Fields
from samspill.engine.case import Seen
from samspill.engine.interrupted import confirmed, done_by, is_over
from samspill.engine.kept import kept_otherwise
from samspill.engine.model import Effect, Intent, Link, LinkState, Outcome, Result, Shadow, Side, Write
from samspill.engine.settle import last_write
from samspill.engine.undo import effect_of
from samspill.engine.undone import is_undo
from samspill.messages import MapRecords
from samspill.pipeline.map.work import MapWork
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason


def after_interruption(
    world: World, message: MapRecords, work: MapWork, link: Link | None, seen: Mapping[Side, Seen]
) -> Link | None:
    """Put into the journal what became of an update whose answer nobody got, and keep what is known of it by now.

    Both before anything is planned on it: a refusal of the next write must not forget what the last one did.
    """
    intent = link.intent if link is not None and link.state is LinkState.LINKED else None
    if link is None or intent is None or len(seen) < len(Side) or not is_over(intent, seen):
        return link
    rules, target = work.rules, seen[intent.side].observation.fields
    done = done_by(rules, link, intent, target)
    is_done = done.keys() >= intent.fields.keys()
    other = kept_otherwise(rules, intent.fields, target) if is_done else []
    reason = Reason("confirmed" if is_done else "outcome_unclear", _named(intent.fields))
    if other:
        reason = Reason("kept_otherwise", {**_named(other), "system": rules.systems.get(intent.side, intent.side)})
    work.outcomes.tell(
        link,
        Result.APPLIED,
        reason,
        attempt=intent.attempt,
        fields=intent.fields,
        before=intent.overwritten,
        effect=_effect_of(link, intent, target),
    )
    work.outcomes.send()  # before the note of it is gone: afterwards nobody would know
    if is_undo(link.decision) and not intent.fields:
        return link  # that the record may have been archived is told by the note alone
    known = confirmed(rules, link, seen)
    if other:
        known = replace(known, outcome=Outcome(Result.APPLIED, reason, last_write(rules, intent.side, other)))
    if world.links.commit(message.stream_key, [LinkCommit(known)])[0]:
        return replace(known, revision=link.revision + 1)
    return link  # somebody else was first: what is planned on this revision will not hold


def _effect_of(link: Link, intent: Intent, held: Fields) -> Effect | None:
    """Return what an interrupted update did, by what was known before and is there now; None for an archive."""
    before = link.shadows.get(intent.side, Shadow({}))
    replaced = {**{name: before.fields[name] for name in intent.fields if name in before.fields}, **intent.overwritten}
    write = Write(intent.side, intent.fields, link.ids[intent.side])
    if not intent.fields:
        return None
    return replace(effect_of(write, replaced, before, Shadow(held)), takes_back=is_undo(link.decision))


def _named(fields: Iterable[str]) -> dict[str, str]:
    return {"fields": ", ".join(sorted(fields))}
