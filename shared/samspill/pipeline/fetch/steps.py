"""What the fetch queue asks for: runs begun, pages and records read, subscriptions checked."""

from __future__ import annotations

from samspill.errors import ContractError
from samspill.messages import (
    CheckMapping,
    FetchLine,
    FetchPage,
    FetchRecords,
    RenewHooks,
    StartRun,
    SweepLinks,
    TaskMessage,
    decode_task,
    encode,
)
from samspill.pipeline.fetch.fetch import fetch_page, fetch_records
from samspill.pipeline.fetch.read_line import read_line
from samspill.ports import World
from samspill.runs.runs import start_run
from samspill.runs.sweep_slices import sweep_links
from samspill.work.context import open_flow
from samspill.work.handling import Steps
from samspill.work.mapping_watch import check_mapping
from samspill.work.subscriptions import renew_hooks


def _do_task(world: World, message: TaskMessage) -> None:
    """Do what a stream's mode asked for; what the mode cannot read is put aside."""
    mode = world.modes.of(open_flow(world, message.flow_key).flow.stream(message.stream))
    try:
        task = decode_task(message, mode.tasks)
    except ContractError as error:
        world.queues.bury("fetch", encode(message), str(error))
    else:
        mode.do_task(world, task)


STEPS: Steps = {
    StartRun: start_run,
    FetchPage: fetch_page,
    FetchRecords: fetch_records,
    FetchLine: read_line,
    SweepLinks: sweep_links,
    TaskMessage: _do_task,
    CheckMapping: check_mapping,
    RenewHooks: renew_hooks,
}
