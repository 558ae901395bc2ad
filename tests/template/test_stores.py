"""What is kept is encrypted, comes back after a mistake, and is forgotten in time."""

from collections.abc import Iterator

from samspill.store.dynamo_decisions import YEARS
from tests.support.stack import Stack, listed, refers_to, the

KEPT = {"StateTable", "JournalTable"}


def test_there_is_a_table_per_life_cycle(stack: Stack) -> None:
    assert set(stack.of_type("AWS::DynamoDB::Table")) == {*KEPT, "WebhookTable"}


def test_every_table_is_encrypted_paid_by_use_and_forgets_what_has_expired(stack: Stack) -> None:
    for table in stack.of_type("AWS::DynamoDB::Table").values():
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_state_and_journal_can_be_restored_and_are_not_deleted_by_mistake(stack: Stack) -> None:
    for name in KEPT:
        whole = stack.whole(name)
        table = whole["Properties"]
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["DeletionProtectionEnabled"] == {"Ref": "ProtectData"}
        assert (whole["DeletionPolicy"], whole["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert stack.template["Parameters"]["ProtectData"]["Default"] == "true"


def test_nobody_may_change_or_delete_a_line_of_the_journal(stack: Stack) -> None:
    policies = [*stack.of_type("AWS::IAM::Role"), *stack.of_type("AWS::IAM::ManagedPolicy")]
    given = {action for name in policies for action in _on_journal(stack, name)}

    assert given == {"dynamodb:PutItem", "dynamodb:Query"}


def _on_journal(stack: Stack, name: str) -> Iterator[str]:
    whole = stack.whole(name)
    managed = whole["Type"] == "AWS::IAM::ManagedPolicy"
    statements = whole["Properties"]["PolicyDocument"]["Statement"] if managed else stack.statements_of(name)
    for statement in statements:
        if any("JournalTable" in refers_to(each) for each in listed(statement["Resource"])):
            yield from listed(statement["Action"])


def test_decisions_are_kept_for_years_as_the_stack_says(stack: Stack) -> None:
    parameter = stack.template["Parameters"]["DecisionYears"]

    assert (parameter["Default"], parameter["MinValue"]) == (YEARS, 1)
    assert stack.template["Outputs"]["DecisionYears"]["Value"] == {"Ref": "DecisionYears"}, "the command line reads it"


def test_the_index_of_what_waits_is_sparse_and_holds_keys_only(stack: Stack) -> None:
    (index,) = stack.whole("StateTable")["Properties"]["GlobalSecondaryIndexes"]

    assert index["IndexName"] == "by_status"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["status_key", "status_at"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_the_bucket_is_private_and_encrypted(stack: Stack) -> None:
    (bucket,) = stack.of_type("AWS::S3::Bucket").values()

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]


def test_what_can_be_made_again_expires_after_dead_letters_point_to_it_and_what_people_said_never(stack: Stack) -> None:
    (bucket,) = stack.of_type("AWS::S3::Bucket").values()
    (queue, *_) = stack.dead_queues.values()
    expiring = [rule for rule in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in rule]

    assert {rule["Prefix"] for rule in expiring} == {
        "claims/",
        "files/",
        "linked/",
        "quarantine/",
        "runs/",
        "schemas/",
        "webhooks/",
    }
    assert not any(said.startswith(rule["Prefix"]) for said in ("held/", "operators/") for rule in expiring)
    assert all(rule["ExpirationInDays"] * 86_400 > queue["MessageRetentionPeriod"] for rule in expiring)


def test_what_people_said_keeps_its_versions_and_what_can_be_made_again_loses_them_within_a_day(stack: Stack) -> None:
    (bucket,) = stack.of_type("AWS::S3::Bucket").values()
    rules = bucket["LifecycleConfiguration"]["Rules"]
    forgetting = [rule for rule in rules if "NoncurrentVersionExpiration" in rule]

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert forgetting == [rule for rule in rules if "ExpirationInDays" in rule]
    assert {rule["NoncurrentVersionExpiration"]["NoncurrentDays"] for rule in forgetting} == {1}


def test_the_bucket_refuses_whoever_comes_without_tls(stack: Stack) -> None:
    (policy,) = stack.of_type("AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert the(policy["Bucket"]) == "BlobBucket"
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"]["Bool"] == {"aws:SecureTransport": "false"}
    assert statement["Condition"]["NotIpAddress"] == {"aws:SourceIp": "127.0.0.0/8"}, "only an emulator sees loopback"
