"""Every function is built, logged and watched in the same way, and is told only what it may use."""

import re
from typing import Any

from tests.support.stack import Stack, listed, refers_to
from tools.uv import ROOT

STEPS = {"Receive", "Fetch", "Map", "Upsert", "Log", "Notify", "Replay", "Files"}
HOOK_URL = "SAMSPILL_PUBLIC_HOOK_URL"
STORES = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"}


def test_there_is_one_function_per_step_and_each_has_its_door(stack: Stack) -> None:
    functions = stack.of_type("AWS::Lambda::Function")

    assert set(functions) == {f"{step}Function" for step in STEPS}
    assert {path.parent.name for path in ROOT.glob("functions/*/app.py")} == {step.lower() for step in STEPS}
    assert {function["Handler"] for function in functions.values()} == {"app.handler"}


def test_all_run_python_3_13_on_the_processor_that_the_layer_is_built_for(stack: Stack) -> None:
    for function in stack.of_type("AWS::Lambda::Function").values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == [{"Ref": "Architecture"}]
        assert len(function["Layers"]) == 1
    (layer,) = stack.of_type("AWS::Lambda::LayerVersion").values()
    assert layer["CompatibleRuntimes"] == ["python3.13"]
    assert layer["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
    parameter = stack.template["Parameters"]["Architecture"]
    assert parameter["Default"] == "arm64"
    assert {path.parent.name for path in ROOT.glob("tools/layer/*/platform")} == set(parameter["AllowedValues"])


def test_every_function_writes_to_a_log_group_of_its_own_that_forgets(stack: Stack) -> None:
    groups = stack.of_type("AWS::Logs::LogGroup")
    used = [the_group(function) for function in stack.of_type("AWS::Lambda::Function").values()]

    assert len(set(used)) == len(STEPS)
    assert {str(group["RetentionInDays"]) for group in groups.values()} == {"{'Ref': 'LogRetentionDays'}"}


def test_every_function_is_traced_and_an_alarm_rings_for_its_errors(stack: Stack) -> None:
    functions = stack.of_type("AWS::Lambda::Function")
    watched = {
        name
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        if (alarm.get("Namespace"), alarm.get("MetricName")) == ("AWS/Lambda", "Errors")
        for name in refers_to(alarm["Dimensions"])
    }
    assert watched == set(functions)
    assert {function["TracingConfig"]["Mode"] for function in functions.values()} == {"Active"}


def test_a_function_is_told_of_exactly_those_tables_queues_and_buckets_that_its_role_may_use(stack: Stack) -> None:
    for name in stack.of_type("AWS::Lambda::Function"):
        told = stores(stack, variables(stack, name))
        statements = [it for it in stack.statements_of(stack.role_of(name)) if it.get("Sid") != "Consume"]
        assert told == stores(stack, [it["Resource"] for it in statements]), name


def test_a_function_is_told_of_secrets_exactly_if_its_role_may_read_them(stack: Stack) -> None:
    for name in stack.of_type("AWS::Lambda::Function"):
        actions = {action for it in stack.statements_of(stack.role_of(name)) for action in listed(it["Action"])}
        may_read = "secretsmanager:GetSecretValue" in actions
        told = {"SAMSPILL_SECRET_PREFIX", "SAMSPILL_SIGNING_SECRET"} & variables(stack, name).keys()
        assert bool(told) == may_read, name


def test_only_fetch_is_told_where_vendors_reach_the_hub_because_it_asks_them_for_webhooks(stack: Stack) -> None:
    told = {name for name in stack.of_type("AWS::Lambda::Function") if HOOK_URL in variables(stack, name)}
    actions = {action for it in stack.statements_of("FetchRole") for action in listed(it["Action"])}

    assert told == {"FetchFunction"}
    assert {"secretsmanager:GetSecretValue", "dynamodb:PutItem"} <= actions


def test_every_variable_is_an_output_of_the_same_name_so_that_the_command_line_finds_it(stack: Stack) -> None:
    outputs = {key: output["Value"] for key, output in stack.template["Outputs"].items()}
    for name in stack.of_type("AWS::Lambda::Function"):
        for variable, value in variables(stack, name).items():
            if variable.startswith("SAMSPILL_"):
                assert outputs.get(output_name(variable)) == value, f"{name}: {variable}"


def the_group(function: dict[str, Any]) -> str:
    (name,) = refers_to(function["LoggingConfig"]["LogGroup"])
    return name


def variables(stack: Stack, function: str) -> dict[str, Any]:
    found: dict[str, Any] = stack.whole(function)["Properties"]["Environment"]["Variables"]
    return found


def stores(stack: Stack, value: Any) -> set[str]:
    found = refers_to(list(value.values()) if isinstance(value, dict) else value)
    return {name for name in found if stack.template["Resources"].get(name, {}).get("Type") in STORES}


def output_name(variable: str) -> str:
    return re.sub(r"_?([A-Z])([A-Z]*)", lambda m: m[1] + m[2].lower(), variable.removeprefix("SAMSPILL"))
