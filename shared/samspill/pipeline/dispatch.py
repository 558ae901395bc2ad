"""One message in, one step done. The doors, the tests and the simulator all come through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from samspill.errors import CredentialsError, KeyRefusedError, RateLimitedError
from samspill.messages import (
    ApplyPlan,
    CheckTotals,
    CompareTotals,
    FetchLine,
    FetchPage,
    FetchRecords,
    LogOutcomes,
    MakePlan,
    MapRecords,
    Message,
    RenewHooks,
    Replay,
    StartRun,
    SweepLinks,
    UpsertRecords,
    encode,
)
from samspill.modes.hours.totals_check import check_totals
from samspill.modes.hours.totals_parts import compare_totals
from samspill.pipeline.fetch.fetch import fetch_page, fetch_records
from samspill.pipeline.fetch.read_line import read_line
from samspill.pipeline.log.log import log_outcomes
from samspill.pipeline.map.map_records import map_records
from samspill.pipeline.replay.dead_letters import answer_dead
from samspill.pipeline.replay.replay import replay
from samspill.pipeline.upsert.upsert import upsert_records
from samspill.plan.make import make_plan
from samspill.ports import World
from samspill.runs.runs import apply_plan, start_run
from samspill.runs.sweep_slices import sweep_links
from samspill.work.context import stop_run
from samspill.work.subscriptions import renew_hooks
from samspill.work.turns import delay_until, has_no_end, is_early, turn_of, wait_for_turn


def handle(world: World, message: Message) -> None:
    """Do the step the message asks for.

    A spent rate limit is no failure: the message waits for its turn. Stopped there again it waits in halves, for it may
    need more calls than the vendor has in a window, and would begin anew for ever. Neither is a key that was refused a
    moment ago: the message waits until it may be tried again. A key that was refused for long has stopped the
    connection by the time it gets here; the run ends, and what it did not do is found again by the read after the key
    is accepted. What has come to the bound of its chain goes to the dead letters, and its run ends.
    """
    if why := has_no_end(message):
        world.queues.bury(message.step, encode(message), why)
        stop_run(world, message.flow_key, message.run)
    elif is_early(world, message):
        world.queues.send([message], delay_s=delay_until(world, message.turn))
    else:
        _do(world, message)


def _do(world: World, message: Message) -> None:
    try:
        _STEPS[type(message)](world, message)
    except RateLimitedError as error:
        wait_for_turn(world, _halves(message), turn_of(world, error))
    except KeyRefusedError as error:
        world.queues.send([message], delay_s=delay_until(world, turn_of(world, error)))
    except CredentialsError:
        stop_run(world, message.flow_key, message.run)


def _halves(message: Message) -> list[Message]:
    if isinstance(message, UpsertRecords) and message.waits and len(message.writes) > 1:
        half = len(message.writes) // 2
        parts = message.writes[:half], message.writes[half:]
        return [message.model_copy(update={"writes": part}) for part in parts]
    return [message]


def _replay(world: World, message: Replay) -> None:
    (answer_dead if message.dead else replay)(world, message)


_STEPS: Mapping[type[Message], Callable[[World, Any], object]] = {
    StartRun: start_run,
    FetchPage: fetch_page,
    FetchRecords: fetch_records,
    FetchLine: read_line,
    SweepLinks: sweep_links,
    CheckTotals: check_totals,
    CompareTotals: compare_totals,
    RenewHooks: renew_hooks,
    MapRecords: map_records,
    MakePlan: make_plan,
    ApplyPlan: apply_plan,
    UpsertRecords: upsert_records,
    LogOutcomes: log_outcomes,
    Replay: _replay,
}
