"""What docs/how-to/restore.md tells, rehearsed: the deployed stack goes on with its state of an earlier moment.

The emulator restores a table as it is when it is asked, so that is done at the moment that is gone back to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from local.demo import FLOW, WEBHOOK_WAIT_S

if TYPE_CHECKING:
    from tests.e2e.reading import Heard

pytestmark = pytest.mark.e2e

RESTORED = "samspill-state-restored"


def test_a_hub_with_a_restored_table_doubles_nothing_takes_nothing_back_and_goes_on(demo: Heard) -> None:
    dynamodb, own = demo.machine.client("dynamodb"), demo.machine.outputs["StateTable"]
    left, right = demo.pair()
    table = dynamodb.restore_table_to_point_in_time(
        SourceTableName=own, TargetTableName=RESTORED, UseLatestRestorableTime=True
    )["TableDescription"]
    expires = {"AttributeName": "expires_at", "Enabled": True}
    dynamodb.update_time_to_live(TableName=RESTORED, TimeToLiveSpecification=expires)
    # What happens since, the restored table does not know.
    rename(demo, left, right, "Since the moment AS")
    made = {"name": "Made since AS", "customerNumber": 88001, "isCustomer": True}
    demo.add("tripletex", "customer", made)
    demo.wait("it is created opposite", lambda: len(numbered(demo, "88001")) == 1, WEBHOOK_WAIT_S)
    demo.samspill("run", FLOW, "--full")
    demo.samspill("pause", FLOW)
    left_unseen, right_unseen = demo.pair(1)
    demo.edit("tripletex", "customer", left_unseen["id"], {"name": "Not seen yet AS"})
    held, written, damaged = both_vendors(demo), demo.writes("timerabbit", "/v1/"), contents(dynamodb, own)

    demo.machine.stack = replace(demo.machine.stack, parameters={"RestoredStateTable": table["TableArn"]})
    demo.machine.stack.ensure()
    assert demo.machine.outputs["StateTable"] == RESTORED
    demo.samspill("pause", FLOW)  # the restored table holds it as active
    demo.samspill("resume", FLOW)

    # The edit that the hub had not seen arrives, and nothing else is written.
    demo.wait("it arrives", lambda: demo.name_of(right_unseen) == "Not seen yet AS", WEBHOOK_WAIT_S)
    demo.wait("the run is over", lambda: not running(demo), WEBHOOK_WAIT_S)
    demo.samspill("run", FLOW, "--full")
    assert demo.writes("timerabbit", "/v1/") == written + 1
    now = both_vendors(demo)
    assert {kind: names(rows) for kind, rows in now.items()} == {
        kind: names(rows) | ({str(right_unseen["id"]): "Not seen yet AS"} if kind == "timerabbit/customers" else {})
        for kind, rows in held.items()
    }
    [again] = [each for each in demo.links("customers") if each["right_id"] == numbered(demo, "88001")[0]["id"]]
    assert again["left_id"]
    assert demo.ask("review", FLOW)["items"] == []
    # It goes on, both with edits and with what somebody wrote on the wrong side.
    rename(demo, left, right, "After the restore AS")
    demo.overwritten()
    assert contents(dynamodb, own) == damaged, "nobody uses the stack's own table any more"


def rename(demo: Heard, left: dict[str, Any], right: dict[str, Any], name: str) -> None:
    demo.edit("tripletex", "customer", left["id"], {"name": name})
    demo.wait(f"{name} arrives", lambda: demo.name_of(right) == name, WEBHOOK_WAIT_S)


def running(demo: Heard) -> bool:
    return any(not run["is_over"] for flow in demo.ask("status", FLOW)["flows"] for run in flow["runs"])


def numbered(demo: Heard, number: str) -> list[dict[str, Any]]:
    return [row for row in demo.records("timerabbit", "customers") if row["number"] == number]


def both_vendors(demo: Heard) -> dict[str, list[dict[str, Any]]]:
    kinds = {"tripletex": ("customer", "project"), "timerabbit": ("customers", "projects")}
    return {f"{vendor}/{kind}": demo.records(vendor, kind) for vendor, each in kinds.items() for kind in each}


def names(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {str(row["id"]): str(row["name"]) for row in rows}


def contents(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    return sorted((item for page in pages for item in page["Items"]), key=lambda it: (it["pk"]["S"], it["sk"]["S"]))
