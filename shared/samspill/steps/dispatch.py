"""One message in, one step done. The doors, the tests and the simulator all come through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from samspill.errors import CredentialsError, RateLimitedError
from samspill.messages import (
    ApplyPlan,
    CheckTotals,
    FetchPage,
    FetchRecords,
    LogOutcomes,
    MakePlan,
    MapRecords,
    Message,
    RenewHooks,
    Replay,
    StartRun,
    UpsertRecords,
)
from samspill.ports import MAX_DELAY_S, World
from samspill.steps.context import stop_run
from samspill.steps.dead import answer_dead
from samspill.steps.decide import map_records
from samspill.steps.fetch import fetch_page, fetch_records
from samspill.steps.hooks import renew_hooks
from samspill.steps.log import log_outcomes
from samspill.steps.planning import make_plan
from samspill.steps.replay import replay
from samspill.steps.runs import apply_plan, start_run
from samspill.steps.totals_check import check_totals
from samspill.steps.upsert import upsert_records


def handle(world: World, message: Message) -> None:
    """Do the step the message asks for.

    A spent rate limit is no failure: the message waits its turn, in halves, for it may need more calls than the vendor
    has in a window, and would begin anew for ever. A refused key has stopped the connection by the time
    it gets here; the run ends, and what it did not do is found again by the read after the key is renewed.
    """
    try:
        _STEPS[type(message)](world, message)
    except RateLimitedError as error:
        world.queues.send(_halves(message), delay_s=min(int(error.retry_after_s) + 1, MAX_DELAY_S))
    except CredentialsError:
        stop_run(world, message.flow_key, message.run)


def _halves(message: Message) -> list[Message]:
    match message:
        case FetchRecords(records=(_, _, *_) as records):
            half = len(records) // 2
            return [message.model_copy(update={"records": part}) for part in (records[:half], records[half:])]
        case UpsertRecords(writes=(_, _, *_) as writes):
            half = len(writes) // 2
            return [message.model_copy(update={"writes": part}) for part in (writes[:half], writes[half:])]
    return [message]


def _replay(world: World, message: Replay) -> None:
    (answer_dead if message.dead else replay)(world, message)


_STEPS: Mapping[type[Message], Callable[[World, Any], object]] = {
    StartRun: start_run,
    FetchPage: fetch_page,
    FetchRecords: fetch_records,
    CheckTotals: check_totals,
    RenewHooks: renew_hooks,
    MapRecords: map_records,
    MakePlan: make_plan,
    ApplyPlan: apply_plan,
    UpsertRecords: upsert_records,
    LogOutcomes: log_outcomes,
    Replay: _replay,
}
