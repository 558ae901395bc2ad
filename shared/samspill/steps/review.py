"""What a person decides: records without a sure match, conflicts, deletes that need a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from samspill.engine.model import Decision, Link, Result, Side
from samspill.errors import ConflictError, UsageError
from samspill.messages import FetchRecords, RecordHint
from samspill.ports import LinkCommit, World
from samspill.state import FlowKey, StreamKey
from samspill.steps.context import now_s, open_flow

ACTIONS = ("link", "create", "ignore", "take-left", "take-right", "archive", "keep")


def waiting_for_a_person(world: World, key: FlowKey) -> list[tuple[StreamKey, Link]]:
    """Return everything that waits for a decision and has none yet."""
    found = world.links.with_result(key, (Result.REVIEW, Result.CONFLICT))
    return sorted(
        ((stream, link) for stream, link in found if link.decision is None), key=lambda x: (x[0].stream, x[1].label)
    )


def decide(
    world: World, stream: StreamKey, link_ids: Sequence[str], action: str, *, by: str, target: str | None = None
) -> list[Link]:
    """Note a decision on each of the records, and have them looked at again.

    Before the first sync is approved nothing is written: the decision is carried out with the plan.

    Raises:
        UsageError: the action is unknown, or `link` names no record and there is not exactly one candidate.
        ConflictError: a record changed while the person decided.
    """
    if action not in ACTIONS:
        raise UsageError.because("no_such_decision", action=action, actions=", ".join(ACTIONS))
    links = world.links.get(stream, link_ids)
    missing = [name for name in link_ids if name not in links]
    if missing:
        names = {"stream": stream.stream, "flow": stream.flow}
        raise UsageError.because("no_such_record", records=", ".join(missing), **names)
    decided = [_decided(link, action, by, target, now_s(world)) for link in links.values()]
    held = world.links.commit(stream, [LinkCommit(link) for link in decided])
    if not all(held):
        changed = ", ".join(link.label for link, ok in zip(decided, held, strict=True) if not ok)
        raise ConflictError(f"changed meanwhile: {changed}")
    if open_flow(world, stream.of_flow).may_write:
        hints = tuple(_hint(link) for link in decided)
        world.queues.send(
            [
                FetchRecords(
                    tenant=stream.tenant,
                    flow=stream.flow,
                    trigger="manual",
                    stream=stream.stream,
                    records=hints,
                    force=True,
                )
            ]
        )
    return decided


def _decided(link: Link, action: str, by: str, target: str | None, at: int) -> Link:
    if action == "link" and target is None:
        if len(link.candidates) != 1:
            label, count = link.label or link.id, str(len(link.candidates))
            raise UsageError.because("say_which_to_link", label=label, count=count)
        target = link.candidates[0].external_id
    chosen = target if action == "link" else None
    return replace(link, decision=Decision(action, by, at, chosen, link.conflicts))


def _hint(link: Link) -> RecordHint:
    decision = link.decision
    if decision is not None and decision.action == "link":
        return RecordHint(left=link.ids.get(Side.LEFT), right=decision.target, rule="person")
    return RecordHint(left=link.ids.get(Side.LEFT), right=link.ids.get(Side.RIGHT))
