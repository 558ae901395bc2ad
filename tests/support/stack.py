"""Looks at the template the way the house rules speak of it: resources by type, and who refers to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stack:
    """A template with its SAM resources expanded."""

    template: Mapping[str, Any]

    def deciding(self, **conditions: bool) -> Stack:
        """Return the stack with every choice (`Fn::If`) made that hangs on one of these conditions."""
        return Stack(_decided(self.template, conditions))

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of every resource of one type, by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind
        }

    def whole(self, name: str) -> dict[str, Any]:
        """One resource with its policies and metadata."""
        resource: dict[str, Any] = self.template["Resources"][name]
        return resource

    @property
    def work_queues(self) -> dict[str, dict[str, Any]]:
        """Queues that are not the dead-letter queue of another."""
        queues = self.of_type("AWS::SQS::Queue")
        dead = {the(queue["RedrivePolicy"]["deadLetterTargetArn"]) for queue in queues.values() if has_redrive(queue)}
        return {name: queue for name, queue in queues.items() if name not in dead}

    @property
    def dead_queues(self) -> dict[str, dict[str, Any]]:
        """Queues that others' given-up messages go to, by logical id."""
        return {name: q for name, q in self.of_type("AWS::SQS::Queue").items() if name not in self.work_queues}

    def statements_of(self, role: str) -> list[dict[str, Any]]:
        """Every statement of a role: its own policies and the stack's managed ones."""
        properties = self.whole(role)["Properties"]
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        documents += [
            self.whole(the(policy))["Properties"]["PolicyDocument"]
            for policy in properties.get("ManagedPolicyArns", [])
            if refers_to(policy) & set(self.template["Resources"])
        ]
        return [statement for document in documents for statement in document["Statement"]]

    def role_of(self, function: str) -> str:
        """The logical id of a function's role."""
        return the(self.whole(function)["Properties"]["Role"])


def has_redrive(queue: Mapping[str, Any]) -> bool:
    """Tell whether a queue gives up on messages."""
    return "RedrivePolicy" in queue


def listed(value: Any) -> list[Any]:
    """A list as it is, anything else as a list of one: policies allow both."""
    return value if isinstance(value, list) else [value]


def refers_to(value: Any) -> set[str]:
    """Every logical id, parameter or pseudo parameter that a value refers to."""
    return set(_references(value))


def the(value: Any) -> str:
    """The one thing that a value refers to."""
    (only,) = refers_to(value)
    return only


def _decided(value: Any, conditions: Mapping[str, bool]) -> Any:
    match value:
        case {"Fn::If": [str(name), yes, no]} if name in conditions:
            return _decided(yes if conditions[name] else no, conditions)
        case dict():
            return {key: _decided(part, conditions) for key, part in value.items()}
        case list():
            return [_decided(part, conditions) for part in value]
    return value


def _references(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (match.split(".")[0] for match in re.findall(r"\$\{([^!}]+)\}", text))
        case dict():
            for part in value.values():
                yield from _references(part)
        case list():
            for part in value:
                yield from _references(part)
