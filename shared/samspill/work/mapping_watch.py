"""Looks with every whole read whether mapping and lookups still fit both accounts, and tells it before records fail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from samspill.engine.model import Result, Side
from samspill.errors import ConfigurationError, CredentialsError, PermanentError
from samspill.flows.catalogue import declared
from samspill.flows.problems import Problem
from samspill.flows.schema_changes import changes
from samspill.messages import CheckMapping, LogOutcomes
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowState, JournalEntry
from samspill.work.context import open_flow
from samspill.work.flow_state import change_flow
from samspill.work.schemas import (
    Described,
    Listed,
    describe,
    list_ids,
    mapped_streams,
    problems,
    remember,
    remembered,
)


class _Found(NamedTuple):
    """What a look at both accounts found."""

    lasting: Sequence[Reason]
    passing: Sequence[Reason]
    accepted: Described


def check_mapping(world: World, message: CheckMapping) -> None:
    """Tell once what is wrong or has changed, and once that it is over. Done again, it tells the same.

    What an admin saves meanwhile was checked then and stands: the whole read that follows it looks again.
    """
    opened = open_flow(world, message.flow_key)
    if not opened.runs_by_itself:
        return
    try:
        now = describe(world, opened, mapped_streams(opened))
        listed = list_ids(world, opened, opened.state.lookups)
    except CredentialsError:
        raise
    except (PermanentError, ConfigurationError) as error:
        refused = error.reason
        change_flow(world, message.flow_key, lambda state: _note(world, message, state, _unanswered(state, refused)))
        return

    def update(state: FlowState) -> Mapping[str, Any] | None:
        if _looked_at(state) != _looked_at(opened.state):
            return None
        found = _compare(state, remembered(world, state), now, listed)
        noted = _note(world, message, state, found)
        schemas = remember(world, state.key, found.accepted) if found.accepted else ""
        return noted if schemas == state.schemas else {**noted, "schemas": schemas}

    change_flow(world, message.flow_key, update)


def _looked_at(state: FlowState) -> object:
    return state.mapping, state.lookups, state.schemas


def _unanswered(state: FlowState, refused: Reason) -> _Found:
    """Return that an account does not answer: what was known to be wrong is not over."""
    known = state.mapping_problems
    return _Found(known if refused in known else (*known, refused), (), {})


def _compare(state: FlowState, before: Described, now: Described, listed: Listed) -> _Found:
    wrong = problems(state, now, listed)
    changed, passing, accepted = _changed(state, before, now)
    known_wrong = {(problem.side, problem.path) for problem in wrong if problem.path}
    wrong += [each for each in changed if (each.side, each.path) not in known_wrong]
    lasting: list[Reason] = []
    for problem in wrong:
        if problem.reason not in lasting:
            lasting.append(problem.reason)
    return _Found(lasting, [problem.reason for problem in passing], accepted)


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


def _note(world: World, message: CheckMapping, state: FlowState, found: _Found) -> Mapping[str, Any]:
    """Have told what is new and what is over; return what is to be kept of it. It is told before it is kept."""
    known, present = state.mapping_problems, tuple(found.lasting)
    told = [(Result.REVIEW, reason) for reason in present if reason not in known]
    told += [(Result.SKIPPED, reason) for reason in found.passing]
    told += [(Result.APPLIED, Reason("mapping_repaired", because=each)) for each in known if each not in present]
    if told:
        content = json.dumps([(result, reason.to_json()) for result, reason in told], sort_keys=True)
        name = f"mapping/{message.run}/{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        lines = tuple(_line(world, message, *each) for each in told)
        world.queues.send([LogOutcomes(tenant=message.tenant, flow=message.flow, id=name, entries=lines)])
    return {} if present == known else {"mapping_problems": present}


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
