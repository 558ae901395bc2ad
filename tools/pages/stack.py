"""docs/stack.md: parameters, functions, queues and alarms of the deployed stack."""

from collections.abc import Mapping
from typing import Any

from tools.check_template import load
from tools.pages.markdown import page, table

INTRODUCTION = """\
One stack is one installation for any number of tenants. `samconfig.toml` holds the parameters of `local`, `dev` and
`prod`. Every output is named like the environment variable of the functions: `StateTable` is `SAMSPILL_STATE_TABLE`."""

BY_HAND: dict[str, Any] = {"Type": "a person", "Properties": {}}
BY_API: dict[str, Any] = {"Type": "Api", "Properties": {}}


def stack() -> str:
    """Return the page."""
    template = load()
    return page(
        "The stack",
        INTRODUCTION,
        "## Parameters\n\n" + _parameters(template["Parameters"]),
        "## Functions\n\n" + _functions(template["Resources"]),
        "## Queues\n\n" + _queues(template["Resources"]),
        "## Alarms\n\n" + _alarms(template["Resources"]),
        "## Outputs\n\n" + ", ".join(f"`{name}`" for name in template["Outputs"]) + ".",
    )


def _parameters(parameters: Mapping[str, Any]) -> str:
    rows = [
        (f"`{name}`", f"`{it['Default']}`" if it["Default"] != "" else "", _choices(it), it["Description"])
        for name, it in parameters.items()
    ]
    return table(["Parameter", "Default", "Choices", "Meaning"], rows)


def _choices(parameter: Mapping[str, Any]) -> str:
    return ", ".join(f"`{value}`" for value in parameter.get("AllowedValues", []))


def _functions(resources: Mapping[str, Any]) -> str:
    rows = []
    permissions = (it["Properties"] for it in resources.values() if it["Type"] == "AWS::Lambda::Permission")
    called = {it["FunctionName"]["Ref"] for it in permissions}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::Function":
            it = resource["Properties"]
            event: dict[str, Any] = next(iter(it.get("Events", {}).values()), BY_API if name in called else BY_HAND)
            batch = event["Properties"].get("BatchSize", 1)
            rows.append((f"`{name}`", it["Description"], event["Type"], batch, it["Timeout"], it["MemorySize"]))
    return table(["Function", "Does", "Started by", "Messages at once", "Time limit, s", "Memory, MB"], rows)


def _queues(resources: Mapping[str, Any]) -> str:
    rows = [
        (
            f"`{name}`",
            resource["Properties"]["VisibilityTimeout"],
            resource["Properties"]["RedrivePolicy"]["maxReceiveCount"],
            resource["Properties"]["MessageRetentionPeriod"] // 86_400,
        )
        for name, resource in resources.items()
        if resource["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" in resource["Properties"]
    ]
    return table(["Queue", "A message comes back after, s", "Tries before its dead-letter queue", "Kept, days"], rows)


def _alarms(resources: Mapping[str, Any]) -> str:
    rows = [
        (f"`{name}`", resource["Properties"]["AlarmDescription"])
        for name, resource in resources.items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    return table(["Alarm", "Rings when"], rows)
