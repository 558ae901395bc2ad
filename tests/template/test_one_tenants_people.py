"""The policy for people of one customer, as its page shows it: they see their own tenant, and no other one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from samspill import bootstrap
from samspill.engine.model import Side
from samspill.state import FlowKey, StreamKey
from samspill.store import keys
from tests.cli.terminal import Terminal
from tests.flows.hub import Hub
from tests.support.aws import aws_in_process, client_of
from tests.support.people import People, on_aws
from tests.support.stack import Stack, listed
from tests.template.test_people import FLOW, Office
from tools.uv import ROOT

PAGE = (ROOT / "docs/how-to/people.md").read_text(encoding="utf-8")
TAG = "${aws:PrincipalTag/samspill-tenant}"
PARTS = {
    "arn:aws:cloudformation:REGION:ACCOUNT:stack/samspill/*": "stack/${AWS::StackName}/*",
    "arn:aws:dynamodb:REGION:ACCOUNT:table/STATE-TABLE": "StateTable",
    "arn:aws:dynamodb:REGION:ACCOUNT:table/STATE-TABLE/index/by_status": "StateTable/index/by_status",
    "arn:aws:dynamodb:REGION:ACCOUNT:table/JOURNAL-TABLE": "JournalTable",
    "arn:aws:s3:::BUCKET": "BlobBucket",
}
STRANGERS = ("acme-2", "acm", "ACME", "acme.x", "LINK", "RUN", "TENANT", "KEY")


def statements(tenant: str) -> list[dict[str, Any]]:
    """The page's policy, for somebody with this tag."""
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    found: list[dict[str, Any]] = json.loads(text.replace(TAG, tenant))["Statement"]
    for statement in found:
        places = listed(statement["Resource"])
        statement["Resource"] = [PARTS.get(each, each.replace("arn:aws:s3:::BUCKET", "BlobBucket")) for each in places]
    return found


def may(tenant: str, action: str, place: str, partition: str) -> bool:
    """Tell whether somebody with this tag may read a partition."""
    return any(
        action in listed(statement["Action"])
        and place in statement["Resource"]
        and any(
            fnmatchcase(partition, key)
            for key in listed(statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])
        )
        for statement in statements(tenant)
        if "Condition" in statement and "ForAllValues:StringLike" in statement["Condition"]
    )


def partitions(tenant: str) -> dict[str, tuple[str, str]]:
    """Every partition in which a tenant's own things lie: what it is called, table, partition."""
    flow, stream = FlowKey(tenant, "f"), StreamKey(tenant, "f", "customers")
    state = {
        "links": keys.links(stream),
        "indexed": keys.indexed(stream, Side.LEFT, "number|1"),
        "tenant": keys.tenant(tenant),
        "runs": keys.runs(flow),
        "cursors": keys.cursors(stream),
        "line": keys.line(stream),
        "notices": keys.notices(tenant),
        "files": keys.files(flow),
    }
    found = {name: ("StateTable", partition) for name, partition in state.items()}
    found["status"] = ("StateTable/index/by_status", keys.status(flow, "failed"))
    found["journal"] = ("JournalTable", keys.journal(flow, "2026-03-02"))
    found["decisions"] = ("JournalTable", keys.decisions(tenant))
    return found


@pytest.mark.parametrize("name", partitions("acme"))
def test_a_partition_is_read_by_its_own_tenants_people_alone(name: str) -> None:
    place, partition = partitions("acme")[name]
    assert may("acme", "dynamodb:Query", place, partition)
    assert [each for each in STRANGERS if may(each, "dynamodb:Query", place, partition)] == []


def test_no_partition_is_read_that_holds_what_is_everybodys() -> None:
    shared = [keys.TENANTS, keys.lease("x"), keys.budget("acme/x"), keys.quota("acme"), keys.file_link("h")]
    everybody = ("acme", *STRANGERS)
    assert [(who, key) for who in everybody for key in shared if may(who, "dynamodb:Query", "StateTable", key)] == []


def test_without_a_tag_nothing_is_read() -> None:
    named = [each["Condition"]["Null"] for each in statements("acme") if "Null" in each.get("Condition", {})]
    assert len(named) == 2
    assert all(each == {"dynamodb:LeadingKeys": "false", "aws:PrincipalTag/samspill-tenant": "false"} for each in named)


def test_objects_are_read_and_listed_in_the_tenants_own_folders() -> None:
    by_sid = {each["Sid"]: each for each in statements("acme")}
    folders = by_sid["ListOwnFolders"]["Condition"]["StringLike"]["s3:prefix"]
    places = [each.removeprefix("BlobBucket/") for each in by_sid["ReadOwnPlansAndLists"]["Resource"]]
    assert folders == places
    assert all(
        fnmatchcase(f"{folder}/acme/f/x", place)
        for folder, place in zip(("held", "linked", "runs"), places, strict=True)
    )
    assert not any(fnmatchcase(f"{folder}/acme-2/f/x", each) for each in places for folder in ("held", "runs"))


@dataclass
class _Tagged(People):
    """People of whom one has the page's policy."""

    tag: str = ""

    def _statements(self, policy: str) -> list[dict[str, Any]]:
        return statements(self.tag) if policy == "page" else super()._statements(policy)


def test_their_commands_work_on_their_own_tenant_and_on_no_other(stack: Stack, tmp_path: Path) -> None:
    with aws_in_process(), pytest.MonkeyPatch.context() as patch:
        terminal, people = Terminal(Hub(size=2, flow=FLOW), tmp_path), _Tagged(stack)
        terminal.world = terminal.hub.world = replace(on_aws(terminal.hub, people), hook_url="https://hub.example")
        patch.setattr(bootstrap, "client", client_of)
        people.watch()
        office = Office(terminal, people)
        office.first_sync()

        people.tag = "acme"
        looks = [("flows",), ("log", FLOW), ("export", FLOW, "--links"), ("export", FLOW, "--journal"), ("audit",)]
        for command in (
            *looks,
            ("status",),
            ("review", FLOW),
            ("rules", FLOW),
            ("limits", FLOW),
            ("mapping", FLOW),
            ("lookups", FLOW),
        ):
            office.does(("page",), *command)
        for refused in (("tenants",), ("pause", FLOW)):
            office.may_not(("page",), *refused)
        people.tag = "acme-2"
        for command in (("flows",), ("status",), ("audit",)):
            office.may_not(("page",), *command)
        people.leave()
