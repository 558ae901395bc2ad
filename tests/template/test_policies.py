"""Nobody may do more than the work needs."""

import re
from collections.abc import Iterator
from typing import Any

from samspill.store import keys
from tests.support.stack import Stack, listed, refers_to, the
from tools.uv import ROOT

WITHOUT_RESOURCES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""AWS knows no resource for these, so their policy has to say `*`."""

CONSUME = {"sqs:ReceiveMessage", "sqs:DeleteMessage"}
FILES = {"Fn::Sub": "${BlobBucket.Arn}/files/*"}
TENANT_SECRETS = (
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/tenants/*"
)

IDENTITIES = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*"
"""Whoever may get mail: the sender is bound by a condition."""


def allowed(stack: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement that allows something to a role."""
    for role in stack.of_type("AWS::IAM::Role"):
        for statement in stack.statements_of(role):
            if statement["Effect"] == "Allow":
                yield role, statement


def test_no_action_is_a_wildcard(stack: Stack) -> None:
    actions = [(role, action) for role, it in allowed(stack) for action in listed(it["Action"])]

    assert actions
    assert [found for found in actions if "*" in found[1]] == []


def test_no_resource_is_a_wildcard_but_where_aws_knows_no_other(stack: Stack) -> None:
    for role, statement in allowed(stack):
        if "*" in listed(statement["Resource"]):
            assert set(listed(statement["Action"])) == WITHOUT_RESOURCES, role


def test_part_of_a_resource_is_open_only_in_the_bucket_among_tenants_secrets_and_for_who_gets_mail(
    stack: Stack,
) -> None:
    patterns = {
        resource["Fn::Sub"]
        for _, statement in allowed(stack)
        for resource in listed(statement["Resource"])
        if isinstance(resource, dict) and "*" in resource.get("Fn::Sub", "")
    }
    folders = (
        "claims/*",
        "files/*",
        "held/*",
        "linked/*",
        "quarantine/*",
        "runs/*",
        "schemas/*",
        "webhooks/*",
    )  # operators/* is for operators
    assert patterns == {*(f"${{BlobBucket.Arn}}/{folder}" for folder in folders), TENANT_SECRETS, IDENTITIES}


def test_mail_is_sent_by_notify_alone_and_as_one_sender(stack: Stack) -> None:
    senders = [(role, it) for role, it in allowed(stack) if any("ses:" in action for action in listed(it["Action"]))]

    [(role, statement)] = senders
    assert (role, statement["Action"]) == ("NotifyRole", "ses:SendEmail")
    assert statement["Resource"] == {"Fn::Sub": IDENTITIES}
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}


def test_whoever_tells_people_writes_notices_and_summaries_and_reads_no_dead_letter_and_no_vendors_key(
    stack: Stack,
) -> None:
    mine = [it for role, it in allowed(stack) if role == "NotifyRole"]
    writes = [it for it in mine if {"dynamodb:PutItem", "dynamodb:DeleteItem"} & set(listed(it["Action"]))]
    keys_of = [listed(it["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]) for it in writes]

    assert keys_of == [["NOTICE#*", "LEASE#notice/*", keys.TENANTS], ["LEASE#notice/*"]]
    assert all(it["Condition"]["Null"] == {"dynamodb:LeadingKeys": "false"} for it in writes)
    assert keys.notices("acme").startswith("NOTICE#")
    counts = [it for it in mine if refers_to(it["Resource"]) & set(stack.dead_queues) and it["Sid"] != "Send"]
    assert [it["Action"] for it in counts] == ["sqs:GetQueueAttributes"]
    secret = [it["Resource"] for it in mine if "secretsmanager:GetSecretValue" in listed(it["Action"])]
    assert secret == [{"Fn::GetAtt": ["SigningSecret", "Id"]}]


def test_every_function_has_a_role_of_its_own_that_only_lambda_may_take(stack: Stack) -> None:
    roles = [stack.role_of(name) for name in stack.of_type("AWS::Lambda::Function")]

    assert len(set(roles)) == len(roles)
    for role in roles:
        trust = stack.whole(role)["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust == [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ]


def test_a_function_may_take_messages_from_its_own_queue_only(stack: Stack) -> None:
    for mapping in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        role = stack.role_of(the(mapping["FunctionName"]))
        sources = [
            statement["Resource"]
            for owner, statement in allowed(stack)
            if owner == role and CONSUME & set(listed(statement["Action"]))
        ]
        assert [refers_to(source) for source in sources] == [{the(mapping["EventSourceArn"])}]


def test_only_replay_may_take_dead_letters_and_it_may_take_nothing_else(stack: Stack) -> None:
    takers = {
        role: refers_to(statement["Resource"])
        for role, statement in allowed(stack)
        if "sqs:ReceiveMessage" in listed(statement["Action"])
        if refers_to(statement["Resource"]) & set(stack.dead_queues)
    }
    # What notify gave up on nobody need put back: it looks again every quarter of an hour.
    assert takers == {"ReplayRole": set(stack.dead_queues) - {"NotifyDeadQueue"}}
    sends = [it["Resource"] for role, it in allowed(stack) if role == "ReplayRole" if it["Sid"] == "Send"]
    assert [refers_to(resource) for resource in sends] == [{"FetchQueue", "LogQueue"}]


def test_the_rights_a_person_needs_for_dead_letters_are_those_of_the_replay_function(stack: Stack) -> None:
    page = (ROOT / "docs" / "how-to" / "deploy-to-aws.md").read_text("utf-8")
    told = next(line for line in page.splitlines() if "samspill replay FLOW --dead" in line)
    actions = {action for role, it in allowed(stack) if role == "ReplayRole" for action in listed(it["Action"])}

    assert {action for action in actions if action.startswith(("sqs:", "s3:"))} == set(
        re.findall(r"(?:sqs|s3):\w+", told)
    )


def test_only_those_who_refresh_keys_may_change_a_secret_and_map_may_not_even_read_one(stack: Stack) -> None:
    may: dict[str, set[str]] = {}
    for role, statement in allowed(stack):
        secrets = {action for action in listed(statement["Action"]) if action.startswith("secretsmanager:")}
        may.setdefault(role, set()).update(secrets)

    assert {role for role, actions in may.items() if "secretsmanager:PutSecretValue" in actions} == {
        "FetchRole",
        "UpsertRole",
    }
    assert {role for role, actions in may.items() if actions} == {
        "ReceiveRole",
        "FetchRole",
        "UpsertRole",
        "NotifyRole",
    }


def test_whoever_takes_in_webhooks_can_read_no_key_of_any_vendor(stack: Stack) -> None:
    """Everybody can call that function: it gets what it verifies with, and nothing else that is secret."""
    readable = [
        statement["Resource"]
        for role, statement in allowed(stack)
        if role == "ReceiveRole"
        if any(action.startswith(("secretsmanager:", "kms:", "ssm:")) for action in listed(statement["Action"]))
    ]

    assert readable == [{"Fn::GetAtt": ["SigningSecret", "Id"]}]
    assert stack.of_type("AWS::SecretsManager::Secret")["SigningSecret"].keys() == {
        "Description",
        "GenerateSecretString",
    }, "it holds what was generated, and nobody's key"
    readers = {role for role, it in allowed(stack) if refers_to(it["Resource"]) == {"SigningSecret"}}
    assert readers == {"ReceiveRole", "FetchRole", "NotifyRole"}


def test_no_function_may_make_a_schedule_or_a_secret_because_people_do(stack: Stack) -> None:
    actions = {action for _, statement in allowed(stack) for action in listed(statement["Action"])}

    assert "secretsmanager:CreateSecret" not in actions
    assert [action for action in actions if action.startswith(("scheduler:", "iam:", "cloudformation:"))] == []


def test_whoever_takes_in_webhooks_sees_connections_and_flows_alone(stack: Stack) -> None:
    (statement,) = (it for it in stack.statements_of("ReceiveRole") if refers_to(it["Resource"]) == {"StateTable"})

    assert statement["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": "TENANT#*"},
        "Null": {"dynamodb:LeadingKeys": "false"},  # without this, a call that names no key would pass
    }
    assert keys.tenant("acme").startswith("TENANT#")


def test_nobody_may_scan_a_table(stack: Stack) -> None:
    assert "dynamodb:Scan" not in {action for _, it in allowed(stack) for action in listed(it["Action"])}


def test_the_schedules_may_only_put_messages_before_fetch_and_notify(stack: Stack) -> None:
    for role, queue in (("ScheduleRole", "FetchQueue"), ("WatchRole", "NotifyQueue")):
        (statement,) = stack.statements_of(role)
        assert statement["Action"] == "sqs:SendMessage"
        assert refers_to(statement["Resource"]) == {queue}


def test_only_fetch_writes_files_and_only_whoever_hands_them_out_reads_them(stack: Stack) -> None:
    """Nobody else, and no vendor's door: `receive` may read nothing of the bucket at all."""
    may: dict[str, set[str]] = {}
    for role, statement in allowed(stack):
        if any(resource == FILES for resource in listed(statement["Resource"])):
            may.setdefault(role, set()).update(listed(statement["Action"]))
    reads = {role for role, it in allowed(stack) if "s3:GetObject" in listed(it["Action"])}

    assert may == {"FetchRole": {"s3:PutObject", "s3:AbortMultipartUpload"}, "FilesRole": {"s3:GetObject"}}
    assert "ReceiveRole" not in reads


def test_whoever_hands_files_out_sees_links_alone_and_no_other_part_of_the_hub(stack: Stack) -> None:
    (statement,) = (it for it in stack.statements_of("FilesRole") if refers_to(it["Resource"]) == {"StateTable"})
    parts = {name for it in stack.statements_of("FilesRole") for name in refers_to(it["Resource"])}

    assert statement["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": "FILE-LINK#*"},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
    assert keys.file_link("hash").startswith("FILE-LINK#")
    assert parts == {"FilesLogs", "StateTable", "BlobBucket", "LogQueue"}
