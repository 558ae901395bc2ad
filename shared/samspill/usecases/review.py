"""What a person decides: records without a sure match, conflicts, deletes that need a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from samspill.engine.chosen import chosen
from samspill.engine.identity import RECONSIDER
from samspill.engine.model import Decision, Link, LinkState, Result, Side
from samspill.errors import ConflictError, UsageError
from samspill.messages import RecordHint
from samspill.plan.pending_plan import decidable, plan_anew, waiting_plan, waits
from samspill.plan.targets import refuse_hopeless
from samspill.ports import LinkCommit, World
from samspill.state import FlowKey, StreamKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.work.context import now_s, open_flow
from samspill.work.follow_ups import read_again

ALONE = ("link", "create", "ignore")
"""What may be decided about a record without a partner."""
PAIRED = ("ignore", "take-left", "take-right", "archive", "keep")
"""What may be decided about a pair."""
ENDED = ("archive", "keep")
"""What may be decided about what is left of a pair of which one half was deleted, where that is asked about."""
ACTIONS = tuple(dict.fromkeys(ALONE + PAIRED))


@needs(Role.VIEWER)
def waiting_for_a_person(world: World, _actor: Actor, key: FlowKey) -> list[tuple[StreamKey, Link]]:
    """Return everything that waits for a decision and has none yet."""
    found = world.links.with_result(key, (Result.REVIEW, Result.CONFLICT))
    return sorted(
        ((stream, link) for stream, link in found if link.decision is None), key=lambda x: (x[0].stream, x[1].label)
    )


@needs(Role.OPERATOR)
def decide(
    world: World, actor: Actor, stream: StreamKey, link_ids: Sequence[str], action: str, *, target: str | None = None
) -> list[Link]:
    """Note a decision on each of the records, and have them looked at again.

    Before the first sync is approved nothing is written: the plan is made anew, and the decision is carried out with
    it. By then what the plan would create may be decided about as well.

    Raises:
        UsageError: the action is unknown or does not fit, `link` names no record and there is not exactly one
            candidate, or what it names is known not to be there or to belong to another one.
        ConflictError: a record changed while the person decided.
    """
    if action not in ACTIONS:
        raise UsageError.because("no_such_decision", action=action, actions=", ".join(ACTIONS))
    opened = open_flow(world, stream.of_flow)
    plan = waiting_plan(world, opened.state)
    stored = world.links.get(stream, link_ids)
    planned = decidable(plan, stream.stream) if plan is not None else {}
    links = {name: link for name in link_ids if (link := stored.get(name) or planned.get(name))}
    missing = [name for name in link_ids if name not in links]
    if missing:
        names = {"stream": stream.stream, "flow": stream.flow}
        raise UsageError.because("no_such_record", records=", ".join(missing), **names)
    decided = [_decided(link, action, actor.name, target, now_s(world)) for link in links.values()]
    refuse_hopeless(world, opened, stream, plan, decided)
    held = world.links.commit(stream, [LinkCommit(link) for link in decided])
    kept = [link for link, ok in zip(decided, held, strict=True) if ok]
    if kept:
        _carry_out(world, stream, kept)
    if not all(held):
        changed = ", ".join(link.label for link, ok in zip(decided, held, strict=True) if not ok)
        raise ConflictError(f"changed meanwhile: {changed}")
    return decided


def _carry_out(world: World, stream: StreamKey, decided: Sequence[Link]) -> None:
    """Have the records looked at again; before the first sync is approved, have its plan made anew."""
    opened = open_flow(world, stream.of_flow)  # it may have been approved since
    if waits(opened.state):
        plan_anew(world, opened.state)
    elif opened.may_write:
        read_again(world, stream, [*map(_hint, decided), *_others(decided)], trigger="manual")


def _decided(link: Link, action: str, by: str, target: str | None, at: int) -> Link:
    label, fitting = link.label or link.id, _fitting(link)
    if not fitting:
        raise UsageError.because("nothing_to_decide", label=label)
    if action not in fitting:
        raise UsageError.because("decision_does_not_fit", action=action, label=label, actions=", ".join(fitting))
    if action == "link" and target is None:
        if len(link.candidates) != 1:
            raise UsageError.because("say_which_to_link", label=label, count=str(len(link.candidates)))
        target = link.candidates[0].external_id
    return replace(link, decision=Decision(action, by, at, target if action == "link" else None, link.conflicts))


def _others(decided: Sequence[Link]) -> list[RecordHint]:
    """Return what a record that is created by decision was thought to be: its own question ends with that."""
    asked = [
        (next(iter(link.ids)).other, link) for link in decided if link.decision and link.decision.action == "create"
    ]
    names = [(side, each.external_id) for side, link in asked for each in link.candidates]
    return [RecordHint.model_validate({side.value: name, "rule": RECONSIDER}) for side, name in names]


def _fitting(link: Link) -> tuple[str, ...]:
    """Return what may be decided about a record."""
    if link.state is not LinkState.TOMBSTONE:
        return ALONE if link.state is LinkState.UNLINKED else PAIRED
    return ENDED if link.outcome is not None and link.outcome.result is Result.REVIEW else ()


def _hint(link: Link) -> RecordHint:
    target = chosen(link)
    left, right = (link.ids.get(side, target) for side in Side)
    return RecordHint(left=left, right=right, rule="person" if target else "")
