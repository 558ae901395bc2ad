"""Looks with every whole read whether mapping and lookups still fit both accounts, and tells it before records fail."""

from __future__ import annotations

from samspill.engine.model import Result, Side
from samspill.flows.catalogue import declared
from samspill.flows.problems import Problem
from samspill.flows.schema_changes import changes
from samspill.messages import CheckMapping, LogOutcomes
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowState, JournalEntry
from samspill.work.context import open_flow
from samspill.work.flow_state import change_flow
from samspill.work.schemas import Described, describe, list_ids, mapped_streams, problems, remember, remembered


def check_mapping(world: World, message: CheckMapping) -> None:
    """Tell once what is wrong or has changed, and once that it is over. Done again, it tells the same."""
    opened = open_flow(world, message.flow_key)
    if not opened.runs_by_itself:
        return
    state = opened.state
    now = describe(world, opened, mapped_streams(state))
    wrong = problems(state, now, list_ids(world, opened, state.lookups))
    lasting, passing, accepted = _changed(state, remembered(world, state.key), now)
    known_wrong = {(problem.side, problem.path) for problem in wrong if problem.path}
    wrong += [each for each in lasting if (each.side, each.path) not in known_wrong]
    present = list({repr(each.reason.to_json()): each.reason for each in wrong}.values())
    lines = [_line(world, message, Result.REVIEW, reason) for reason in present if reason not in state.mapping_problems]
    lines += [_line(world, message, Result.SKIPPED, problem.reason) for problem in passing]
    over = [reason for reason in state.mapping_problems if reason not in present]
    lines += [_line(world, message, Result.APPLIED, Reason("mapping_mended", because=reason)) for reason in over]
    if lines:
        name = f"mapping/{message.run}"
        world.queues.send(
            [LogOutcomes(tenant=message.tenant, flow=message.flow, run=message.run, id=name, entries=tuple(lines))]
        )
    remember(world, state.key, accepted)
    if tuple(present) != state.mapping_problems:
        change_flow(world, state.key, lambda _: {"mapping_problems": tuple(present)})


def _changed(state: FlowState, before: Described, now: Described) -> tuple[list[Problem], list[Problem], Described]:
    """Return what changed of the fields in use, what else, and what the next look is compared with."""
    flow = declared(state.declaration)
    lasting: list[Problem] = []
    passing: list[Problem] = []
    accepted = {name: dict(schemas) for name, schemas in now.items()}
    for name, schemas in now.items():
        rules = flow.stream(name).rules
        for side in Side:
            if name not in before or side not in before[name]:
                continue
            used = {rule.name for rule in rules.fields} | {pair.on(side) for pair in state.mapping[name]}
            system = rules.systems.get(side, side.value)
            found = changes(before[name][side], schemas[side], used, side, system)
            lasting += found.lasting
            passing += found.passing
            accepted[name][side] = found.accepted
    return lasting, passing, accepted


def _line(world: World, message: CheckMapping, result: Result, reason: Reason) -> JournalEntry:
    return JournalEntry(
        at=world.clock.now(),
        stream="",
        link="",
        result=result,
        reason=reason,
        run=message.run,
        trigger=message.trigger,
    )
