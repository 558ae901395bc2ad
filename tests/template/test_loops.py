"""Loops of functions are known to AWS, which would end them after sixteen turns, and to nobody else's surprise.

Derived from the template alone: a function leads to a queue that its role may send to, and a queue to the function that
it triggers. What a dead-letter queue holds triggers nothing.
"""

from __future__ import annotations

from tests.support.stack import Stack, listed, refers_to, the


def triggers(stack: Stack) -> dict[str, str]:
    """Work queue → the function that it triggers."""
    mappings = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    return {the(it["EventSourceArn"]): the(it["FunctionName"]) for it in mappings}


def leads_to(stack: Stack) -> dict[str, set[str]]:
    """Function → the functions that its messages reach next."""
    by_queue = triggers(stack)
    found: dict[str, set[str]] = {}
    for function in stack.of_type("AWS::Lambda::Function"):
        statements = [it for it in stack.statements_of(stack.role_of(function)) if it["Effect"] == "Allow"]
        sends = [it for it in statements if {"sqs:SendMessage", "sqs:*", "*"} & set(listed(it["Action"]))]
        queues = {name for it in sends for name in refers_to(it["Resource"])}
        found[function] = {by_queue[queue] for queue in queues if queue in by_queue}
    return found


def in_loops(edges: dict[str, set[str]]) -> set[str]:
    """Every function from which its own messages lead back to it."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = list(edges[start])
        while todo:
            each = todo.pop()
            if each not in seen:
                seen.add(each)
                todo += edges[each]
        return seen

    return {function for function in edges if function in reached(function)}


def allowed(stack: Stack) -> set[str]:
    functions = stack.of_type("AWS::Lambda::Function")
    return {name for name, it in functions.items() if it.get("RecursiveLoop") == "Allow"}


def test_exactly_the_functions_whose_queue_leads_back_to_them_may_loop(stack: Stack) -> None:
    loops = in_loops(leads_to(stack))

    assert loops, "pages follow pages"
    assert allowed(stack) == loops


def test_a_loop_is_found_over_any_number_of_queues_and_a_way_in_is_none() -> None:
    edges = {"in": {"a"}, "a": {"b"}, "b": {"c"}, "c": {"a", "out"}, "out": set(), "self": {"self"}}

    assert in_loops(edges) == {"a", "b", "c", "self"}


def test_an_alarm_rings_for_each_of_them_should_aws_end_a_loop_all_the_same(stack: Stack) -> None:
    alarms = [
        alarm
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "RecursiveInvocationsDropped"
        if (alarm["Namespace"], alarm["Statistic"], alarm["Threshold"]) == ("AWS/Lambda", "Sum", 0)
        if alarm["AlarmActions"]
    ]
    assert {dimension["Name"] for alarm in alarms for dimension in alarm["Dimensions"]} == {"FunctionName"}
    assert {the(alarm["Dimensions"]) for alarm in alarms} == in_loops(leads_to(stack))
